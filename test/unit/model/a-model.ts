import type { DeduplicationWindow } from "../../../src/local/model/deduplication-window.js";
import { MessagingModel } from "../../../src/local/model/messaging-model.js";
import { ModelError } from "../../../src/local/model/model-error.js";

export const REALM = { account: "000000000000", region: "us-east-1" };
/** Most tests begin here. */
export const NOON = 1_795_262_400_000;
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const FIFO = { FifoQueue: "true" };
export const HIGH_THROUGHPUT = {
  ...FIFO,
  DeduplicationScope: "messageGroup",
  FifoThroughputLimit: "perMessageGroupId",
};

/** A model whose ids are `id-1`, `id-2`, … */
export function aModel(window?: DeduplicationWindow): MessagingModel {
  let count = 0;
  return new MessagingModel({
    realm: REALM,
    newId: () => {
      count += 1;
      return `id-${count}`;
    },
    window,
  });
}

/** A model with one FIFO queue, and short ways to use it. */
export function aFifoQueue(attributes: Record<string, string> = {}) {
  return aQueue("orders.fifo", { ...FIFO, ...attributes });
}

export function aStandardQueue(attributes: Record<string, string> = {}) {
  return aQueue("jobs", attributes);
}

function aQueue(name: string, attributes: Record<string, string>) {
  const model = aModel();
  model.queues.create({ name, attributes, tags: {} }, NOON);
  let sent = 0;
  return {
    model,
    name,
    /** Sends bodies to a group, each with a deduplication id of its own. */
    send(groupId: string, bodies: string[], now = NOON) {
      const isFifo = attributes.FifoQueue === "true";
      return bodies.map((body) => {
        sent += 1;
        const identity = isFifo ? { groupId, deduplicationId: `d-${sent}` } : {};
        return model.queues.send(name, { body, ...identity }, now);
      });
    },
    receive(now = NOON, maxMessages = 10, visibilitySeconds?: number) {
      return model.queues.receive(name, { maxMessages, visibilitySeconds }, now);
    },
    bodies(now = NOON, maxMessages = 10) {
      return model.queues.receive(name, { maxMessages }, now).map((message) => message.body);
    },
    delete(receiptHandle: string, now = NOON) {
      model.queues.deleteMessage(name, receiptHandle, now);
    },
    changeVisibility(receiptHandle: string, seconds: number, now = NOON) {
      model.queues.changeVisibility(name, receiptHandle, seconds, now);
    },
    counts(now = NOON) {
      const attributes = model.queues.attributes(name, ["All"], now);
      return [
        Number(attributes.ApproximateNumberOfMessages),
        Number(attributes.ApproximateNumberOfMessagesNotVisible),
        Number(attributes.ApproximateNumberOfMessagesDelayed),
      ];
    },
  };
}

/** Code and message of the refusal, or `accepted`. */
export function refusal(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof ModelError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "accepted";
}

/** The code alone. */
export function code(call: () => unknown): string {
  return refusal(call).replace(/:.*$/s, "");
}

/** First element; the test fails when there is none. */
export function only<Item>(items: readonly Item[]): Item {
  const [item] = items;
  if (item === undefined || items.length > 1) throw new Error(`expected one item, got ${items.length}`);
  return item;
}
