/** How a setting, which the API takes as text, is written where types are known. */
export interface SettingType {
  /** `document`: JSON. */
  type: "text" | "number" | "boolean" | "document";
  /** Name of the argument in Terraform; undefined where it has none. In CloudFormation it is called as in the API. */
  terraform: string | undefined;
}

/** Attributes of a queue that a plan may have ("AWS::SQS::Queue"; Terraform's aws_sqs_queue). */
export const QUEUE_SETTINGS: Record<string, SettingType> = {
  FifoQueue: { type: "boolean", terraform: "fifo_queue" },
  DeduplicationScope: { type: "text", terraform: "deduplication_scope" },
  FifoThroughputLimit: { type: "text", terraform: "fifo_throughput_limit" },
  ContentBasedDeduplication: { type: "boolean", terraform: "content_based_deduplication" },
  MessageRetentionPeriod: { type: "number", terraform: "message_retention_seconds" },
  SqsManagedSseEnabled: { type: "boolean", terraform: "sqs_managed_sse_enabled" },
  VisibilityTimeout: { type: "number", terraform: "visibility_timeout_seconds" },
  MaximumMessageSize: { type: "number", terraform: "max_message_size" },
  RedrivePolicy: { type: "document", terraform: "redrive_policy" },
  RedriveAllowPolicy: { type: "document", terraform: "redrive_allow_policy" },
};

/** Attributes of a topic that a plan may have ("AWS::SNS::Topic"; Terraform's aws_sns_topic, which cannot raise the size). */
export const TOPIC_SETTINGS: Record<string, SettingType> = {
  FifoTopic: { type: "boolean", terraform: "fifo_topic" },
  ContentBasedDeduplication: { type: "boolean", terraform: "content_based_deduplication" },
  FifoThroughputScope: { type: "text", terraform: "fifo_throughput_scope" },
  MaximumMessageSize: { type: "number", terraform: undefined },
};

/** Attributes of a subscription that a plan may have ("AWS::SNS::Subscription"; Terraform's aws_sns_topic_subscription). */
export const SUBSCRIPTION_SETTINGS: Record<string, SettingType> = {
  RawMessageDelivery: { type: "boolean", terraform: "raw_message_delivery" },
  RedrivePolicy: { type: "document", terraform: "redrive_policy" },
};

/** @throws Error for an attribute that has no type here: a plan that has a new one needs a line above */
export function typeOfSetting(types: Record<string, SettingType>, attribute: string): SettingType {
  const type = Object.hasOwn(types, attribute) ? types[attribute] : undefined;
  if (type === undefined) throw new Error(`nobody has said how ${attribute} is exported`);
  return type;
}
