import { SQS_MAX_BYTES } from "../../core/limits.js";
import { queueArn, queueNameOf, type Realm } from "./arns.js";
import { type BatchResult, checkBatch, checkBatchSize, runBatch } from "./batch.js";
import type { ChangeLog } from "./change-log.js";
import type { ModelState } from "./changes.js";
import { type DeduplicationWindow, deduplicationKey, rememberedUntil } from "./deduplication-window.js";
import { type MessageFacts, sequenceNumber, unreceived } from "./message.js";
import { messageSizeBytes } from "./message-content.js";
import { ModelError } from "./model-error.js";
import { Queue } from "./queue.js";
import { checkSameQueue, queueAttributes } from "./queue-attributes.js";
import { checkQueuePolicies } from "./queue-policies.js";
import { type AttributeValues, changedQueueSettings, checkQueueName, defaultQueueSettings } from "./queue-settings.js";
import { checkReceive, type ReceivedMessage, type ReceiveOptions, receive } from "./receiving.js";
import {
  checkIdentity,
  checkOutgoing,
  effectiveDeduplicationId,
  type OutgoingMessage,
  type SendAnswer,
  visibleFrom,
} from "./sending.js";
import { changeVisibility, deleteMessage } from "./settling.js";

const PURGE_PAUSE_MS = 60_000;
const MAX_TAGS = 50;

export interface QueueModelParts {
  realm: Realm;
  /** Gives each message its id. */
  newId: () => string;
  window: DeduplicationWindow;
  log: ChangeLog;
}

/** SQS: FIFO and standard queues by name. Every method that takes `now` (ms) throws a {@link ModelError} where AWS refuses. */
export class QueueModel {
  readonly #parts: QueueModelParts;
  readonly #queues = new Map<string, Queue>();

  constructor(parts: QueueModelParts) {
    this.#parts = parts;
  }

