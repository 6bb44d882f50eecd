import type { Message } from "./message.js";

/** Which messages of a queue a receive hands out, and in which order. */
export interface DeliveryOrder {
  add(message: Message): void;
  remove(message: Message): void;
  /** To be called when the message has become visible or invisible. */
  refresh(message: Message): void;
  /** Whether a receive would find anything. */
  hasReady(): boolean;
  /** Offers visible messages in order until `take` has said yes `max` times. `take` may make the message invisible or remove it. */
  handOut(max: number, take: (message: Message) => boolean): void;
}

/** A standard queue: best-effort order, any visible message ("Amazon SQS standard queues"). */
export class StandardOrder implements DeliveryOrder {
  readonly #visible = new Set<Message>();

  add(message: Message): void {
    this.refresh(message);
  }

  remove(message: Message): void {
    this.#visible.delete(message);
  }

  refresh(message: Message): void {
    if (message.state === "visible") this.#visible.add(message);
    else this.#visible.delete(message);
  }

  hasReady(): boolean {
    return this.#visible.size > 0;
  }

  handOut(max: number, take: (message: Message) => boolean): void {
    const taken: Message[] = [];
    for (const message of this.#visible) {
      if (taken.length >= max) break;
      if (take(message)) {
        taken.push(message);
        this.#visible.delete(message);
      }
    }
    // A message received with a visibility timeout of 0 is visible still: it goes to the end of the line.
    for (const message of taken) this.refresh(message);
  }
}
