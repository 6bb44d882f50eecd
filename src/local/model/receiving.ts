import { BATCH_MAX_ENTRIES, DEDUPLICATION_SECONDS, MAX_VISIBILITY_SECONDS } from "../../core/limits.js";
import { type Message, type MessageFacts, sequenceNumber, unreceived } from "./message.js";
import { isMessageTag } from "./message-content.js";
import { invalidParameterValue, ModelError } from "./model-error.js";
import type { Queue } from "./queue.js";
import { formatReceiptHandle } from "./receipt-handle.js";

export interface ReceiveOptions {
  /** 1–10, 1 when left out. */
  maxMessages?: number | undefined;
  /** 0–43,200; the queue's own when left out. */
  visibilitySeconds?: number | undefined;
  attemptId?: string | undefined;
}

export interface ReceivedMessage extends MessageFacts {
  receiptHandle: string;
  /** On a FIFO queue. */
  sequenceNumber: string | undefined;
  receiveCount: number;
  firstReceivedAt: number;
}

/** Messages in flight in one queue ("Amazon SQS message quotas"). */
const MAX_IN_FLIGHT = 120_000;

/** What a receive needs of the model around its queue. */
export interface ReceiveSurroundings {
  nextOrdinal(): number;
  deadLetterQueue(arn: string): Queue | undefined;
}

/** @throws ModelError ("ReceiveMessage") */
export function checkReceive(queue: Queue, options: ReceiveOptions): void {
  const { maxMessages, visibilitySeconds, attemptId } = options;
  if (maxMessages !== undefined && !isWithin(maxMessages, 1, BATCH_MAX_ENTRIES)) {
    throw invalidParameterValue("MaxNumberOfMessages", maxMessages, "Must be between 1 and 10, if provided.");
  }
  checkVisibilitySeconds(visibilitySeconds);
  if (attemptId === undefined) return;
  if (!queue.isFifo) {
    const reason = "The request include parameter that is not valid for this queue type.";
    throw invalidParameterValue("ReceiveRequestAttemptId", attemptId, reason);
  }
  if (!isMessageTag(attemptId)) {
    const reason =
      "ReceiveRequestAttemptId can only include alphanumeric and punctuation characters. 1 to 128 in length.";
    throw invalidParameterValue("ReceiveRequestAttemptId", attemptId, reason);
  }
}

export function checkVisibilitySeconds(seconds: number | undefined): void {
  if (seconds !== undefined && !isWithin(seconds, 0, MAX_VISIBILITY_SECONDS)) {
    throw invalidParameterValue("VisibilityTimeout", seconds, "Must be between 0 and 43200, if provided.");
  }
}

export function isWithin(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

/** Hands out messages of a settled queue, after {@link checkReceive}. @throws ModelError OverLimit on a standard queue */
export function receive(
  queue: Queue,
  options: ReceiveOptions,
  now: number,
  surroundings: ReceiveSurroundings,
): ReceivedMessage[] {
  const timeoutMs =
    options.visibilitySeconds === undefined ? queue.settingMs("VisibilityTimeout") : options.visibilitySeconds * 1000;
  const repeated = repeatAttempt(queue, options.attemptId, now + timeoutMs);
  if (repeated !== undefined) return repeated;

  const received: Message[] = [];
  const redrive = queue.redrivePolicy;
  const deadLetters = redrive && surroundings.deadLetterQueue(redrive.deadLetterTargetArn);
  queue.handOut(Math.min(options.maxMessages ?? 1, placesInFlight(queue)), (message) => {
    if (redrive && deadLetters && message.receiveCount >= redrive.maxReceiveCount) {
      moveToDeadLetters(message, queue, deadLetters, now, surroundings.nextOrdinal());
      return false;
    }
    lease(queue, message, now, timeoutMs);
    received.push(message);
    return true;
  });
  if (options.attemptId !== undefined && received.length > 0) {
    queue.addAttempt({
      queueId: queue.config.id,
      attemptId: options.attemptId,
      ordinals: received.map((message) => message.ordinal),
      expiresAt: now + DEDUPLICATION_SECONDS * 1000,
    });
  }
  return received.map((message) => asReceived(queue, message));
}

/** The same set with the same receipt handles and a fresh visibility timeout ("ReceiveMessage", ReceiveRequestAttemptId). */
function repeatAttempt(queue: Queue, attemptId: string | undefined, wakeAt: number): ReceivedMessage[] | undefined {
  const attempt = attemptId === undefined ? undefined : queue.attempt(attemptId);
  if (attempt === undefined) return undefined;
  const messages: Message[] = [];
  for (const ordinal of attempt.ordinals) {
    const message = queue.messages.get(ordinal);
    if (message === undefined) return undefined;
    messages.push(message);
  }
  for (const message of messages) {
    queue.hide(message, "in-flight", wakeAt);
    queue.reportLease(message);
  }
  return messages.map((message) => asReceived(queue, message));
}

/** A FIFO queue at its limit hands out nothing and says nothing; a standard queue says OverLimit ("ReceiveMessage"). */
function placesInFlight(queue: Queue): number {
  const places = MAX_IN_FLIGHT - queue.counts["in-flight"];
  if (places <= 0 && !queue.isFifo) {
    throw new ModelError("OverLimit", `The maximum number of in flight messages, ${MAX_IN_FLIGHT}, is reached.`);
  }
  return Math.max(0, places);
}

function lease(queue: Queue, message: Message, now: number, timeoutMs: number): void {
  queue.dropAttempt(message.attemptId);
  message.receiveCount += 1;
  message.firstReceivedAt ??= now;
  message.leasedAt = now;
  if (timeoutMs === 0) queue.show(message, now);
  else queue.hide(message, "in-flight", now + timeoutMs);
  queue.reportLease(message);
}

/**
 * What was received `maxReceiveCount` times is not received again, but moved, with its id, group and deduplication id
 * and without regard to deduplication. On a FIFO queue its enqueue time is new, on a standard queue the old one
 * ("Using dead-letter queues in Amazon SQS").
 */
function moveToDeadLetters(message: Message, from: Queue, to: Queue, now: number, ordinal: number): void {
  const { messageId, body, attributes, groupId, deduplicationId, traceHeader, sentAt, receiveCount, firstReceivedAt } =
    message;
  from.remove(message);
  const facts = { messageId, body, attributes, groupId, deduplicationId, traceHeader };
  to.add(
    { ...facts, ordinal, sentAt: from.isFifo ? now : sentAt, deadLetterSourceArn: from.arn },
    { ...unreceived(now, now), receiveCount, firstReceivedAt },
  );
}

function asReceived(queue: Queue, message: Message): ReceivedMessage {
  const { ordinal, messageId, body, attributes, groupId, deduplicationId, traceHeader, sentAt } = message;
  const { receiveCount, firstReceivedAt, deadLetterSourceArn } = message;
  return {
    ordinal,
    messageId,
    body,
    attributes,
    groupId,
    deduplicationId,
    traceHeader,
    sentAt,
    deadLetterSourceArn,
    receiptHandle: formatReceiptHandle({ queueId: queue.config.id, ordinal, receiveCount }),
    sequenceNumber: queue.isFifo ? sequenceNumber(ordinal) : undefined,
    receiveCount,
    firstReceivedAt: firstReceivedAt ?? sentAt,
  };
}
