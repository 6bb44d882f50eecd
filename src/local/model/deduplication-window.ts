import { DEDUPLICATION_SECONDS } from "../../core/limits.js";

const WINDOW_MS = DEDUPLICATION_SECONDS * 1000;

/** The message that a repeated send is answered with. */
export interface Original {
  messageId: string;
  ordinal: number;
}

/** One message that is remembered by its deduplication id for 5 minutes after it was sent. */
export interface RememberedMessage extends Original {
  /** ARN of the queue or topic. */
  owner: string;
  /** Scope and deduplication id, see {@link deduplicationKey}. */
  key: string;
  expiresAt: number;
}

/**
 * What FIFO queues and topics remember of the last 5 minutes, whether or not the messages were received and deleted
 * since ("Using the message deduplication ID in Amazon SQS", "Amazon SNS message deduplication for FIFO topics").
 */
export interface DeduplicationWindow {
  find(owner: string, key: string, now: number): Original | undefined;
  /** Called in the order of the messages. */
  remember(message: RememberedMessage, now: number): void;
}

export function rememberedUntil(now: number): number {
  return now + WINDOW_MS;
}

/** With the scope `group`, equal ids in two groups are no duplicates. A space is in neither id's alphabet. */
export function deduplicationKey(scope: "group" | "all", groupId: string, deduplicationId: string): string {
  return scope === "group" ? `${groupId} ${deduplicationId}` : ` ${deduplicationId}`;
}

/** A window held in memory. */
export class MemoryDeduplicationWindow implements DeduplicationWindow {
  readonly #messages = new Map<string, RememberedMessage>();

  find(owner: string, key: string, now: number): Original | undefined {
    const found = this.#messages.get(`${owner} ${key}`);
    return found !== undefined && found.expiresAt > now ? found : undefined;
  }

  remember(message: RememberedMessage, now: number): void {
    for (const [place, { expiresAt }] of this.#messages) {
      if (expiresAt > now) break;
      this.#messages.delete(place);
    }
    const place = `${message.owner} ${message.key}`;
    this.#messages.delete(place);
    this.#messages.set(place, message);
  }
}
