import type { Queue } from "./queue.js";

/** A temporary subscription to a topic: sees what is published from now on and takes nothing from the client. */
export interface Tap {
  queue: Queue;
  /** Removes the subscription and its queue, each of them whatever happens to the other. May be called again. */
  close(): Promise<void>;
}

export interface Taps {
  open(topicArn: string): Promise<Tap>;
  /** Removes the queues and subscriptions of taps that were never closed. @returns the queues' names */
  removeLeftovers(): Promise<string[]>;
}
