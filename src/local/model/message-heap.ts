import type { Message } from "./message.js";

/** Messages by a time, earliest first. Each message knows its own place, so that any of them leaves in O(log n). */
export class MessageHeap {
  readonly #items: Message[] = [];
  readonly #slot: "wakeSlot" | "ageSlot";
  readonly #time: "wakeAt" | "sentAt";

  constructor(slot: "wakeSlot" | "ageSlot", time: "wakeAt" | "sentAt") {
    this.#slot = slot;
    this.#time = time;
  }

  first(): Message | undefined {
    return this.#items[0];
  }

  /** Adds the message, or finds its new place after its time changed. */
  put(message: Message): void {
    if (message[this.#slot] < 0) {
      this.#items.push(message);
      message[this.#slot] = this.#items.length - 1;
    }
    this.#sink(this.#rise(message[this.#slot]));
  }

  remove(message: Message): void {
    const index = message[this.#slot];
    if (index < 0) return;
    message[this.#slot] = -1;
    const last = this.#items.pop();
    if (last === undefined || last === message) return;
    this.#set(index, last);
    this.#sink(this.#rise(index));
  }

  #set(index: number, message: Message): void {
    this.#items[index] = message;
    message[this.#slot] = index;
  }

  /** Equal times go by arrival, so that the same calls always give the same order. */
  #isBefore(a: Message, b: Message): boolean {
    return a[this.#time] === b[this.#time] ? a.ordinal < b.ordinal : a[this.#time] < b[this.#time];
  }

  #swapIfOrdered(upper: number, lower: number): boolean {
    const above = this.#items[upper];
    const below = this.#items[lower];
    if (above === undefined || below === undefined || !this.#isBefore(below, above)) return false;
    this.#set(upper, below);
    this.#set(lower, above);
    return true;
  }

  #rise(start: number): number {
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfOrdered(parent, index)) break;
      index = parent;
    }
    return index;
  }

  #sink(start: number): void {
    let index = start;
    for (;;) {
      const left = this.#items[2 * index + 1];
      const right = this.#items[2 * index + 2];
      if (left === undefined) return;
      const child = right !== undefined && this.#isBefore(right, left) ? 2 * index + 2 : 2 * index + 1;
      if (!this.#swapIfOrdered(index, child)) return;
      index = child;
    }
  }
}
