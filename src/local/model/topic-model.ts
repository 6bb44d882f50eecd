import { type Realm, topicArn } from "./arns.js";
import { type BatchResult, checkBatch, runBatch } from "./batch.js";
import type { ChangeLog } from "./change-log.js";
import type { ModelState } from "./changes.js";
import { type DeduplicationWindow, deduplicationKey, rememberedUntil } from "./deduplication-window.js";
import { deliver } from "./delivery.js";
import { sequenceNumber } from "./message.js";
import { invalidParameter, ModelError } from "./model-error.js";
import {
  checkPublication,
  checkPublicationIdentity,
  type OutgoingPublication,
  type Publication,
  type PublishAnswer,
  publicationSizeBytes,
} from "./publication.js";
import type { QueueModel } from "./queue-model.js";
import type { AttributeValues } from "./queue-settings.js";
import { checkOutgoing, effectiveDeduplicationId } from "./sending.js";
import {
  changedSubscriptionSettings,
  checkEndpoints,
  prepareSubscription,
  type Subscription,
  type SubscriptionConfig,
} from "./subscription.js";
import { newTopicConfig, openTopic, type Topic, type TopicConfig } from "./topic.js";
import {
  checkSameSubscription,
  checkSameTopic,
  checkTagCount,
  subscriptionAttributes,
  topicAttributes,
} from "./topic-attributes.js";
import { changedTopicSettings, checkTopicName, defaultTopicSettings } from "./topic-settings.js";

/** "Amazon SNS endpoints and quotas": subscriptions of one FIFO topic. */
const MAX_FIFO_SUBSCRIPTIONS = 100;

export interface TopicModelParts {
  realm: Realm;
  newId: () => string;
  window: DeduplicationWindow;
  log: ChangeLog;
  queues: QueueModel;
}

/** SNS: FIFO and standard topics by ARN, with queues as subscribers. Every method throws a {@link ModelError} where AWS refuses. */
export class TopicModel {
  readonly #parts: TopicModelParts;
  readonly #topics = new Map<string, Topic>();
  readonly #subscriptions = new Map<string, Subscription>();

  constructor(parts: TopicModelParts) {
    this.#parts = parts;
  }

  /** Puts back what was written down of another model's life. */
  restore(state: ModelState): void {
    for (const config of state.topics) this.#topics.set(config.arn, openTopic(config));
    for (const config of state.subscriptions) {
      const subscription = prepareSubscription(config);
      this.#subscriptions.set(config.arn, subscription);
      this.#topics.get(config.topicArn)?.subscriptions.add(subscription);
    }
  }

  /** Idempotent: the ARN of a topic that exists, unless attributes or tags differ ("CreateTopic"). */
  create(options: { name: string; attributes: AttributeValues; tags: Record<string, string> }): string {
    const { name, attributes, tags } = options;
    const { realm, log } = this.#parts;
    const isFifo = attributes.FifoTopic === "true";
    const existing = this.#topics.get(topicArn(realm, name));
    if (existing !== undefined) {
      checkSameTopic(existing, attributes, tags);
      return existing.config.arn;
    }
    checkTopicName(name, isFifo);
    checkTagCount(tags);
    const settings = changedTopicSettings(defaultTopicSettings(isFifo), attributes);
    const config = { ...newTopicConfig(realm, log.nextOrdinal(), name, settings), tags };
    this.#topics.set(config.arn, openTopic(config));
    log.report({ kind: "put-topic", topic: config });
    return config.arn;
  }

  /** @throws ModelError NotFound */
  get(arn: string): Topic {
    const parts = arn.split(":");
    if (parts.length < 6) {
      throw invalidParameter(`TopicArn Reason: An ARN must have at least 6 elements, not ${parts.length}`);
    }
    const topic = this.#topics.get(arn);
    if (topic === undefined) throw new ModelError("NotFound", "Topic does not exist");
    return topic;
  }

