import type { MessageAttributes, ReceivedMessage } from "../ports/queue.js";

/** What an event source mapping invokes a function with, as far as evp reads it ("Using Lambda with Amazon SQS"). */
export interface SqsEvent {
  Records: SqsRecord[];
}

export interface SqsRecord {
  messageId: string;
  receiptHandle: string;
  body: string;
  attributes: Partial<Record<SystemAttribute, string>>;
  messageAttributes?: Record<string, RecordAttribute>;
  eventSourceARN?: string;
}

type SystemAttribute =
  | "ApproximateReceiveCount"
  | "SentTimestamp"
  | "SequenceNumber"
  | "MessageGroupId"
  | "MessageDeduplicationId";

interface RecordAttribute {
  dataType: string;
  stringValue?: string;
  /** Base64. */
  binaryValue?: string;
}

/** What the mapping is answered; without `ReportBatchItemFailures` it looks at nothing of it, and deletes them all ("Handling errors for an SQS event source in Lambda"). */
export interface SqsBatchResponse {
  batchItemFailures: { itemIdentifier: string }[];
}

/** The records as the engine knows messages. On a standard queue each is its own group, whatever group its sender gave it. */
export function readRecords({ Records }: SqsEvent, isFifo: boolean): ReceivedMessage[] {
  return Records.map((record) => readRecord(record, isFifo));
}

function readRecord(record: SqsRecord, isFifo: boolean): ReceivedMessage {
  const { messageId, receiptHandle, body, attributes, messageAttributes = {} } = record;
  const { MessageGroupId, SequenceNumber, MessageDeduplicationId } = attributes;
  return {
    messageId,
    receiptHandle,
    body,
    attributes: readAttributes(messageAttributes),
    groupId: isFifo ? (MessageGroupId ?? messageId) : messageId,
    sequence: isFifo ? (SequenceNumber ?? "") : "",
    deduplicationId: MessageDeduplicationId ?? "",
    receiveCount: Number(attributes.ApproximateReceiveCount ?? 1),
    sentAt: Number(attributes.SentTimestamp ?? 0),
  };
}

/** Every attribute as text: numbers as they were sent, binary values in base64. */
function readAttributes(attributes: Record<string, RecordAttribute>): MessageAttributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { stringValue, binaryValue }]) => [name, stringValue ?? binaryValue ?? ""]),
  );
}
