import type { DeliveryOrder } from "./delivery-order.js";
import type { Message } from "./message.js";

/** The messages of one message group, oldest first, linked through `previous` and `next`. */
interface Group {
  readonly id: string;
  head: Message | undefined;
  tail: Message | undefined;
  /** It is being handed out, and finds its place in the line afterwards. */
  isHeld: boolean;
}

/**
 * A FIFO queue's order ("FIFO queue delivery logic in Amazon SQS"): a receive returns as many messages of one group as
 * fit, then goes on with other groups. Each group is handed out from its oldest message up to the first one that is
 * invisible, so that nothing overtakes a message in flight or delayed. Groups whose oldest message is visible stand in
 * line; one that was handed out goes to the end of it, so that no group starves the others.
 */
export class FifoOrder implements DeliveryOrder {
  readonly #groups = new Map<string, Group>();
  readonly #ready = new Set<Group>();

  add(message: Message): void {
    const group = this.#groupOf(message);
    message.previous = group.tail;
    if (group.tail === undefined) group.head = message;
    else group.tail.next = message;
    group.tail = message;
    this.#lineUp(group);
  }

  remove(message: Message): void {
    const group = this.#groupOf(message);
    if (message.previous === undefined) group.head = message.next;
    else message.previous.next = message.next;
    if (message.next === undefined) group.tail = message.previous;
    else message.next.previous = message.previous;
    message.previous = undefined;
    message.next = undefined;
    this.#lineUp(group);
  }

  refresh(message: Message): void {
    this.#lineUp(this.#groupOf(message));
  }

  hasReady(): boolean {
    return this.#ready.size > 0;
  }

  handOut(max: number, take: (message: Message) => boolean): void {
    const held: Group[] = [];
    let taken = 0;
    for (const group of this.#ready) {
      if (taken >= max) break;
      group.isHeld = true;
      held.push(group);
      this.#ready.delete(group);
      let message = group.head;
      while (message?.state === "visible" && taken < max) {
        const next: Message | undefined = message.next;
        if (take(message)) taken += 1;
        message = next;
      }
    }
    for (const group of held) {
      group.isHeld = false;
      this.#lineUp(group);
    }
  }

  #groupOf(message: Message): Group {
    const id = message.groupId ?? "";
    let group = this.#groups.get(id);
    if (group === undefined) {
      group = { id, head: undefined, tail: undefined, isHeld: false };
      this.#groups.set(id, group);
    }
    return group;
  }

  #lineUp(group: Group): void {
    if (group.isHeld) return;
    if (group.head === undefined) this.#groups.delete(group.id);
    if (group.head?.state === "visible") this.#ready.add(group);
    else this.#ready.delete(group);
  }
}
