import {
  GetQueueUrlCommand,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SendMessageCommand,
  SQSClient,
  SQSServiceException,
} from "@aws-sdk/client-sqs";
import { consumeQueue, type DeliveredMessage } from "../factories/consume-queue.js";
import type { WireMessage } from "./wire-message.js";

const BATCH_ENTRIES = 10;
/** Of a batch's 1 MiB, with room for attributes ("SendMessageBatch"). */
const BATCH_BYTES = 1_040_000;
const INGRESS = "evp-ingress.fifo";

/** The stack as producers and consumers see it. */
export interface WireStack {
  /** Sends messages in their order. @returns the queue's id of each that it took */
  send(messages: Iterable<WireMessage>): Promise<Map<WireMessage, string>>;
  /** Takes everything from a queue, in the queue's order. */
  consume(queue: string): Promise<DeliveredMessage[]>;
  close(): void;
}

export function connectTo(endpoint: string): WireStack {
  const credentials = { accessKeyId: "fuzz", secretAccessKey: "fuzz" };
  const sqs = new SQSClient({ endpoint, region: "us-east-1", credentials, useQueueUrlAsEndpoint: false });
  return {
    send: (messages) => send(sqs, messages),
    consume: async (queue) => consumeQueue(sqs, await queueUrl(sqs, queue)),
    close: () => sqs.destroy(),
  };
}

async function queueUrl(sqs: SQSClient, QueueName: string): Promise<string | undefined> {
  return (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl;
}

async function send(sqs: SQSClient, messages: Iterable<WireMessage>): Promise<Map<WireMessage, string>> {
  const QueueUrl = await queueUrl(sqs, INGRESS);
  const ids = new Map<WireMessage, string>();
  for (const batch of batches(messages)) {
    const [first] = batch;
    if (first?.expected === "refused") {
      const id = await sendAlone(sqs, QueueUrl, first);
      if (id !== undefined) ids.set(first, id);
      continue;
    }
    const Entries = batch.map((message, index) => ({ Id: String(index), ...entryOf(message) }));
    const { Successful = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    for (const { Id, MessageId = "" } of Successful) {
      const message = batch[Number(Id)];
      if (message !== undefined) ids.set(message, MessageId);
    }
  }
  return ids;
}

/** What SQS must refuse goes alone, so that its neighbours do not suffer. @returns undefined when it was refused */
async function sendAlone(sqs: SQSClient, QueueUrl: string | undefined, message: WireMessage) {
  try {
    return (await sqs.send(new SendMessageCommand({ QueueUrl, ...entryOf(message) }))).MessageId;
  } catch (error) {
    if (error instanceof SQSServiceException) return undefined;
    throw error;
  }
}

function entryOf({
  made,
  groupId,
  deduplicationId,
  attributes,
}: WireMessage): Omit<SendMessageBatchRequestEntry, "Id"> & { MessageBody: string } {
  return {
    MessageBody: made.body,
    MessageGroupId: groupId,
    MessageDeduplicationId: deduplicationId,
    MessageAttributes: attributes,
  };
}

function* batches(messages: Iterable<WireMessage>): Generator<WireMessage[]> {
  let batch: WireMessage[] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = Buffer.byteLength(message.made.body) + 2000;
    const isAlone = message.expected === "refused" || batch[0]?.expected === "refused";
    if (batch.length === BATCH_ENTRIES || bytes + size > BATCH_BYTES || (isAlone && batch.length > 0)) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(message);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
