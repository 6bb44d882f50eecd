import { MAX_RETENTION_SECONDS, SQS_MAX_BYTES } from "./limits.js";
import { isFifoName } from "./names.js";
import type { Settings } from "./settings.js";
import type { DesiredQueue, DesiredQueuePolicy, StackAccount } from "./stack-plan.js";
import { queueArn, topicArn } from "./stack-plan-arns.js";
import { tagged } from "./stack-plan-tags.js";

/** Bytes kept free in the ingress queue's limit, so that a rejected message with evp's own attributes still fits on the DLQ. */
const ROOM_FOR_ATTRIBUTES_BYTES = 32 * 1024;

export function planIngressQueue(settings: Settings, account: StackAccount): DesiredQueue {
  const { names, ingress } = settings;
  const redrive = {
    deadLetterTargetArn: queueArn(account, names.deadLetterQueue),
    maxReceiveCount: ingress.maxReceiveCount,
  };
  return {
    kind: "queue",
    name: names.ingressQueue,
    ...tagged(settings, (all) => all.ingressQueue),
    attributes: {
      // Producers that send no deduplication id still get one.
      ...fifoAttributes(names.ingressQueue, { contentBasedDeduplication: true }),
      ...COMMON_ATTRIBUTES,
      VisibilityTimeout: String(ingress.visibilitySeconds),
      MaximumMessageSize: String(SQS_MAX_BYTES - ROOM_FOR_ATTRIBUTES_BYTES),
      RedrivePolicy: JSON.stringify(redrive),
    },
  };
}

/** The DLQ: only the ingress queue may name it as its dead-letter queue. */
export function planDeadLetterQueue(settings: Settings, account: StackAccount): DesiredQueue {
  const { names } = settings;
  const sourceQueueArns = [queueArn(account, names.ingressQueue)];
  return {
    kind: "queue",
    name: names.deadLetterQueue,
    ...tagged(settings, (all) => all.deadLetterQueue),
    attributes: {
      ...fifoAttributes(names.deadLetterQueue, { contentBasedDeduplication: false }),
      ...COMMON_ATTRIBUTES,
      MaximumMessageSize: String(SQS_MAX_BYTES),
      RedriveAllowPolicy: JSON.stringify({ redrivePermission: "byQueue", sourceQueueArns }),
    },
  };
}

/** Holds what a topic could not hand to a client's queue. */
export function planUndeliveredQueue(settings: Settings): DesiredQueue {
  return {
    ...planPlainQueue(settings.names.undeliveredQueue),
    ...tagged(settings, (all) => all.undeliveredQueue),
  };
}

/** Lets every client topic of the stack send: by the pattern of their names, so that a client added later needs no change here (a policy holds 8 KB at most). */
export function planUndeliveredPolicy(settings: Settings, account: StackAccount): DesiredQueuePolicy {
  const anyTopicArn = topicArn(account, settings.names.topicOf("*"));
  return planQueuePolicy(settings.names.undeliveredQueue, account, { ArnLike: { "aws:SourceArn": anyTopicArn } });
}

/** A FIFO queue that keeps what topics hand to it. */
export function planPlainQueue(name: string): Pick<DesiredQueue, "kind" | "name" | "attributes"> {
  return {
    kind: "queue",
    name,
    attributes: {
      ...fifoAttributes(name, { contentBasedDeduplication: false }),
      ...COMMON_ATTRIBUTES,
      MaximumMessageSize: String(SQS_MAX_BYTES),
    },
  };
}

/** Lets SNS send to the queue, for the topics that fit `condition` ("Example cases for Amazon SNS access control", subscribe a queue to a topic). */
export function planQueuePolicy(
  name: string,
  account: StackAccount,
  condition: Record<string, Record<string, string>>,
): DesiredQueuePolicy {
  const statement = {
    Sid: "evp-topics-only",
    Effect: "Allow",
    Principal: { Service: "sns.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: queueArn(account, name),
    Condition: condition,
  };
  return { kind: "queue-policy", name, policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }) };
}

const COMMON_ATTRIBUTES = {
  MessageRetentionPeriod: String(MAX_RETENTION_SECONDS),
  SqsManagedSseEnabled: "true",
};

/** High throughput: deduplication and limits per message group ("High throughput for FIFO queues in Amazon SQS"). Nothing for a standard queue. */
function fifoAttributes(name: string, options: { contentBasedDeduplication: boolean }): Record<string, string> {
  if (!isFifoName(name)) return {};
  return {
    FifoQueue: "true",
    DeduplicationScope: "messageGroup",
    FifoThroughputLimit: "perMessageGroupId",
    ContentBasedDeduplication: String(options.contentBasedDeduplication),
  };
}
