import { SNS_MAX_BYTES } from "./limits.js";
import type { Settings } from "./settings.js";
import type { DesiredResource, DesiredSubscription, DesiredTopic, StackAccount } from "./stack-plan.js";
import { queueArn, topicArn } from "./stack-plan-arns.js";
import { planPlainQueue, planQueuePolicy } from "./stack-plan-queues.js";
import { tagged } from "./stack-plan-tags.js";

/** A client's topic: deduplication and throughput per message group ("High throughput for FIFO topics in Amazon SNS"). */
export function planClientTopic(settings: Settings, account: StackAccount, clientId: string): DesiredTopic {
  const name = settings.names.topicOf(clientId);
  const largeMessages: Record<string, string> =
    settings.maxEventBytes > SNS_MAX_BYTES ? { MaximumMessageSize: String(settings.maxEventBytes) } : {};
  return {
    kind: "topic",
    name,
    arn: topicArn(account, name),
    ...tagged(settings, (all) => all.topicOf(clientId)),
    attributes: {
      FifoTopic: "true",
      ContentBasedDeduplication: "false",
      FifoThroughputScope: "MessageGroup",
      ...largeMessages,
    },
  };
}

/** A client's queue, to which only its topic may send. Visibility, redrive and filters are the client's own affair. */
export function planClientQueue(
  settings: Settings,
  account: StackAccount,
  clientId: string,
  sourceTopicArn: string,
): DesiredResource[] {
  const queueName = settings.names.queueOf(clientId);
  return [
    { ...planPlainQueue(queueName), ...tagged(settings, (all) => all.queueOf(clientId)) },
    planQueuePolicy(queueName, account, { ArnEquals: { "aws:SourceArn": sourceTopicArn } }),
  ];
}

/** Hands the client exactly the bytes that were published; what cannot be delivered goes to the undelivered queue ("Amazon SNS dead-letter queues"). */
export function planSubscription(
  settings: Settings,
  account: StackAccount,
  clientId: string,
  sourceTopicArn: string,
): DesiredSubscription {
  const queueName = settings.names.queueOf(clientId);
  const deadLetterTargetArn = queueArn(account, settings.names.undeliveredQueue);
  return {
    kind: "subscription",
    name: queueName,
    topicArn: sourceTopicArn,
    queueArn: queueArn(account, queueName),
    attributes: {
      RawMessageDelivery: "true",
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn }),
    },
  };
}
