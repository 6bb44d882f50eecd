import {
  MAX_QUEUE_NAME_LENGTH,
  MAX_RETENTION_SECONDS,
  MAX_VISIBILITY_SECONDS,
  SQS_MAX_BYTES,
} from "../../core/limits.js";
import { ModelError } from "./model-error.js";

/** A queue's settings as the caller gives and gets them: text by attribute name ("CreateQueue", "SetQueueAttributes"). */
export type AttributeValues = Record<string, string>;

interface NumberRule {
  min: number;
  max: number;
  default: number;
}

const NUMBERS: Record<string, NumberRule> = {
  VisibilityTimeout: { min: 0, max: MAX_VISIBILITY_SECONDS, default: 30 },
  MessageRetentionPeriod: { min: 60, max: MAX_RETENTION_SECONDS, default: 345_600 },
  MaximumMessageSize: { min: 1024, max: SQS_MAX_BYTES, default: SQS_MAX_BYTES },
  DelaySeconds: { min: 0, max: 900, default: 0 },
  ReceiveMessageWaitTimeSeconds: { min: 0, max: 20, default: 0 },
};
const KMS_REUSE: NumberRule = { min: 60, max: 86_400, default: 300 };
const CHOICES: Record<string, readonly string[]> = {
  ContentBasedDeduplication: ["true", "false"],
  DeduplicationScope: ["queue", "messageGroup"],
  FifoThroughputLimit: ["perQueue", "perMessageGroupId"],
  SqsManagedSseEnabled: ["true", "false"],
};
const FIFO_ONLY = ["FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"];
/** Set to an empty text, these are removed. */
const REMOVABLE = ["Policy", "RedrivePolicy", "RedriveAllowPolicy", "KmsMasterKeyId"];
const READ_ONLY = [
  "QueueArn",
  "CreatedTimestamp",
  "LastModifiedTimestamp",
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesNotVisible",
  "ApproximateNumberOfMessagesDelayed",
];

/** Every name that GetQueueAttributes answers to. */
export const QUEUE_ATTRIBUTE_NAMES: ReadonlySet<string> = new Set([
  ...Object.keys(NUMBERS),
  ...Object.keys(CHOICES),
  ...REMOVABLE,
  ...READ_ONLY,
  "FifoQueue",
  "KmsDataKeyReusePeriodSeconds",
]);

/** @throws ModelError unless the name fits the queue's type ("CreateQueue", QueueName) */
export function checkQueueName(name: string, isFifo: boolean): void {
  const stem = isFifo ? name.replace(/\.fifo$/, "") : name;
  const fits = /^[A-Za-z0-9_-]+$/.test(stem) && name.length <= MAX_QUEUE_NAME_LENGTH && (!isFifo || stem !== name);
  if (fits) return;
  throw new ModelError(
    "InvalidParameterValue",
    isFifo
      ? "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length."
      : "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.",
  );
}

/** The settings of a new queue about which the caller says nothing ("CreateQueue"). */
export function defaultQueueSettings(isFifo: boolean): AttributeValues {
  const settings: AttributeValues = {};
  for (const [name, rule] of Object.entries(NUMBERS)) settings[name] = String(rule.default);
  settings.SqsManagedSseEnabled = "true";
  if (isFifo) {
    settings.FifoQueue = "true";
    settings.ContentBasedDeduplication = "false";
    settings.DeduplicationScope = "queue";
    settings.FifoThroughputLimit = "perQueue";
  }
  return settings;
}

/** The settings after a change, checked; the redrive policies are checked by the caller, who knows the other queues. @throws ModelError */
export function changedQueueSettings(current: AttributeValues, changes: AttributeValues): AttributeValues {
  const isFifo = current.FifoQueue === "true";
  const settings = { ...current };
  for (const [name, value] of Object.entries(changes)) {
    checkSetting(name, value, isFifo);
    if (value === "" && REMOVABLE.includes(name)) delete settings[name];
    else settings[name] = value;
  }
  checkEncryption(settings, changes);
  if (settings.FifoThroughputLimit === "perMessageGroupId" && settings.DeduplicationScope !== "messageGroup") {
    throw invalidSetting("FifoThroughputLimit", "perMessageGroupId requires DeduplicationScope to be messageGroup.");
  }
  return settings;
}

export function invalidSetting(name: string, reason: string): ModelError {
  return new ModelError("InvalidAttributeValue", `Invalid value for the parameter ${name}. Reason: ${reason}`);
}

export function unknownAttribute(name: string): ModelError {
  return new ModelError("InvalidAttributeName", `Unknown Attribute ${name}.`);
}

function checkSetting(name: string, value: string, isFifo: boolean): void {
  if (!QUEUE_ATTRIBUTE_NAMES.has(name) || READ_ONLY.includes(name)) throw unknownAttribute(name);
  if (!isFifo && FIFO_ONLY.includes(name)) throw unknownAttribute(name);
  if (name === "FifoQueue" && value !== "true") {
    throw invalidSetting(name, "Modifying queue type is not supported.");
  }
  const rule = name === "KmsDataKeyReusePeriodSeconds" ? KMS_REUSE : NUMBERS[name];
  if (rule !== undefined && !(/^\d{1,10}$/.test(value) && Number(value) >= rule.min && Number(value) <= rule.max)) {
    throw invalidSetting(name, `Must be an integer from ${rule.min} to ${rule.max}.`);
  }
  const choices = CHOICES[name];
  if (choices !== undefined && !choices.includes(value)) {
    throw invalidSetting(name, `Must be one of ${choices.join(", ")}.`);
  }
}

/** One kind of encryption at a time: naming a KMS key switches the other off ("SetQueueAttributes"). */
function checkEncryption(settings: AttributeValues, changes: AttributeValues): void {
  if (settings.KmsMasterKeyId === undefined || settings.SqsManagedSseEnabled === "false") return;
  if (changes.SqsManagedSseEnabled === "true") {
    throw new ModelError(
      "InvalidAttributeName",
      "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.",
    );
  }
  settings.SqsManagedSseEnabled = "false";
}
