import { LOCAL_ACCOUNT } from "../http-message.js";
import type { MessagingModel } from "../model/messaging-model.js";
import { invalidParameterValue, ModelError } from "../model/model-error.js";
import type { OutgoingMessage } from "../model/sending.js";
import { batchAnswer, sendAnswer } from "./sqs-answers.js";
import type { SqsInput } from "./sqs-input.js";

/** What an action works with. */
export interface SqsCall {
  input: SqsInput;
  model: MessagingModel;
  /** ms */
  now: number;
  /** For example `http://127.0.0.1:4566`. */
  endpoint: string;
}
export type SqsAction = (call: SqsCall) => object;

const MAX_LISTED_QUEUES = 1000;

/** Every SQS action but ReceiveMessage, which may have to wait. */
export const SQS_ACTIONS: Record<string, SqsAction> = {
  CreateQueue: ({ input, model, now, endpoint }) => {
    const name = input.text("QueueName");
    model.queues.create({ name, attributes: input.textMap("Attributes"), tags: input.textMap("tags") }, now);
    return { QueueUrl: queueUrl(endpoint, name) };
  },
  GetQueueUrl: ({ input, model, endpoint }) => ({
    QueueUrl: queueUrl(endpoint, model.queues.get(input.text("QueueName")).config.name),
  }),
  ListQueues: listQueues,
  GetQueueAttributes: ({ input, model, now }) => {
    const attributes = model.queues.attributes(queueName(input), input.texts("AttributeNames"), now);
    return Object.keys(attributes).length === 0 ? {} : { Attributes: attributes };
  },
  SetQueueAttributes: ({ input, model, now }) => {
    model.queues.setAttributes(queueName(input), input.textMap("Attributes"), now);
    return {};
  },
  TagQueue: ({ input, model }) => {
    model.queues.tag(queueName(input), input.textMap("Tags"));
    return {};
  },
  UntagQueue: ({ input, model }) => {
    model.queues.untag(queueName(input), input.texts("TagKeys"));
    return {};
  },
  ListQueueTags: ({ input, model }) => {
    const tags = model.queues.tags(queueName(input));
    return Object.keys(tags).length === 0 ? {} : { Tags: tags };
  },
  PurgeQueue: ({ input, model, now }) => {
    model.queues.purge(queueName(input), now);
    return {};
  },
  DeleteQueue: ({ input, model }) => {
    model.queues.delete(queueName(input));
    return {};
  },
  SendMessage: ({ input, model, now }) => {
    const message = outgoing(input);
    return sendAnswer(message, model.queues.send(queueName(input), message, now));
  },
  SendMessageBatch: ({ input, model, now }) => {
    const entries = input.entries().map((entry) => ({ id: entry.text("Id"), ...outgoing(entry) }));
    const byId = new Map(entries.map((entry) => [entry.id, entry]));
    const result = model.queues.sendBatch(queueName(input), entries, now);
    return batchAnswer(result, (one) => sendAnswer(byId.get(one.id) ?? { body: "" }, one));
  },
  DeleteMessage: ({ input, model, now }) => {
    model.queues.deleteMessage(queueName(input), input.text("ReceiptHandle"), now);
    return {};
  },
  DeleteMessageBatch: ({ input, model, now }) => {
    const entries = input
      .entries()
      .map((entry) => ({ id: entry.text("Id"), receiptHandle: entry.text("ReceiptHandle") }));
    return batchAnswer(model.queues.deleteMessageBatch(queueName(input), entries, now), () => ({}));
  },
  ChangeMessageVisibility: ({ input, model, now }) => {
    const seconds = input.integer("VisibilityTimeout");
    model.queues.changeVisibility(queueName(input), input.text("ReceiptHandle"), seconds, now);
    return {};
  },
  ChangeMessageVisibilityBatch: ({ input, model, now }) => {
    const entries = input.entries().map((entry) => ({
      id: entry.text("Id"),
      receiptHandle: entry.text("ReceiptHandle"),
      // The API allows leaving it out ("ChangeMessageVisibilityBatchRequestEntry"), and it is 0 then.
      seconds: entry.optionalInteger("VisibilityTimeout") ?? 0,
    }));
    return batchAnswer(model.queues.changeVisibilityBatch(queueName(input), entries, now), () => ({}));
  },
};

/** The queue's name from the account and name at the end of its URL, whatever the host. @throws ModelError */
export function queueName(input: SqsInput): string {
  const url = input.text("QueueUrl");
  const [, account, name] = /^[^?#]*\/([^/?#]+)\/([^/?#]+)\/?$/.exec(url) ?? [];
  if (name === undefined) throw new ModelError("InvalidAddress", `The address ${url} is not valid for this endpoint.`);
  if (account !== LOCAL_ACCOUNT) throw new ModelError("QueueDoesNotExist", "The specified queue does not exist.");
  return decodeURIComponent(name);
}

export function queueUrl(endpoint: string, name: string): string {
  return `${endpoint}/${LOCAL_ACCOUNT}/${name}`;
}

/** "ListQueues": pages of MaxResults; the token is the last name of the page before. */
function listQueues({ input, model, endpoint }: SqsCall): object {
  const maxResults = input.optionalInteger("MaxResults");
  if (maxResults !== undefined && (maxResults < 1 || maxResults > MAX_LISTED_QUEUES)) {
    throw invalidParameterValue("MaxResults", maxResults, "MaxResults must be an integer between 1 and 1000.");
  }
  const after = Buffer.from(input.optionalText("NextToken") ?? "", "base64").toString();
  const names = model.queues.list(input.optionalText("QueueNamePrefix") ?? "").filter((name) => name > after);
  const page = names.slice(0, maxResults ?? MAX_LISTED_QUEUES);
  const hasMore = maxResults !== undefined && names.length > page.length;
  return {
    QueueUrls: page.length === 0 ? undefined : page.map((name) => queueUrl(endpoint, name)),
    NextToken: hasMore ? Buffer.from(page.at(-1) ?? "").toString("base64") : undefined,
  };
}

function outgoing(input: SqsInput): OutgoingMessage {
  return {
    body: input.text("MessageBody"),
    attributes: input.messageAttributes("MessageAttributes"),
    groupId: input.optionalText("MessageGroupId"),
    deduplicationId: input.optionalText("MessageDeduplicationId"),
    delaySeconds: input.optionalInteger("DelaySeconds"),
    traceHeader: input.messageAttributes("MessageSystemAttributes").AWSTraceHeader?.stringValue,
  };
}
