import type { MessageAttributes } from "../model/message.js";
import { ModelError } from "../model/model-error.js";
import type { ReceivedMessage } from "../model/receiving.js";

type SystemAttribute = (message: ReceivedMessage) => string | undefined;

/** Who sent a message is not known: every caller is the same. */
const SENDER_ID = "AIDALOCALUSER";

/** "ReceiveMessage", MessageSystemAttributeNames. */
const SYSTEM_ATTRIBUTES: Record<string, SystemAttribute> = {
  SenderId: () => SENDER_ID,
  SentTimestamp: (message) => String(message.sentAt),
  ApproximateReceiveCount: (message) => String(message.receiveCount),
  ApproximateFirstReceiveTimestamp: (message) => String(message.firstReceivedAt),
  SequenceNumber: (message) => message.sequenceNumber,
  MessageDeduplicationId: (message) => message.deduplicationId,
  MessageGroupId: (message) => message.groupId,
  AWSTraceHeader: (message) => message.traceHeader,
  DeadLetterQueueSourceArn: (message) => message.deadLetterSourceArn,
};

/** @throws ModelError for a name that is not known */
export function checkSystemAttributeNames(names: readonly string[]): void {
  for (const name of names) {
    if (name !== "All" && !Object.hasOwn(SYSTEM_ATTRIBUTES, name)) {
      throw new ModelError("InvalidAttributeName", `Unknown Attribute ${name}.`);
    }
  }
}

/** The system attributes of a message that were asked for; `All` stands for every one. */
export function selectSystemAttributes(message: ReceivedMessage, names: readonly string[]): Record<string, string> {
  const selected: Record<string, string> = {};
  for (const name of names.includes("All") ? Object.keys(SYSTEM_ATTRIBUTES) : names) {
    const value = SYSTEM_ATTRIBUTES[name]?.(message);
    if (value !== undefined) selected[name] = value;
  }
  return selected;
}

/** The message attributes that were asked for: by name, by prefix (`bar.*`), or all (`All`, `.*`) ("ReceiveMessage", MessageAttributeNames). */
export function selectMessageAttributes(attributes: MessageAttributes, names: readonly string[]): MessageAttributes {
  if (names.includes("All") || names.includes(".*")) return attributes;
  const wanted = (name: string) =>
    names.some((asked) => (asked.endsWith(".*") ? name.startsWith(asked.slice(0, -2)) : name === asked));
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => wanted(name)));
}
