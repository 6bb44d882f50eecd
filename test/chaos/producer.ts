import { setTimeout as delay } from "node:timers/promises";
import { SendMessageBatchCommand, type SendMessageBatchRequestEntry } from "@aws-sdk/client-sqs";
import type { PlannedMessage, SentMessage } from "./sent-message.js";
import type { StackClients } from "./stack-contents.js";
import { INGRESS_QUEUE } from "./stack-names.js";

/** Entries in one SendMessageBatch ("SendMessageBatch"). */
const MAX_ENTRIES = 10;
const RETRY_EVERY_MS = 200;
/** A stack that was killed is up again sooner. */
const GIVE_UP_AFTER_MS = 30_000;

interface ProducerOptions {
  /** Straight to the stack; asked for each call, since it may come back elsewhere. */
  stack: () => StackClients;
  messages: readonly PlannedMessage[];
  /** Between two calls. */
  pauseMs: number;
}

/** Sends messages, and again what was not acknowledged: the queue's own deduplication makes it one. */
export async function sendMessages({ stack, messages, pauseMs }: ProducerOptions): Promise<SentMessage[]> {
  const sent: SentMessage[] = [];
  for (let start = 0; start < messages.length; start += MAX_ENTRIES) {
    if (start > 0) await delay(pauseMs);
    sent.push(...(await sendBatch(stack, messages.slice(start, start + MAX_ENTRIES))));
  }
  return sent;
}

async function sendBatch(stack: () => StackClients, messages: PlannedMessage[]): Promise<SentMessage[]> {
  const deadline = performance.now() + GIVE_UP_AFTER_MS;
  const Entries = messages.map((message, place) => ({
    Id: String(place),
    MessageBody: message.body,
    MessageGroupId: message.groupId,
    MessageDeduplicationId: message.deduplicationId,
    MessageAttributes: Object.fromEntries(
      Object.entries(message.attributes).map(([name, StringValue]) => [name, { DataType: "String", StringValue }]),
    ),
  }));
  while (performance.now() < deadline) {
    const answer = await send(stack(), Entries).catch(() => undefined);
    const successful = answer?.Successful ?? [];
    if (successful.length === messages.length) {
      return successful.flatMap(({ Id, MessageId = "", SequenceNumber = "" }) => {
        const message = messages[Number(Id)];
        return message === undefined ? [] : [{ ...message, messageId: MessageId, sequence: BigInt(SequenceNumber) }];
      });
    }
    const [failure] = answer?.Failed ?? [];
    if (failure !== undefined)
      throw new Error(`the ingress queue refuses a message: ${failure.Code}: ${failure.Message}`);
    // The stack was killed, and is on its way up again.
    await delay(RETRY_EVERY_MS);
  }
  throw new Error("the stack did not come back");
}

async function send({ sqs, queueUrl }: StackClients, Entries: SendMessageBatchRequestEntry[]) {
  const QueueUrl = await queueUrl(INGRESS_QUEUE);
  return sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
}
