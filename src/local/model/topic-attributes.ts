import { invalidParameter, ModelError } from "./model-error.js";
import type { AttributeValues } from "./queue-settings.js";
import type { Subscription, SubscriptionConfig } from "./subscription.js";
import type { Topic } from "./topic.js";

const MAX_TAGS = 50;

/** "GetTopicAttributes". */
export function topicAttributes(
  { config, subscriptions, deletedSubscriptions }: Topic,
  account: string,
): AttributeValues {
  return {
    Policy: ownerPolicy(config.arn, account),
    ...config.settings,
    TopicArn: config.arn,
    Owner: account,
    SubscriptionsConfirmed: String(subscriptions.size),
    SubscriptionsPending: "0",
    SubscriptionsDeleted: String(deletedSubscriptions),
  };
}

/** "GetSubscriptionAttributes". */
export function subscriptionAttributes(subscription: SubscriptionConfig, account: string): AttributeValues {
  const { arn, topicArn, endpoint, settings } = subscription;
  const filterScope = { FilterPolicyScope: settings.FilterPolicyScope ?? "MessageAttributes" };
  return {
    RawMessageDelivery: "false",
    ...settings,
    ...(settings.FilterPolicy === undefined ? {} : filterScope),
    SubscriptionArn: arn,
    TopicArn: topicArn,
    Endpoint: endpoint,
    Protocol: "sqs",
    Owner: account,
    PendingConfirmation: "false",
    ConfirmationWasAuthenticated: "true",
  };
}

/** An existing topic is created again when no attribute or tag that is given differs ("CreateTopic"). @throws ModelError */
export function checkSameTopic({ config }: Topic, attributes: AttributeValues, tags: Record<string, string>): void {
  if (differs(attributes, config.settings)) {
    throw invalidParameter("Attributes Reason: Topic already exists with different attributes");
  }
  if (differs(tags, config.tags)) throw invalidParameter("Tags Reason: Topic already exists with different tags");
}

/** An existing subscription is made again when no attribute that is given differs ("Subscribe"). @throws ModelError */
export function checkSameSubscription(existing: Subscription, settings: AttributeValues): void {
  if (differs(settings, { RawMessageDelivery: "false", ...existing.settings })) {
    throw invalidParameter("Attributes Reason: Subscription already exists with different attributes");
  }
}

/** "TagResource". @throws ModelError TagLimitExceeded */
export function checkTagCount(tags: Record<string, string>): void {
  if (Object.keys(tags).length > MAX_TAGS) {
    throw new ModelError(
      "TagLimitExceeded",
      `Could not complete request: tag quota of ${MAX_TAGS} per resource exceeded`,
    );
  }
}

function differs(wanted: Record<string, string>, found: Record<string, string>): boolean {
  return Object.entries(wanted).some(([name, value]) => found[name] !== value);
}

/** Only the owner may use a topic that has no policy of its own ("CreateTopic", Policy). */
function ownerPolicy(arn: string, account: string): string {
  return JSON.stringify({
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: ["SNS:Publish", "SNS:Subscribe", "SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:DeleteTopic"],
        Resource: arn,
        Condition: { StringEquals: { "AWS:SourceOwner": account } },
      },
    ],
  });
}
