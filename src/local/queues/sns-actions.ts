import { LOCAL_ACCOUNT } from "../http-message.js";
import type { MessagingModel } from "../model/messaging-model.js";
import { invalidParameter } from "../model/model-error.js";
import type { OutgoingPublication } from "../model/publication.js";
import type { SubscriptionConfig } from "../model/subscription.js";
import { plainMessage } from "./message-structure.js";
import type { QueryInput } from "./query-input.js";
import { element, optionalElement, type Xml } from "./xml.js";

/** What an action works with. */
export interface SnsCall {
  input: QueryInput;
  model: MessagingModel;
  /** ms */
  now: number;
}
/** @returns what stands in the result element */
export type SnsAction = (call: SnsCall) => Xml[];

/** "ListTopics", "ListSubscriptions": results in one page. */
const PAGE_SIZE = 100;

export const SNS_ACTIONS: Record<string, SnsAction> = {
  CreateTopic: ({ input, model }) => {
    const name = input.text("Name");
    const arn = model.topics.create({ name, attributes: input.textMap("Attributes"), tags: input.tags() });
    return [element("TopicArn", arn)];
  },
  GetTopicAttributes: ({ input, model }) => [attributesElement(model.topics.attributes(input.text("TopicArn")))],
  SetTopicAttributes: ({ input, model }) => {
    const value = input.optionalText("AttributeValue") ?? "";
    model.topics.setAttribute(input.text("TopicArn"), input.text("AttributeName"), value);
    return [];
  },
  ListTopics: ({ input, model }) =>
    paged("Topics", model.topics.list(), input, (arn) => element("member", element("TopicArn", arn))),
  DeleteTopic: ({ input, model }) => {
    model.topics.delete(input.text("TopicArn"));
    return [];
  },
  TagResource: ({ input, model }) => {
    model.topics.tag(input.text("ResourceArn"), input.tags());
    return [];
  },
  UntagResource: ({ input, model }) => {
    model.topics.untag(input.text("ResourceArn"), input.texts("TagKeys"));
    return [];
  },
  ListTagsForResource: ({ input, model }) => {
    const tags = Object.entries(model.topics.tags(input.text("ResourceArn")));
    return [
      element("Tags", ...tags.map(([key, value]) => element("member", element("Key", key), element("Value", value)))),
    ];
  },
  Subscribe: ({ input, model }) => {
    const arn = model.topics.subscribe({
      topicArn: input.text("TopicArn"),
      protocol: input.text("Protocol"),
      endpoint: input.text("Endpoint"),
      attributes: input.textMap("Attributes"),
    });
    return [element("SubscriptionArn", arn)];
  },
  Unsubscribe: ({ input, model }) => {
    model.topics.unsubscribe(input.text("SubscriptionArn"));
    return [];
  },
  ListSubscriptions: ({ input, model }) =>
    paged("Subscriptions", model.topics.subscriptions(), input, subscriptionElement),
  ListSubscriptionsByTopic: ({ input, model }) =>
    paged("Subscriptions", model.topics.subscriptions(input.text("TopicArn")), input, subscriptionElement),
  GetSubscriptionAttributes: ({ input, model }) => [
    attributesElement(model.topics.subscriptionAttributes(input.text("SubscriptionArn"))),
  ],
  SetSubscriptionAttributes: ({ input, model }) => {
    const value = input.optionalText("AttributeValue") ?? "";
    model.topics.setSubscriptionAttribute(input.text("SubscriptionArn"), input.text("AttributeName"), value);
    return [];
  },
  Publish: ({ input, model, now }) => {
    if (input.optionalText("PhoneNumber") !== undefined) {
      throw invalidParameter("PhoneNumber Reason: the embedded stack sends no text messages");
    }
    const arn = input.optionalText("TopicArn") ?? input.text("TargetArn");
    const answer = model.topics.publish(arn, outgoing(input), now);
    return [element("MessageId", answer.messageId), optionalElement("SequenceNumber", answer.sequenceNumber)];
  },
  PublishBatch: publishBatch,
};

function publishBatch({ input, model, now }: SnsCall): Xml[] {
  const entries = input
    .list("PublishBatchRequestEntries", "member", "Id")
    .map((entry) => ({ id: entry.text("Id"), ...outgoing(entry) }));
  const { successful, failed } = model.topics.publishBatch(input.text("TopicArn"), entries, now);
  const members = successful.map(({ id, messageId, sequenceNumber }) =>
    element(
      "member",
      element("Id", id),
      element("MessageId", messageId),
      optionalElement("SequenceNumber", sequenceNumber),
    ),
  );
  const failures = failed.map(({ id, code, message, senderFault }) =>
    element(
      "member",
      element("Id", id),
      element("Code", code),
      element("Message", message),
      element("SenderFault", String(senderFault)),
    ),
  );
  return [element("Successful", ...members), element("Failed", ...failures)];
}

function outgoing(input: QueryInput): OutgoingPublication {
  return {
    message: plainMessage(input.optionalText("Message") ?? "", input.optionalText("MessageStructure")),
    subject: input.optionalText("Subject"),
    attributes: input.messageAttributes(),
    groupId: input.optionalText("MessageGroupId"),
    deduplicationId: input.optionalText("MessageDeduplicationId"),
  };
}

function attributesElement(attributes: Record<string, string>): Xml {
  const entries = Object.entries(attributes);
  return element(
    "Attributes",
    ...entries.map(([key, value]) => element("entry", element("key", key), element("value", value))),
  );
}

function subscriptionElement({ arn, topicArn, endpoint }: SubscriptionConfig): Xml {
  return element(
    "member",
    element("SubscriptionArn", arn),
    element("Owner", LOCAL_ACCOUNT),
    element("Protocol", "sqs"),
    element("Endpoint", endpoint),
    element("TopicArn", topicArn),
  );
}

/** A page of a list; the token is the number of results before it. */
function paged<Item>(name: string, items: Item[], input: QueryInput, show: (item: Item) => Xml): Xml[] {
  const start = Number(input.optionalText("NextToken") ?? 0);
  if (!Number.isInteger(start) || start < 0) throw invalidParameter("NextToken");
  const end = start + PAGE_SIZE;
  return [
    element(name, ...items.slice(start, end).map(show)),
    optionalElement("NextToken", items.length > end ? String(end) : undefined),
  ];
}
