import { SQS_MAX_BYTES } from "../../core/limits.js";
import type { MessageAttributes } from "./message.js";
import {
  attributesProblem,
  contentDeduplicationId,
  hasForbiddenCharacter,
  isMessageTag,
  messageSizeBytes,
} from "./message-content.js";
import { invalidParameterValue, ModelError } from "./model-error.js";
import type { Queue } from "./queue.js";

/** A message as its sender gives it ("SendMessage"). */
export interface OutgoingMessage {
  body: string;
  attributes?: MessageAttributes | undefined;
  groupId?: string | undefined;
  deduplicationId?: string | undefined;
  delaySeconds?: number | undefined;
  traceHeader?: string | undefined;
}

export interface SendAnswer {
  messageId: string;
  /** On a FIFO queue. */
  sequenceNumber: string | undefined;
}

const MAX_DELAY_SECONDS = 900;

/** What a batch is refused for as a whole: on a FIFO queue, every message needs a group and a deduplication id ("SendMessage"). */
export function checkIdentity(queue: Queue, message: OutgoingMessage): void {
  if (!queue.isFifo) return;
  if (message.groupId === undefined) {
    throw new ModelError("MissingParameter", "The request must contain the parameter MessageGroupId.");
  }
  if (message.deduplicationId === undefined && queue.config.settings.ContentBasedDeduplication !== "true") {
    throw new ModelError(
      "InvalidParameterValue",
      "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
  }
}

/** Everything that SQS refuses one message for ("SendMessage"). @throws ModelError */
export function checkOutgoing(queue: Queue, message: OutgoingMessage): void {
  checkIdentity(queue, message);
  checkTags(queue, message);
  checkDelay(queue, message.delaySeconds);
  if (message.body === "")
    throw new ModelError("MissingParameter", "The request must contain the parameter MessageBody.");
  const attributes = message.attributes ?? {};
  const problem = attributesProblem(attributes);
  if (problem !== undefined) throw new ModelError("InvalidParameterValue", problem);
  if (hasForbiddenCharacter(message.body)) {
    throw new ModelError(
      "InvalidMessageContents",
      "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.",
    );
  }
  const limit = Math.min(SQS_MAX_BYTES, Number(queue.config.settings.MaximumMessageSize));
  if (messageSizeBytes(message.body, attributes) > limit) {
    throw new ModelError(
      "InvalidParameterValue",
      `One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`,
    );
  }
}

function checkTags(queue: Queue, { groupId, deduplicationId }: OutgoingMessage): void {
  if (!queue.isFifo && deduplicationId !== undefined) {
    throw invalidParameterValue(
      "MessageDeduplicationId",
      deduplicationId,
      "The request include parameter that is not valid for this queue type.",
    );
  }
  for (const [parameter, value] of Object.entries({
    MessageGroupId: groupId,
    MessageDeduplicationId: deduplicationId,
  })) {
    if (value !== undefined && !isMessageTag(value)) {
      throw invalidParameterValue(
        parameter,
        value,
        `${parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
      );
    }
  }
}

/** A message in a FIFO queue has no delay of its own ("Amazon SQS message timers"). */
function checkDelay(queue: Queue, delaySeconds: number | undefined): void {
  if (delaySeconds === undefined) return;
  if (queue.isFifo && delaySeconds > 0) {
    throw invalidParameterValue(
      "DelaySeconds",
      delaySeconds,
      "The request include parameter that is not valid for this queue type.",
    );
  }
  if (!Number.isInteger(delaySeconds) || delaySeconds < 0 || delaySeconds > MAX_DELAY_SECONDS) {
    throw invalidParameterValue("DelaySeconds", delaySeconds, `DelaySeconds must be >= 0 and <= ${MAX_DELAY_SECONDS}.`);
  }
}

/** When a message sent now becomes visible. */
export function visibleFrom(queue: Queue, message: OutgoingMessage, now: number): number {
  const isOwnDelay = message.delaySeconds !== undefined && !queue.isFifo;
  return now + (isOwnDelay ? (message.delaySeconds ?? 0) * 1000 : queue.settingMs("DelaySeconds"));
}

/** A FIFO message's deduplication id: the sender's own, else the hash of the body ("SendMessage"). */
export function effectiveDeduplicationId(isFifo: boolean, message: OutgoingMessage): string | undefined {
  if (!isFifo) return undefined;
  return message.deduplicationId ?? contentDeduplicationId(message.body);
}
