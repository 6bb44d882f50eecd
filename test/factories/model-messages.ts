import type { MessagingModel } from "../../src/local/model/messaging-model.js";
import type { ReceivedMessage } from "../../src/ports/queue.js";

/** A message of the model as a queue gives it. */
export function asReceived(message: ReturnType<MessagingModel["queues"]["receive"]>[number]): ReceivedMessage {
  const attributes = Object.entries(message.attributes).map(([name, { stringValue }]) => [name, stringValue ?? ""]);
  const { messageId, receiptHandle, body, groupId = "", sequenceNumber = "", deduplicationId = "" } = message;
  const { receiveCount, sentAt } = message;
  const texts = {
    body,
    groupId,
    sequence: sequenceNumber,
    deduplicationId,
    attributes: Object.fromEntries(attributes),
  };
  return { messageId, receiptHandle, ...texts, receiveCount, sentAt };
}
