import type { MessagingModel } from "../../../src/local/model/messaging-model.js";
import { ModelError } from "../../../src/local/model/model-error.js";
import { parseReceiptHandle } from "../../../src/local/model/receipt-handle.js";
import type { ReceivedMessage } from "../../../src/local/model/receiving.js";
import type { EntryError, EntryFault } from "../faults/fate.js";
import { attributesFrom, textsOf, toAttributes } from "./attributes.js";
import { admitted, batchAnswer } from "./batches.js";
import type { Command } from "./commands.js";
import type { Done, Effect } from "./effects.js";

type InputOf<Name extends Command["name"]> = Extract<Command, { name: Name }>["input"];

/** What an action works with. */
export interface QueueCall<Name extends Command["name"]> {
  model: MessagingModel;
  now: number;
  /** What an entry is told that goes wrong. */
  entryError: () => EntryError;
  input: InputOf<Name>;
  faults: readonly (EntryFault | undefined)[];
}

const HOST = "https://sqs.us-east-1.amazonaws.com/000000000000/";

export function queueUrl(name: string): string {
  return HOST + name;
}

export function queueOf(url: string | undefined): string {
  return (url ?? "").slice(HOST.length);
}

/** One look at the queue; waiting for messages is the caller's. */
export function receive({ model, now, input }: QueueCall<"ReceiveMessage">): Done {
  const messages = model.queues.receive(
    queueOf(input.QueueUrl),
    {
      maxMessages: input.MaxNumberOfMessages,
      visibilitySeconds: input.VisibilityTimeout,
      attemptId: input.ReceiveRequestAttemptId,
    },
    now,
  );
  const seen = messages.map(({ messageId, receiveCount }) => ({ messageId, receiveCount }));
  return { answer: { Messages: messages.map(toMessage) }, effects: [{ kind: "received", messages: seen }] };
}

function toMessage(message: ReceivedMessage) {
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MessageAttributes: toAttributes(message.attributes),
    Attributes: {
      MessageGroupId: message.groupId,
      SequenceNumber: message.sequenceNumber,
      MessageDeduplicationId: message.deduplicationId,
      ApproximateReceiveCount: String(message.receiveCount),
      SentTimestamp: String(message.sentAt),
    },
  };
}

export function deleteMessages({ model, now, entryError, input, faults }: QueueCall<"DeleteMessageBatch">): Done {
  const { Entries = [], QueueUrl } = input;
  const name = queueOf(QueueUrl);
  const entries = admitted(Entries, faults).map(({ Id = "", ReceiptHandle = "" }) => ({
    id: Id,
    receiptHandle: ReceiptHandle,
  }));
  const messageIds = new Map(entries.map(({ id, receiptHandle }) => [id, messageIdOf(model, name, receiptHandle)]));
  const result = runOrSkip(entries, () => model.queues.deleteMessageBatch(name, entries, now));
  const effects = result.successful.flatMap(({ id }): Effect[] => {
    const messageId = messageIds.get(id);
    return messageId === undefined ? [] : [{ kind: "deleted", messageId }];
  });
  return { answer: batchAnswer(Entries, faults, result, entryError, () => ({})), effects };
}

export function changeVisibility(call: QueueCall<"ChangeMessageVisibilityBatch">): Done {
  const { model, now, entryError, input, faults } = call;
  const { Entries = [], QueueUrl } = input;
  const name = queueOf(QueueUrl);
  const entries = admitted(Entries, faults).map(({ Id = "", ReceiptHandle = "", VisibilityTimeout = 0 }) => {
    return { id: Id, receiptHandle: ReceiptHandle, seconds: VisibilityTimeout };
  });
  const result = runOrSkip(entries, () => model.queues.changeVisibilityBatch(name, entries, now));
  const done = new Set(result.successful.map(({ id }) => id));
  const effects = entries
    .filter(({ id }) => done.has(id))
    .flatMap(({ receiptHandle, seconds }): Effect[] => {
      const messageId = messageIdOf(model, name, receiptHandle);
      return messageId === undefined ? [] : [{ kind: "hidden", messageId, seconds }];
    });
  return { answer: batchAnswer(Entries, faults, result, entryError, () => ({})), effects };
}

export function sendMessages({ model, now, entryError, input, faults }: QueueCall<"SendMessageBatch">): Done {
  const { Entries = [], QueueUrl } = input;
  const name = queueOf(QueueUrl);
  const entries = admitted(Entries, faults).map((entry) => ({
    id: entry.Id ?? "",
    body: entry.MessageBody ?? "",
    groupId: entry.MessageGroupId,
    deduplicationId: entry.MessageDeduplicationId,
    attributes: attributesFrom(entry.MessageAttributes),
  }));
  const result = runOrSkip(entries, () => model.queues.sendBatch(name, entries, now));
  const sent = new Map(result.successful.map((success) => [success.id, success]));
  const effects = entries.flatMap(({ id, body, groupId = "", attributes }): Effect[] => {
    const messageId = sent.get(id)?.messageId;
    if (messageId === undefined) return [];
    return [{ kind: "letter", messageId, body, groupId, attributes: textsOf(attributes) }];
  });
  const toAnswer = (success: { messageId: string; sequenceNumber: string | undefined }) => {
    return { MessageId: success.messageId, SequenceNumber: success.sequenceNumber };
  };
  return { answer: batchAnswer(Entries, faults, result, entryError, toAnswer), effects };
}

export function look({ model, now, input }: QueueCall<"GetQueueAttributes">): Done {
  const { counts } = model.queues.at(queueOf(input.QueueUrl), now);
  const Attributes = {
    ApproximateNumberOfMessages: String(counts.visible),
    ApproximateNumberOfMessagesNotVisible: String(counts["in-flight"]),
    ApproximateNumberOfMessagesDelayed: String(counts.delayed),
  };
  return { answer: { Attributes }, effects: [] };
}

/** Whose receipt a handle is; undefined when the message is gone, or when it is no handle at all. */
export function messageIdOf(model: MessagingModel, queueName: string, receiptHandle: string): string | undefined {
  const queue = model.queues.get(queueName);
  try {
    return queue.messages.get(parseReceiptHandle(receiptHandle, queue.config.id).ordinal)?.messageId;
  } catch (error) {
    if (error instanceof ModelError) return undefined;
    throw error;
  }
}

/** The model refuses a batch without entries, which is what is left of one whose entries all fail. */
function runOrSkip<Result>(
  entries: readonly unknown[],
  run: () => { successful: Result[]; failed: { id: string; code: string; message: string; senderFault: boolean }[] },
) {
  return entries.length === 0 ? { successful: [], failed: [] } : run();
}
