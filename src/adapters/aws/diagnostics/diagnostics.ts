import type { ResourceNames } from "../../../core/settings.js";
import type { Clock } from "../../../ports/clock.js";
import type { AwsServiceName, Diagnostics, Probe } from "../../../ports/diagnostics.js";
import type { StoreDiagnostics } from "../../../ports/store.js";
import { readQueueAttributes } from "../provision/queue-attributes.js";
import type { QueueUrls } from "../queue-urls.js";
import type { AwsServices } from "../services.js";
import { probeService } from "./probe.js";

interface DiagnosticsParts {
  services: AwsServices;
  urls: QueueUrls;
  clock: Clock;
  names: ResourceNames;
  /** Where the store is not DynamoDB. */
  store: StoreDiagnostics | undefined;
}

/** Looks at AWS, or at what speaks its protocols, by calls that read. */
export function createDiagnostics({ services, urls, clock, names, store }: DiagnosticsParts): Diagnostics {
  const { sqs, sns, dynamodb, sts } = services;
  const probes: Record<AwsServiceName, () => Promise<Probe>> = {
    sqs: () =>
      probeService("sqs", clock, (watch) =>
        sqs.call("asking SQS", (sdk, client, options) =>
          client.send(watch(new sdk.GetQueueUrlCommand({ QueueName: names.ingressQueue })), options),
        ),
      ),
    sns: () =>
      probeService("sns", clock, (watch) =>
        sns.call("asking SNS", (sdk, client, options) => client.send(watch(new sdk.ListTopicsCommand({})), options)),
      ),
    dynamodb: () =>
      probeService("dynamodb", clock, (watch) =>
        dynamodb.call("asking DynamoDB", (sdk, client, options) =>
          client.send(watch(new sdk.DescribeTableCommand({ TableName: names.eventsTable })), options),
        ),
      ),
    sts: () =>
      probeService("sts", clock, (watch) =>
        sts.call("asking STS", (sdk, client, options) =>
          client.send(watch(new sdk.GetCallerIdentityCommand({})), options),
        ),
      ),
  };
  return {
    async probe(service) {
      if (service !== "postgres") return probes[service]();
      if (store === undefined) throw new TypeError("the store is DynamoDB");
      return store.probe();
    },
    deniedPrivileges: async () => (await store?.deniedPrivileges()) ?? [],
    caller: () =>
      sts.call("asking whose account this is", async (sdk, client, options) => {
        const answer = await client.send(new sdk.GetCallerIdentityCommand({}), options);
        const region = await client.config.region();
        return { account: answer.Account ?? "", arn: answer.Arn ?? "", region };
      }),
    queueAttributes: (name) => readQueueAttributes(sqs, urls, name),
    async topicAttributes(TopicArn) {
      const { Attributes = {} } = await sns.call(`reading the settings of ${TopicArn}`, (sdk, client, options) =>
        client.send(new sdk.GetTopicAttributesCommand({ TopicArn }), options),
      );
      return Attributes;
    },
    async countSubscriptions(TopicArn) {
      const { Subscriptions = [] } = await sns.call(
        `listing the subscriptions of ${TopicArn}`,
        (sdk, client, options) => client.send(new sdk.ListSubscriptionsByTopicCommand({ TopicArn }), options),
      );
      return Subscriptions.length;
    },
    async tableStatus(TableName) {
      const { Table } = await dynamodb.call(`describing ${TableName}`, (sdk, client, options) =>
        client.send(new sdk.DescribeTableCommand({ TableName }), options),
      );
      const statuses = [Table?.TableStatus, ...(Table?.GlobalSecondaryIndexes ?? []).map((index) => index.IndexStatus)];
      return statuses.find((status) => status !== "ACTIVE") ?? "ACTIVE";
    },
    topicPages: () => topicPages(services),
  };
}

async function* topicPages({ sns }: AwsServices): AsyncGenerator<string[]> {
  let next: string | undefined;
  do {
    const token = next;
    const answer = await sns.call("listing topics", (sdk, client, options) =>
      client.send(new sdk.ListTopicsCommand(token === undefined ? {} : { NextToken: token }), options),
    );
    yield (answer.Topics ?? []).map(({ TopicArn = "" }) => TopicArn);
    next = answer.NextToken;
  } while (next !== undefined && next !== "");
}