  /** In alphabetical order. */
  list(): string[] {
    return [...this.#topics.keys()].sort();
  }

  attributes(arn: string): AttributeValues {
    return topicAttributes(this.get(arn), this.#parts.realm.account);
  }

  setAttribute(arn: string, name: string, value: string): void {
    const topic = this.get(arn);
    this.#putConfig(topic, { settings: changedTopicSettings(topic.config.settings, { [name]: value }) });
  }

  /** @throws ModelError ResourceNotFound */
  tags(arn: string): Record<string, string> {
    return this.#taggable(arn).config.tags;
  }

  tag(arn: string, tags: Record<string, string>): void {
    const topic = this.#taggable(arn);
    const merged = { ...topic.config.tags, ...tags };
    checkTagCount(merged);
    this.#putConfig(topic, { tags: merged });
  }

  untag(arn: string, keys: readonly string[]): void {
    const topic = this.#taggable(arn);
    const tags = Object.fromEntries(Object.entries(topic.config.tags).filter(([key]) => !keys.includes(key)));
    this.#putConfig(topic, { tags });
  }

  /** With its subscriptions. Deleting a topic that is gone is no error ("DeleteTopic"). */
  delete(arn: string): void {
    const topic = this.#topics.get(arn);
    if (topic === undefined) return;
    for (const subscription of topic.subscriptions) this.unsubscribe(subscription.arn);
    this.#topics.delete(arn);
    this.#parts.log.report({ kind: "delete-topic", arn });
  }

  /** Idempotent: the ARN of a subscription that exists, unless attributes differ ("Subscribe"). */
  subscribe(options: { topicArn: string; protocol: string; endpoint: string; attributes: AttributeValues }): string {
    const topic = this.get(options.topicArn);
    if (options.protocol !== "sqs") {
      throw invalidParameter(`Amazon SNS does not support this protocol string: ${options.protocol}`);
    }
    const settings = changedSubscriptionSettings({}, options.attributes);
    for (const existing of topic.subscriptions) {
      if (existing.endpoint !== options.endpoint) continue;
      checkSameSubscription(existing, settings);
      return existing.arn;
    }
    if (topic.isFifo && topic.subscriptions.size >= MAX_FIFO_SUBSCRIPTIONS) {
      throw new ModelError("SubscriptionLimitExceeded", "Subscription limit exceeded for this topic");
    }
    const arn = `${options.topicArn}:${this.#parts.newId()}`;
    this.#putSubscription(topic, { arn, topicArn: options.topicArn, endpoint: options.endpoint, settings });
    return arn;
  }

  /** Ending a subscription that is gone is no error ("Unsubscribe"). */
  unsubscribe(arn: string): void {
    const subscription = this.#subscriptions.get(arn);
    if (subscription === undefined) return;
    this.#subscriptions.delete(arn);
    const topic = this.#topics.get(subscription.topicArn);
    topic?.subscriptions.delete(subscription);
    if (topic !== undefined) topic.deletedSubscriptions += 1;
    this.#parts.log.report({ kind: "delete-subscription", arn });
  }

  subscriptions(ofTopic?: string): SubscriptionConfig[] {
    return ofTopic === undefined ? [...this.#subscriptions.values()] : [...this.get(ofTopic).subscriptions];
  }

  subscriptionAttributes(arn: string): AttributeValues {
    return subscriptionAttributes(this.#subscription(arn), this.#parts.realm.account);
  }

  setSubscriptionAttribute(arn: string, name: string, value: string): void {
    const current = this.#subscription(arn);
    const settings = changedSubscriptionSettings(current.settings, { [name]: value });
    const { topicArn: topic, endpoint } = current;
    this.#putSubscription(this.get(topic), { arn, topicArn: topic, endpoint, settings }, current);
  }

  publish(arn: string, publication: OutgoingPublication, now: number): PublishAnswer {
    const topic = this.get(arn);
    checkPublication(topic, publication);
    return this.#take(topic, publication, now);
  }

  /** "PublishBatch": 10 entries, and together no more bytes than one message may have. */
  publishBatch(
    arn: string,
    entries: readonly (OutgoingPublication & { id: string })[],
    now: number,
  ): BatchResult<PublishAnswer> {
    const topic = this.get(arn);
    checkBatch(entries);
    const bytes = entries.reduce((sum, entry) => sum + publicationSizeBytes(entry), 0);
    if (bytes > Number(topic.config.settings.MaximumMessageSize)) {
      throw new ModelError(
        "BatchRequestTooLong",
        "The length of all the messages put together is more than the limit.",
      );
    }
    for (const entry of entries) checkPublicationIdentity(topic, entry);
    return runBatch(entries, (entry) => {
      checkPublication(topic, entry);
      return this.#take(topic, entry, now);
    });
  }

  /**
   * Takes in a message that was checked and delivers it, or answers for the one that it repeats within 5 minutes
   * ("Amazon SNS message deduplication for FIFO topics").
   */
  #take(topic: Topic, outgoing: OutgoingPublication, now: number): PublishAnswer {
    const { window, log, newId } = this.#parts;
    const { message: body, groupId } = outgoing;
    const deduplicationId = effectiveDeduplicationId(topic.isFifo, { body, deduplicationId: outgoing.deduplicationId });
    const owner = `${topic.config.arn}#${topic.config.id}`;
    const scope = topic.config.settings.FifoThroughputScope === "MessageGroup" ? "group" : "all";
    const key = deduplicationId && deduplicationKey(scope, groupId ?? "", deduplicationId);
    const original = key && window.find(owner, key, now);
    if (original) return { messageId: original.messageId, sequenceNumber: sequenceNumber(original.ordinal) };
    const ordinal = log.nextOrdinal();
    const messageId = newId();
    if (key) window.remember({ owner, key, messageId, ordinal, expiresAt: rememberedUntil(now) }, now);
    const publication: Publication = {
      messageId,
      sequenceNumber: topic.isFifo ? sequenceNumber(ordinal) : undefined,
      topicArn: topic.config.arn,
      publishedAt: now,
      body,
      subject: outgoing.subject,
      attributes: outgoing.attributes ?? {},
      groupId,
      deduplicationId,
    };
    this.#deliver(topic, publication, now);
    return { messageId, sequenceNumber: publication.sequenceNumber };
  }

  #deliver(topic: Topic, publication: Publication, now: number): void {
    const { queues, realm } = this.#parts;
    for (const subscription of topic.subscriptions) {
      deliver(subscription, publication, {
        account: realm.account,
        queueOf: (arn) => queues.find(arn),
        send: (queue, message) => {
          queue.settle(now);
          checkOutgoing(queue, message);
          queues.enqueue(queue, message, now);
        },
      });
    }
  }

  #subscription(arn: string): Subscription {
    const subscription = this.#subscriptions.get(arn);
    if (subscription === undefined) throw new ModelError("NotFound", "Subscription does not exist");
    return subscription;
  }

  #taggable(arn: string): Topic {
    const topic = this.#topics.get(arn);
    if (topic === undefined) throw new ModelError("ResourceNotFound", "Resource does not exist");
    return topic;
  }

  /** Checks a subscription and puts it in the place of `previous`. */
  #putSubscription(topic: Topic, config: SubscriptionConfig, previous?: Subscription): void {
    const { realm, queues, log } = this.#parts;
    const subscription = prepareSubscription(config);
    checkEndpoints(topic.isFifo, subscription, realm, (arn) => queues.find(arn));
    if (previous !== undefined) topic.subscriptions.delete(previous);
    topic.subscriptions.add(subscription);
    this.#subscriptions.set(config.arn, subscription);
    log.report({ kind: "put-subscription", subscription: config });
  }

  #putConfig(topic: Topic, change: Partial<TopicConfig>): void {
    topic.config = { ...topic.config, ...change };
    this.#parts.log.report({ kind: "put-topic", topic: topic.config });
  }
}