  /** Puts back what was written down of another model's life. */
  restore(state: ModelState): void {
    const byId = new Map<number, Queue>();
    for (const config of state.queues) {
      const queue = new Queue(this.#parts.realm, config, this.#parts.log.report);
      this.#queues.set(config.name, queue);
      byId.set(config.id, queue);
    }
    for (const { queueId, facts, lease } of state.messages) byId.get(queueId)?.place(facts, lease);
    for (const attempt of state.attempts) byId.get(attempt.queueId)?.placeAttempt(attempt);
  }

  /** Idempotent; the same name with another value of an attribute is an error ("CreateQueue"). */
  create(options: { name: string; attributes: AttributeValues; tags: Record<string, string> }, now: number): Queue {
    const { name, attributes, tags } = options;
    const existing = this.#queues.get(name);
    if (existing !== undefined) {
      checkSameQueue(existing, attributes);
      return existing;
    }
    const isFifo = attributes.FifoQueue === "true";
    checkQueueName(name, isFifo);
    const settings = changedQueueSettings(defaultQueueSettings(isFifo), attributes);
    const arn = queueArn(this.#parts.realm, name);
    checkQueuePolicies({ arn, isFifo, settings, changes: attributes }, (target) => this.find(target));
    const config = {
      id: this.#parts.log.nextOrdinal(),
      name,
      settings,
      tags,
      createdAt: now,
      modifiedAt: now,
      purgedAt: undefined,
    };
    const queue = new Queue(this.#parts.realm, config, this.#parts.log.report);
    this.#queues.set(name, queue);
    this.#parts.log.report({ kind: "put-queue", queue: config });
    return queue;
  }

  /** @throws ModelError QueueDoesNotExist */
  get(name: string): Queue {
    const queue = this.#queues.get(name);
    if (queue === undefined) throw new ModelError("QueueDoesNotExist", "The specified queue does not exist.");
    return queue;
  }

  /** The queue as it stands at `now`. */
  at(name: string, now: number): Queue {
    const queue = this.get(name);
    queue.settle(now);
    return queue;
  }

  find(arn: string): Queue | undefined {
    const name = queueNameOf(this.#parts.realm, arn);
    return name === undefined ? undefined : this.#queues.get(name);
  }

  /** When the next invisible message of the queue becomes visible by itself; `undefined` also when there is no such queue. */
  nextWakeAt(name: string): number | undefined {
    return this.#queues.get(name)?.nextWakeAt;
  }

  /** Names in alphabetical order ("ListQueues"). */
  list(prefix: string): string[] {
    return [...this.#queues.keys()].filter((name) => name.startsWith(prefix)).sort();
  }

  /** "GetQueueAttributes"; `All` stands for every one. */
  attributes(name: string, wanted: readonly string[], now: number): AttributeValues {
    return queueAttributes(this.at(name, now), wanted);
  }

  setAttributes(name: string, changes: AttributeValues, now: number): void {
    const queue = this.at(name, now);
    const settings = changedQueueSettings(queue.config.settings, changes);
    checkQueuePolicies({ arn: queue.arn, isFifo: queue.isFifo, settings, changes }, (target) => this.find(target));
    const isDelayChanged = queue.config.settings.DelaySeconds !== settings.DelaySeconds;
    this.#putConfig(queue, { settings, modifiedAt: now });
    if (queue.isFifo && isDelayChanged) queue.delayWaiting(now);
  }

  tags(name: string): Record<string, string> {
    return this.get(name).config.tags;
  }

  /** "TagQueue": at most 50 tags. */
  tag(name: string, tags: Record<string, string>): void {
    const queue = this.get(name);
    const merged = { ...queue.config.tags, ...tags };
    if (Object.keys(merged).length > MAX_TAGS) {
      throw new ModelError("InvalidParameterValue", `Too many tags added for queue ${name}.`);
    }
    this.#putConfig(queue, { tags: merged });
  }

  untag(name: string, keys: readonly string[]): void {
    const queue = this.get(name);
    const tags = Object.fromEntries(Object.entries(queue.config.tags).filter(([key]) => !keys.includes(key)));
    this.#putConfig(queue, { tags });
  }

  /** Deletes every message, those in flight too; once in 60 seconds ("PurgeQueue"). Deduplication goes on. */
  purge(name: string, now: number): void {
    const queue = this.get(name);
    const { purgedAt } = queue.config;
    if (purgedAt !== undefined && now < purgedAt + PURGE_PAUSE_MS) {
      throw new ModelError(
        "PurgeQueueInProgress",
        `Only one PurgeQueue operation on ${name} is allowed every 60 seconds.`,
      );
    }
    for (const message of queue.messages.values()) queue.remove(message);
    this.#putConfig(queue, { purgedAt: now });
  }

  /** The name is free at once, where AWS makes wait 60 seconds ("DeleteQueue"). */
  delete(name: string): void {
    const queue = this.get(name);
    for (const message of queue.messages.values()) queue.remove(message);
    this.#queues.delete(name);
    this.#parts.log.report({ kind: "delete-queue", queueId: queue.config.id });
  }

  send(name: string, message: OutgoingMessage, now: number): SendAnswer {
    const queue = this.at(name, now);
    checkOutgoing(queue, message);
    return this.enqueue(queue, message, now);
  }

  /** "SendMessageBatch": 10 entries and 1 MiB at most; a FIFO queue takes them in their order. */
  sendBatch(
    name: string,
    entries: readonly (OutgoingMessage & { id: string })[],
    now: number,
  ): BatchResult<SendAnswer> {
    const queue = this.at(name, now);
    checkBatch(entries);
    checkBatchSize(
      entries.reduce((sum, { body, attributes }) => sum + messageSizeBytes(body, attributes ?? {}), 0),
      SQS_MAX_BYTES,
    );
    for (const entry of entries) checkIdentity(queue, entry);
    return runBatch(entries, (entry) => {
      checkOutgoing(queue, entry);
      return this.enqueue(queue, entry, now);
    });
  }

  /**
   * Takes in a message that was checked, or answers for the one that it repeats: with the same deduplication id within
   * 5 minutes, even after that one was deleted ("Using the message deduplication ID in Amazon SQS").
   */
  enqueue(queue: Queue, message: OutgoingMessage, now: number): SendAnswer {
    const { window, log, newId } = this.#parts;
    const deduplicationId = effectiveDeduplicationId(queue.isFifo, message);
    const owner = queue.deduplicationOwner;
    const scope = queue.config.settings.DeduplicationScope === "messageGroup" ? "group" : "all";
    const key = deduplicationId && deduplicationKey(scope, message.groupId ?? "", deduplicationId);
    const original = key && window.find(owner, key, now);
    if (original) return { messageId: original.messageId, sequenceNumber: sequenceNumber(original.ordinal) };
    const facts: MessageFacts = {
      ordinal: log.nextOrdinal(),
      messageId: newId(),
      body: message.body,
      attributes: message.attributes ?? {},
      groupId: message.groupId,
      deduplicationId,
      traceHeader: message.traceHeader,
      sentAt: now,
      deadLetterSourceArn: undefined,
    };
    if (key) window.remember({ ...facts, owner, key, expiresAt: rememberedUntil(now) }, now);
    queue.add(facts, unreceived(visibleFrom(queue, message, now), now));
    return { messageId: facts.messageId, sequenceNumber: queue.isFifo ? sequenceNumber(facts.ordinal) : undefined };
  }

  receive(name: string, options: ReceiveOptions, now: number): ReceivedMessage[] {
    const queue = this.at(name, now);
    checkReceive(queue, options);
    return receive(queue, options, now, {
      nextOrdinal: this.#parts.log.nextOrdinal,
      deadLetterQueue: (arn) => this.find(arn),
    });
  }

  deleteMessage(name: string, receiptHandle: string, now: number): void {
    deleteMessage(this.at(name, now), receiptHandle, "call");
  }

  deleteMessageBatch(
    name: string,
    entries: readonly { id: string; receiptHandle: string }[],
    now: number,
  ): BatchResult<object> {
    const queue = this.at(name, now);
    checkBatch(entries);
    return runBatch(entries, ({ receiptHandle }) => {
      deleteMessage(queue, receiptHandle, "entry");
      return {};
    });
  }

  changeVisibility(name: string, receiptHandle: string, seconds: number, now: number): void {
    changeVisibility(this.at(name, now), receiptHandle, seconds, now, "call");
  }

  changeVisibilityBatch(
    name: string,
    entries: readonly { id: string; receiptHandle: string; seconds: number }[],
    now: number,
  ): BatchResult<object> {
    const queue = this.at(name, now);
    checkBatch(entries);
    return runBatch(entries, ({ receiptHandle, seconds }) => {
      changeVisibility(queue, receiptHandle, seconds, now, "entry");
      return {};
    });
  }

  #putConfig(queue: Queue, change: Partial<Queue["config"]>): void {
    queue.config = { ...queue.config, ...change };
    this.#parts.log.report({ kind: "put-queue", queue: queue.config });
  }
}
