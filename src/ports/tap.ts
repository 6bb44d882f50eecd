import type { Queue } from "./queue.js";

/** A temporary subscription to a topic: sees what is published from now on and takes nothing from the client. */
export interface Tap {
  queue: Queue;
  /** Removes the subscription and its queue. */
  close(): Promise<void>;
}

export interface Taps {
  open(topicArn: string): Promise<Tap>;
  /** Removes the queues of taps that were never closed. @returns their names */
  removeLeftovers(): Promise<string[]>;
}
