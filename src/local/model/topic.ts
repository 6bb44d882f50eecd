import { type Realm, topicArn } from "./arns.js";
import type { AttributeValues } from "./queue-settings.js";
import type { Subscription } from "./subscription.js";

/** What a topic is, apart from its subscriptions. */
export interface TopicConfig {
  /** Unique in the model, also among topics of the same name, one after the other. */
  id: number;
  arn: string;
  name: string;
  settings: AttributeValues;
  tags: Record<string, string>;
}

export interface Topic {
  config: TopicConfig;
  readonly isFifo: boolean;
  /** In the order in which they were made. */
  readonly subscriptions: Set<Subscription>;
  deletedSubscriptions: number;
}

export function newTopicConfig(realm: Realm, id: number, name: string, settings: AttributeValues): TopicConfig {
  return { id, arn: topicArn(realm, name), name, settings, tags: {} };
}

export function openTopic(config: TopicConfig): Topic {
  return { config, isFifo: config.settings.FifoTopic === "true", subscriptions: new Set(), deletedSubscriptions: 0 };
}
