import type { Message } from "@aws-sdk/client-sqs";
import { isFifoName } from "../../core/names.js";
import type { OutgoingMessage, Queue, QueueDepth, ReceivedMessage, ReceiveOptions } from "../../ports/queue.js";
import { alignResults, entryId } from "./entry-results.js";
import { fromAttributeValues, toAttributeValues } from "./message-attributes.js";
import type { QueueUrls } from "./queue-urls.js";
import type { SqsService } from "./services.js";

/** A queue of SQS. The suffix of its name tells whether it is FIFO ("CreateQueue"). */
export function createQueue(sqs: SqsService, urls: QueueUrls, name: string): Queue {
  const isFifo = isFifoName(name);
  return {
    name,
    receive: (options) => receive(sqs, urls, name, options),
    async send(messages) {
      if (messages.length === 0) return [];
      const QueueUrl = await urls.of(name);
      const Entries = messages.map((message, index) => toEntry(message, index, isFifo));
      const answer = await sqs.call(`sending to ${name}`, (sdk, client, options) =>
        client.send(new sdk.SendMessageBatchCommand({ QueueUrl, Entries }), options),
      );
      return alignResults(messages.length, answer, (done) => ({
        messageId: done.MessageId ?? "",
        sequence: done.SequenceNumber ?? "",
      }));
    },
    async delete(receiptHandles) {
      if (receiptHandles.length === 0) return [];
      const QueueUrl = await urls.of(name);
      const Entries = receiptHandles.map((ReceiptHandle, index) => ({ Id: entryId(index), ReceiptHandle }));
      const answer = await sqs.call(`deleting from ${name}`, (sdk, client, options) =>
        client.send(new sdk.DeleteMessageBatchCommand({ QueueUrl, Entries }), options),
      );
      return alignResults(receiptHandles.length, answer, () => ({}));
    },
    async changeVisibility(changes) {
      if (changes.length === 0) return [];
      const QueueUrl = await urls.of(name);
      const Entries = changes.map(({ receiptHandle, seconds }, index) => ({
        Id: entryId(index),
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: seconds,
      }));
      const answer = await sqs.call(`changing the visibility of messages on ${name}`, (sdk, client, options) =>
        client.send(new sdk.ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }), options),
      );
      return alignResults(changes.length, answer, () => ({}));
    },
    depth: () => depth(sqs, urls, name),
  };
}

async function receive(
  sqs: SqsService,
  urls: QueueUrls,
  name: string,
  { maxMessages, waitSeconds, visibilitySeconds, attemptId, signal }: ReceiveOptions,
): Promise<ReceivedMessage[]> {
  const QueueUrl = await urls.of(name);
  const answer = await sqs.call(
    `receiving from ${name}`,
    (sdk, client, options) =>
      client.send(
        new sdk.ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: maxMessages,
          WaitTimeSeconds: waitSeconds,
          VisibilityTimeout: visibilitySeconds,
          ReceiveRequestAttemptId: attemptId,
          MessageAttributeNames: ["All"],
          MessageSystemAttributeNames: ["All"],
        }),
        options,
      ),
    { waitMs: waitSeconds * 1000, signal },
  );
  return (answer.Messages ?? []).map((message) => toReceived(message, isFifoName(name)));
}

/** On a standard queue each message is its own group, whatever group its sender gave it ("Amazon SQS fair queues"). */
function toReceived(message: Message, isFifo: boolean): ReceivedMessage {
  const messageId = message.MessageId ?? "";
  const { MessageGroupId, SequenceNumber, MessageDeduplicationId, ApproximateReceiveCount, SentTimestamp } =
    message.Attributes ?? {};
  return {
    messageId,
    receiptHandle: message.ReceiptHandle ?? "",
    body: message.Body ?? "",
    attributes: fromAttributeValues(message.MessageAttributes),
    groupId: isFifo ? (MessageGroupId ?? messageId) : messageId,
    sequence: isFifo ? (SequenceNumber ?? "") : "",
    deduplicationId: MessageDeduplicationId ?? "",
    receiveCount: Number(ApproximateReceiveCount ?? 1),
    sentAt: Number(SentTimestamp ?? 0),
  };
}

function toEntry(message: OutgoingMessage, index: number, isFifo: boolean) {
  return {
    Id: entryId(index),
    MessageBody: message.body,
    MessageAttributes: toAttributeValues(message.attributes),
    ...(isFifo ? { MessageGroupId: message.groupId, MessageDeduplicationId: message.deduplicationId } : {}),
  };
}

async function depth(sqs: SqsService, urls: QueueUrls, name: string): Promise<QueueDepth> {
  const QueueUrl = await urls.of(name);
  const { Attributes = {} } = await sqs.call(`reading the depth of ${name}`, (sdk, client, options) =>
    client.send(
      new sdk.GetQueueAttributesCommand({
        QueueUrl,
        AttributeNames: [
          "ApproximateNumberOfMessages",
          "ApproximateNumberOfMessagesNotVisible",
          "ApproximateNumberOfMessagesDelayed",
        ],
      }),
      options,
    ),
  );
  return {
    visible: Number(Attributes.ApproximateNumberOfMessages ?? 0),
    inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
    delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0),
  };
}
