import { queueArn, type Realm } from "./arns.js";
import type { Change } from "./changes.js";
import { type DeliveryOrder, StandardOrder } from "./delivery-order.js";
import { FifoOrder } from "./fifo-order.js";
import { type Lease, type Message, type MessageFacts, placeMessage } from "./message.js";
import { MessageHeap } from "./message-heap.js";
import type { AttributeValues } from "./queue-settings.js";
import type { ReceiveAttempt } from "./receive-attempt.js";
import { parseRedrivePolicy, type RedrivePolicy } from "./redrive-policy.js";

/** What a queue is, apart from its messages. */
export interface QueueConfig {
  /** Unique in the model, also among queues of the same name, one after the other. */
  id: number;
  name: string;
  settings: AttributeValues;
  tags: Record<string, string>;
  createdAt: number;
  modifiedAt: number;
  purgedAt: number | undefined;
}

/**
 * One queue and its messages. A message is `visible`, or invisible until its `wakeAt`: `in-flight` after a receive,
 * `delayed` after a send. Time is brought up to date by {@link settle} at the start of each call; nothing happens between calls.
 */
export class Queue {
  readonly arn: string;
  readonly isFifo: boolean;
  config: QueueConfig;
  readonly messages = new Map<number, Message>();
  readonly counts = { visible: 0, "in-flight": 0, delayed: 0 };
  readonly #order: DeliveryOrder;
  readonly #byWake = new MessageHeap("wakeSlot", "wakeAt");
  readonly #byAge = new MessageHeap("ageSlot", "sentAt");
  readonly #attempts = new Map<string, ReceiveAttempt>();
  readonly #report: (change: Change) => void;

  constructor(realm: Realm, config: QueueConfig, report: (change: Change) => void) {
    this.arn = queueArn(realm, config.name);
    this.isFifo = config.settings.FifoQueue === "true";
    this.config = config;
    this.#order = this.isFifo ? new FifoOrder() : new StandardOrder();
    this.#report = report;
  }

  /** Whose deduplication window it is: a new queue of the same name starts with an empty one. */
  get deduplicationOwner(): string {
    return `${this.arn}#${this.config.id}`;
  }

  get redrivePolicy(): RedrivePolicy | undefined {
    const text = this.config.settings.RedrivePolicy;
    return text === undefined ? undefined : parseRedrivePolicy(text);
  }

  /** A numeric setting in ms, for instance `VisibilityTimeout`. */
  settingMs(name: string): number {
    return Number(this.config.settings[name]) * 1000;
  }

  /** Deletes what is older than the retention ("SetQueueAttributes", MessageRetentionPeriod) and shows what is due. */
  settle(now: number): void {
    const oldest = now - this.settingMs("MessageRetentionPeriod");
    for (let old = this.#byAge.first(); old !== undefined && old.sentAt <= oldest; old = this.#byAge.first()) {
      this.remove(old);
    }
    for (let due = this.#byWake.first(); due !== undefined && due.wakeAt <= now; due = this.#byWake.first()) {
      this.show(due, due.wakeAt);
    }
    for (const attempt of this.#attempts.values()) {
      if (attempt.expiresAt > now) break;
      this.dropAttempt(attempt.attemptId);
    }
  }

  /** When the next invisible message becomes visible by itself. */
  get nextWakeAt(): number | undefined {
    return this.#byWake.first()?.wakeAt;
  }

  get hasReady(): boolean {
    return this.#order.hasReady();
  }

  add(facts: MessageFacts, lease: Lease): void {
    this.place(facts, lease);
    this.#report({ kind: "add-message", queueId: this.config.id, message: { ...facts, ...lease } });
  }

  /** Puts a message in its place without reporting it. */
  place(facts: MessageFacts, lease: Lease): void {
    const message = placeMessage(facts, lease);
    this.messages.set(message.ordinal, message);
    this.counts[message.state] += 1;
    this.#byAge.put(message);
    if (message.state !== "visible") this.#byWake.put(message);
    this.#order.add(message);
  }

  remove(message: Message): void {
    this.dropAttempt(message.attemptId);
    this.messages.delete(message.ordinal);
    this.counts[message.state] -= 1;
    this.#byAge.remove(message);
    this.#byWake.remove(message);
    this.#order.remove(message);
    this.#report({ kind: "delete-message", ordinal: message.ordinal });
  }

  /** Makes a message visible as of `at`. */
  show(message: Message, at: number): void {
    this.dropAttempt(message.attemptId);
    this.#enter(message, "visible");
    message.wakeAt = at;
    this.#byWake.remove(message);
    this.#order.refresh(message);
  }

  /** Makes a message invisible until `wakeAt`, or moves that time. */
  hide(message: Message, state: "in-flight" | "delayed", wakeAt: number): void {
    this.#enter(message, state);
    message.wakeAt = wakeAt;
    this.#byWake.put(message);
    this.#order.refresh(message);
  }

  /** Applies the queue's delay to what waits already, as a FIFO queue does when it changes ("Amazon SQS delay queues"). */
  delayWaiting(now: number): void {
    for (const message of this.messages.values()) {
      if (message.receiveCount > 0) continue;
      const wakeAt = message.sentAt + this.settingMs("DelaySeconds");
      if (wakeAt > now) this.hide(message, "delayed", wakeAt);
      else if (message.state === "delayed") this.show(message, wakeAt);
      this.reportLease(message);
    }
  }

  /** Writes down what a call did to a message. A timeout that ran out needs no writing: its time says it. */
  reportLease(message: Message): void {
    const { receiveCount, firstReceivedAt, state, leasedAt, wakeAt } = message;
    const lease = { receiveCount, firstReceivedAt, state, leasedAt, wakeAt };
    this.#report({ kind: "put-lease", ordinal: message.ordinal, lease });
  }

  handOut(max: number, take: (message: Message) => boolean): void {
    this.#order.handOut(max, take);
  }

  attempt(attemptId: string): ReceiveAttempt | undefined {
    return this.#attempts.get(attemptId);
  }

  /** Remembers what an attempt received, without reporting it. */
  placeAttempt(attempt: ReceiveAttempt): void {
    this.#attempts.set(attempt.attemptId, attempt);
    for (const ordinal of attempt.ordinals) {
      const message = this.messages.get(ordinal);
      if (message !== undefined) message.attemptId = attempt.attemptId;
    }
  }

  addAttempt(attempt: ReceiveAttempt): void {
    this.placeAttempt(attempt);
    this.#report({ kind: "put-attempt", attempt });
  }

  /** Forgets an attempt: something of its set was touched, or its time is over. */
  dropAttempt(attemptId: string | undefined): void {
    const attempt = attemptId === undefined ? undefined : this.#attempts.get(attemptId);
    if (attempt === undefined) return;
    this.#attempts.delete(attempt.attemptId);
    for (const ordinal of attempt.ordinals) {
      const message = this.messages.get(ordinal);
      if (message !== undefined) message.attemptId = undefined;
    }
    this.#report({ kind: "delete-attempt", queueId: this.config.id, attemptId: attempt.attemptId });
  }

  #enter(message: Message, state: Message["state"]): void {
    this.counts[message.state] -= 1;
    this.counts[state] += 1;
    message.state = state;
  }
}
