import { queueNameOf, type Realm } from "./arns.js";
import { compileFilterPolicy, type FilterPolicy } from "./filter-policy.js";
import { invalidParameter } from "./model-error.js";
import type { Queue } from "./queue.js";
import type { AttributeValues } from "./queue-settings.js";

/** A queue's subscription to a topic ("Subscribe"). */
export interface SubscriptionConfig {
  arn: string;
  topicArn: string;
  /** ARN of the queue. */
  endpoint: string;
  /** RawMessageDelivery, FilterPolicy, FilterPolicyScope, RedrivePolicy, as far as they are set. */
  settings: AttributeValues;
}

/** A subscription, ready to deliver. */
export interface Subscription extends SubscriptionConfig {
  isRaw: boolean;
  wants: FilterPolicy;
  /** ARN of the queue for what cannot be delivered. */
  deadLetterArn: string | undefined;
}

const SETTABLE = ["RawMessageDelivery", "FilterPolicy", "FilterPolicyScope", "RedrivePolicy"];

/** @throws ModelError when a setting is not valid ("Subscribe", "SetSubscriptionAttributes") */
export function prepareSubscription(config: SubscriptionConfig): Subscription {
  const { RawMessageDelivery: raw, FilterPolicy: filter, FilterPolicyScope: scope, RedrivePolicy } = config.settings;
  if (raw !== undefined && raw !== "true" && raw !== "false") {
    throw invalidParameter(`RawMessageDelivery: Invalid value [${raw}]. Must be true or false.`);
  }
  if (scope !== undefined && scope !== "MessageAttributes" && scope !== "MessageBody") {
    throw invalidParameter(
      `FilterPolicyScope: Invalid value [${scope}]. Please use either MessageBody or MessageAttributes`,
    );
  }
  return {
    ...config,
    isRaw: raw === "true",
    wants: filter === undefined ? () => true : compileFilterPolicy(filter, scope ?? "MessageAttributes"),
    deadLetterArn: RedrivePolicy === undefined ? undefined : parseDeadLetterArn(RedrivePolicy),
  };
}

/** An empty text, or an empty filter policy, removes a setting. @throws ModelError for a name that is not known */
export function changedSubscriptionSettings(current: AttributeValues, changes: AttributeValues): AttributeValues {
  const settings = { ...current };
  for (const [name, value] of Object.entries(changes)) {
    if (!SETTABLE.includes(name)) throw invalidParameter("AttributeName");
    if (name !== "RawMessageDelivery" && (value === "" || value.trim() === "{}")) delete settings[name];
    else settings[name] = value;
  }
  return settings;
}

/**
 * Which queues a topic may have: a standard topic no FIFO queue ("Subscribe an Amazon SQS FIFO queue to an Amazon SNS
 * FIFO topic"), and a dead-letter queue of the subscribed queue's own type ("Amazon SNS dead-letter queues"). @throws ModelError
 */
export function checkEndpoints(
  isFifoTopic: boolean,
  subscription: Subscription,
  realm: Realm,
  find: (arn: string) => Queue | undefined,
): void {
  const { endpoint, deadLetterArn } = subscription;
  if (queueNameOf(realm, endpoint) === undefined) throw invalidParameter("SQS endpoint ARN");
  if (!isFifoTopic && endpoint.endsWith(".fifo")) {
    throw invalidParameter(
      "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics",
    );
  }
  if (deadLetterArn === undefined) return;
  if (find(deadLetterArn) === undefined) {
    throw invalidParameter("RedrivePolicy: deadLetterTargetArn is not a queue of this account and region");
  }
  if (deadLetterArn.endsWith(".fifo") !== endpoint.endsWith(".fifo")) {
    throw invalidParameter("RedrivePolicy: the dead-letter queue must be of the same type as the subscribed queue");
  }
}

function parseDeadLetterArn(text: string): string {
  let target: unknown;
  try {
    const policy: unknown = JSON.parse(text);
    target =
      typeof policy === "object" && policy !== null && "deadLetterTargetArn" in policy && policy.deadLetterTargetArn;
  } catch (error) {
    throw invalidParameter(`RedrivePolicy: failed to parse JSON. ${error instanceof Error ? error.message : error}`);
  }
  if (typeof target === "string" && /^arn:[^:]+:sqs:[^:]+:[^:]+:[^:]+$/.test(target)) return target;
  throw invalidParameter("RedrivePolicy: deadLetterTargetArn is an invalid arn");
}
