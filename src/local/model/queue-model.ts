import { SQS_MAX_BYTES } from "../../core/limits.js";
import { queueArn, queueNameOf, type Realm } from "./arns.js";
import { type BatchResult, checkBatch, checkBatchSize, runBatch } from "./batch.js";
import type { ChangeLog } from "./change-log.js";
import type { ModelState } from "./changes.js";
import { type DeduplicationWindow, deduplicationKey, rememberedUntil } from "./deduplication-window.js";
import { type MessageFacts, sequenceNumber, unreceived } from "./message.js";
import { messageSizeBytes } from "./message-content.js";
import { invalidParameterValue, ModelError } from "./model-error.js";
import { Queue } from "./queue.js";
import { isPolicy } from "./queue-policy.js";
import {
  type AttributeValues,
  changedQueueSettings,
  checkQueueName,
  defaultQueueSettings,
  invalidSetting,
  QUEUE_ATTRIBUTE_NAMES,
  unknownAttribute,
} from "./queue-settings.js";
import { checkReceive, type ReceivedMessage, type ReceiveOptions, receive } from "./receiving.js";
import { allowsSource, parseRedrivePolicy } from "./redrive-policy.js";
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
    if (existing !== undefined) return sameQueue(existing, attributes);
    const isFifo = attributes.FifoQueue === "true";
    checkQueueName(name, isFifo);
    const settings = changedQueueSettings(defaultQueueSettings(isFifo), attributes);
    this.#checkPolicies(queueArn(this.#parts.realm, name), isFifo, settings, attributes);
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
    for (const attribute of wanted) {
      if (attribute !== "All" && !QUEUE_ATTRIBUTE_NAMES.has(attribute)) throw unknownAttribute(attribute);
    }
    const queue = this.at(name, now);
    const { settings, createdAt, modifiedAt } = queue.config;
    const all: AttributeValues = {
      ...settings,
      QueueArn: queue.arn,
      CreatedTimestamp: String(Math.floor(createdAt / 1000)),
      LastModifiedTimestamp: String(Math.floor(modifiedAt / 1000)),
      ApproximateNumberOfMessages: String(queue.counts.visible),
      ApproximateNumberOfMessagesNotVisible: String(queue.counts["in-flight"]),
      ApproximateNumberOfMessagesDelayed: String(queue.counts.delayed),
    };
    if (wanted.includes("All")) return all;
    return Object.fromEntries(Object.entries(all).filter(([attribute]) => wanted.includes(attribute)));
  }

  setAttributes(name: string, changes: AttributeValues, now: number): void {
    const queue = this.at(name, now);
    const settings = changedQueueSettings(queue.config.settings, changes);
    this.#checkPolicies(queue.arn, queue.isFifo, settings, changes);
    const isDelayChanged = queue.config.settings.DelaySeconds !== settings.DelaySeconds;
    this.#putConfig(queue, { settings, modifiedAt: now });
    if (queue.isFifo && isDelayChanged) redelay(queue, now);
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

  /** The dead-letter queue must exist, be of the same type and let this queue in ("Using dead-letter queues in Amazon SQS"). */
  #checkPolicies(arn: string, isFifo: boolean, settings: AttributeValues, changes: AttributeValues): void {
    if (changes.Policy && !isPolicy(changes.Policy)) throw invalidSetting("Policy", "It is not a valid policy.");
    if (changes.RedriveAllowPolicy) allowsSource(changes.RedriveAllowPolicy, arn);
    const text = changes.RedrivePolicy;
    if (!text) return;
    const policy = parseRedrivePolicy(text);
    const target = this.find(policy.deadLetterTargetArn);
    const refuse = (reason: string) => invalidParameterValue("RedrivePolicy", text, reason);
    if (target === undefined) throw refuse("Dead letter target does not exist.");
    if (target.arn === arn) throw refuse("A queue cannot be its own dead-letter queue.");
    if (target.isFifo !== isFifo) throw refuse("Dead-letter queue must be same type of queue as the source.");
    if (!allowsSource(target.config.settings.RedriveAllowPolicy, arn)) {
      throw refuse("Queue does not have permission to use the dead-letter queue.");
    }
    settings.RedrivePolicy = JSON.stringify(policy);
  }

  #putConfig(queue: Queue, change: Partial<Queue["config"]>): void {
    queue.config = { ...queue.config, ...change };
    this.#parts.log.report({ kind: "put-queue", queue: queue.config });
  }
}

/** "CreateQueue": an existing queue is answered with when no attribute that is given differs. */
function sameQueue(queue: Queue, attributes: AttributeValues): Queue {
  const changed = changedQueueSettings(queue.config.settings, attributes);
  for (const attribute of Object.keys(attributes)) {
    const wanted =
      attribute === "RedrivePolicy" && attributes[attribute]
        ? JSON.stringify(parseRedrivePolicy(attributes[attribute]))
        : changed[attribute];
    if (wanted !== queue.config.settings[attribute]) {
      throw new ModelError(
        "QueueNameExists",
        `A queue already exists with the same name and a different value for attribute ${attribute}`,
      );
    }
  }
  return queue;
}

/** On a FIFO queue a change of the delay also counts for the messages that wait ("Amazon SQS delay queues"). */
function redelay(queue: Queue, now: number): void {
  const delayMs = queue.settingMs("DelaySeconds");
  for (const message of queue.messages.values()) {
    if (message.receiveCount > 0) continue;
    const wakeAt = message.sentAt + delayMs;
    if (wakeAt > now) queue.hide(message, "delayed", wakeAt);
    else if (message.state === "delayed") queue.show(message, wakeAt);
    queue.reportLease(message);
  }
}
