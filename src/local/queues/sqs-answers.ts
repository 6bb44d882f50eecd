import type { BatchResult } from "../model/batch.js";
import type { MessageAttributes } from "../model/message.js";
import type { ReceivedMessage } from "../model/receiving.js";
import type { OutgoingMessage, SendAnswer } from "../model/sending.js";
import { selectMessageAttributes, selectSystemAttributes } from "./attribute-selection.js";
import { attributesDigest, bodyDigest } from "./message-digest.js";

/** What a receive asked to be told about each message. */
export interface AttributeRequest {
  systemNames: readonly string[];
  messageNames: readonly string[];
}

/** "SendMessage", response elements; the digests are of what was sent, also when it was a duplicate. */
export function sendAnswer(message: OutgoingMessage, answer: SendAnswer): object {
  return {
    MessageId: answer.messageId,
    MD5OfMessageBody: bodyDigest(message.body),
    MD5OfMessageAttributes: attributesDigest(message.attributes ?? {}),
    MD5OfMessageSystemAttributes: message.traceHeader && attributesDigest(traceAttribute(message.traceHeader)),
    SequenceNumber: answer.sequenceNumber,
  };
}

/** "ReceiveMessage", response elements: without messages there is no list. */
export function receiveAnswer(messages: readonly ReceivedMessage[], request: AttributeRequest): object {
  return messages.length === 0 ? {} : { Messages: messages.map((message) => messageAnswer(message, request)) };
}

/** A batch call's answer ("SendMessageBatch"): lists that would be empty are left out. */
export function batchAnswer<Success>(
  result: BatchResult<Success>,
  succeed: (success: { id: string } & Success) => object,
): object {
  const { successful, failed } = result;
  return {
    Successful: successful.length === 0 ? undefined : successful.map((one) => ({ Id: one.id, ...succeed(one) })),
    Failed:
      failed.length === 0
        ? undefined
        : failed.map(({ id, code, message, senderFault }) => ({
            Id: id,
            Code: code,
            Message: message,
            SenderFault: senderFault,
          })),
  };
}

function messageAnswer(message: ReceivedMessage, { systemNames, messageNames }: AttributeRequest): object {
  const attributes = selectMessageAttributes(message.attributes, messageNames);
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: bodyDigest(message.body),
    Body: message.body,
    Attributes: systemNames.length === 0 ? undefined : selectSystemAttributes(message, systemNames),
    MD5OfMessageAttributes: attributesDigest(attributes),
    MessageAttributes: Object.keys(attributes).length === 0 ? undefined : attributesAnswer(attributes),
  };
}

function attributesAnswer(attributes: MessageAttributes): object {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { dataType, stringValue, binaryValue }]) => [
      name,
      { DataType: dataType, StringValue: stringValue, BinaryValue: binaryValue },
    ]),
  );
}

function traceAttribute(traceHeader: string): MessageAttributes {
  return { AWSTraceHeader: { dataType: "String", stringValue: traceHeader } };
}
