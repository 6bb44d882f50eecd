import type { DesiredSubscription } from "../../../core/stack-plan.js";
import { attributeDifferences } from "../../../core/stack-plan-differences.js";
import { ALL_DONE, inspectionOf, type ResourceHandler } from "../../resource-handler.js";
import { ifFound } from "../if-found.js";
import type { SnsService } from "../services.js";

/** The subscription of a queue to a topic. Its filter policy is the client's own affair. */
export function subscriptionHandler(sns: SnsService, resource: DesiredSubscription): ResourceHandler {
  return {
    async inspect() {
      const SubscriptionArn = await findSubscription(sns, resource);
      if (SubscriptionArn === undefined) return { state: "absent" };
      const answer = await ifFound(() =>
        sns.call(`reading the settings of the subscription of ${resource.name}`, (sdk, client, options) =>
          client.send(new sdk.GetSubscriptionAttributesCommand({ SubscriptionArn }), options),
        ),
      );
      if (answer === undefined) return { state: "absent" };
      const differences = attributeDifferences(resource.attributes, answer.Attributes ?? {});
      return inspectionOf({ changeable: differences, unchangeable: [] });
    },
    async create() {
      await subscribe(sns, resource);
      return ALL_DONE;
    },
    async update(differences) {
      const SubscriptionArn = (await findSubscription(sns, resource)) ?? (await subscribe(sns, resource));
      for (const { attribute, wanted } of differences) {
        const input = { SubscriptionArn, AttributeName: attribute, AttributeValue: wanted };
        await sns.call(`changing the settings of the subscription of ${resource.name}`, (sdk, client, options) =>
          client.send(new sdk.SetSubscriptionAttributesCommand(input), options),
        );
      }
      return ALL_DONE;
    },
    async remove() {
      const subscriptionArn = await findSubscription(sns, resource);
      if (subscriptionArn === undefined) return "absent";
      await unsubscribe(sns, resource.name, subscriptionArn);
      return "removed";
    },
  };
}

/** Subscribes a queue to a topic. @returns the subscription's ARN */
export async function subscribe(
  sns: SnsService,
  { name, topicArn, queueArn, attributes }: Omit<DesiredSubscription, "kind">,
): Promise<string> {
  const answer = await sns.call(`subscribing ${name} to ${topicArn}`, (sdk, client, options) =>
    client.send(
      new sdk.SubscribeCommand({
        TopicArn: topicArn,
        Protocol: "sqs",
        Endpoint: queueArn,
        Attributes: attributes,
        ReturnSubscriptionArn: true,
      }),
      options,
    ),
  );
  return answer.SubscriptionArn ?? "";
}

export async function unsubscribe(sns: SnsService, name: string, subscriptionArn: string): Promise<void> {
  await ifFound(() =>
    sns.call(`unsubscribing ${name}`, (sdk, client, options) =>
      client.send(new sdk.UnsubscribeCommand({ SubscriptionArn: subscriptionArn }), options),
    ),
  );
}

/**
 * Looks through the topic's subscriptions, 100 a page; undefined when the topic is not there either. One that is gone stays
 * listed for a while, with a word like `Deleted` in place of its ARN ("ListSubscriptionsByTopic").
 */
async function findSubscription(
  sns: SnsService,
  { name, topicArn, queueArn }: DesiredSubscription,
): Promise<string | undefined> {
  let NextToken: string | undefined;
  do {
    const page = await ifFound(() =>
      sns.call(`looking for the subscription of ${name}`, (sdk, client, options) =>
        client.send(new sdk.ListSubscriptionsByTopicCommand({ TopicArn: topicArn, NextToken }), options),
      ),
    );
    const found = page?.Subscriptions?.find(
      ({ Protocol, Endpoint, SubscriptionArn = "" }) =>
        Protocol === "sqs" && Endpoint === queueArn && SubscriptionArn.startsWith("arn:"),
    );
    if (found !== undefined) return found.SubscriptionArn;
    NextToken = page?.NextToken;
  } while (NextToken !== undefined && NextToken !== "");
  return undefined;
}
