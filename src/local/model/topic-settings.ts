import { MAX_TOPIC_NAME_LENGTH, SNS_MAX_BYTES, SQS_MAX_BYTES } from "../../core/limits.js";
import { invalidParameter } from "./model-error.js";
import type { AttributeValues } from "./queue-settings.js";

const MIN_TOPIC_MESSAGE_BYTES = 1024;
const FIFO_ONLY = ["ContentBasedDeduplication", "FifoThroughputScope"];
const SETTABLE = [...FIFO_ONLY, "FifoTopic", "DisplayName", "Policy", "KmsMasterKeyId", "MaximumMessageSize"];

/** @throws ModelError unless the name fits the topic's type ("CreateTopic", Name) */
export function checkTopicName(name: string, isFifo: boolean): void {
  const stem = isFifo ? name.replace(/\.fifo$/, "") : name;
  if (/^[A-Za-z0-9_-]+$/.test(stem) && name.length <= MAX_TOPIC_NAME_LENGTH && (!isFifo || stem !== name)) return;
  throw invalidParameter(
    isFifo
      ? "Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII letters, numbers, underscores, and hyphens, and must be between 1 and 256 characters long."
      : "Topic Name",
  );
}

/** The settings of a new topic about which the caller says nothing ("CreateTopic"). */
export function defaultTopicSettings(isFifo: boolean): AttributeValues {
  const settings: AttributeValues = { DisplayName: "", MaximumMessageSize: String(SNS_MAX_BYTES) };
  if (isFifo)
    Object.assign(settings, { FifoTopic: "true", ContentBasedDeduplication: "false", FifoThroughputScope: "Topic" });
  return settings;
}

/** The settings after a change ("SetTopicAttributes"). @throws ModelError */
export function changedTopicSettings(current: AttributeValues, changes: AttributeValues): AttributeValues {
  const settings = { ...current };
  for (const [name, value] of Object.entries(changes)) {
    checkSetting(current, name, value);
    if (value === "" && (name === "Policy" || name === "KmsMasterKeyId")) delete settings[name];
    else settings[name] = value;
  }
  return settings;
}

function checkSetting(current: AttributeValues, name: string, value: string): void {
  const isFifo = current.FifoTopic === "true";
  if (name === "ArchivePolicy")
    throw invalidParameter("ArchivePolicy Reason: the embedded stack keeps no message archive");
  if (!SETTABLE.includes(name) || (!isFifo && FIFO_ONLY.includes(name))) throw invalidParameter("AttributeName");
  if (name === "FifoTopic" && value !== String(isFifo))
    throw invalidParameter("FifoTopic Reason: the type of a topic cannot change");
  if (name === "ContentBasedDeduplication" && value !== "true" && value !== "false") {
    throw invalidParameter(`ContentBasedDeduplication: Invalid value [${value}]. Must be true or false.`);
  }
  if (name === "FifoThroughputScope") checkThroughputScope(current.FifoThroughputScope, value);
  const bytes = Number(value);
  if (
    name === "MaximumMessageSize" &&
    !(Number.isInteger(bytes) && bytes >= MIN_TOPIC_MESSAGE_BYTES && bytes <= SQS_MAX_BYTES)
  ) {
    throw invalidParameter(
      `MaximumMessageSize Reason: must be between ${MIN_TOPIC_MESSAGE_BYTES} and ${SQS_MAX_BYTES}`,
    );
  }
}

/** The wider throughput cannot be given back ("High throughput FIFO topics in Amazon SNS"). */
function checkThroughputScope(current: string | undefined, value: string): void {
  if (value !== "Topic" && value !== "MessageGroup") {
    throw invalidParameter(`FifoThroughputScope: Invalid value [${value}]. Must be Topic or MessageGroup.`);
  }
  if (current === "MessageGroup" && value === "Topic") {
    throw invalidParameter("FifoThroughputScope Reason: cannot be changed from MessageGroup to Topic");
  }
}
