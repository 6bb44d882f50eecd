import type { TapState } from "../core/tap-life.js";
import type { Queue } from "./queue.js";

/** A temporary subscription to topics: sees what is published from now on and takes nothing from a client. */
export interface Tap {
  queue: Queue;
  /** How long it keeps what nobody reads, ms. */
  retentionMs: number;
  /** Watches one more topic, which must fit the pattern that the tap was opened with. */
  watch(topicArn: string): Promise<void>;
  /** Says that it is still in use; to be said every {@link TAP_RENEWAL_MS}. */
  renew(): Promise<void>;
  /** Removes the subscriptions and the queue, each of them whatever happens to the others. May be called again. */
  close(): Promise<void>;
}

/** What a tap may watch. */
export interface TapTopics {
  /** Watched from the start, one at least. */
  arns: string[];
  /** An ARN with `*`: topics that may be watched later. */
  pattern?: string | undefined;
}

/** A tap of the stack, whosever it is. */
export interface TapSighting {
  /** Its queue's name. */
  name: string;
  state: TapState;
  /** The process that opened it, for instance `process 4711 on build-7`; undefined where nothing tells. */
  owner: string | undefined;
  /** When its owner last said that it is in use, ms since 1970. */
  aliveAt: number | undefined;
}

export interface Taps {
  open(topics: TapTopics): Promise<Tap>;
  /** All taps of the stack, one's own among them. */
  list(): Promise<TapSighting[]>;
  /**
   * Removes a tap, its subscriptions first: without its queue they would not be found again.
   * @param topicArns where its subscriptions may be, beside the topics that it was opened with
   * @returns false when there is none of that name, or it is another stack's
   */
  remove(name: string, topicArns: string[]): Promise<boolean>;
  /** Removes all taps of the stack, in use or not. @returns the queues' names */
  removeLeftovers(): Promise<string[]>;
}
