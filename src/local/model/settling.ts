import { MAX_VISIBILITY_SECONDS } from "../../core/limits.js";
import type { Message } from "./message.js";
import { invalidParameterValue, ModelError } from "./model-error.js";
import type { Queue } from "./queue.js";
import { parseReceiptHandle, type Receipt } from "./receipt-handle.js";
import { checkVisibilitySeconds } from "./receiving.js";

/** How an expired handle is told: a single call blames its parameter, a batch entry has a code for it. */
export type ExpiredHandleStyle = "call" | "entry";

/**
 * Deletes the message that a receipt handle stands for ("DeleteMessage"). A message that is gone already is no error.
 * A FIFO queue refuses a handle whose visibility timeout ran out, or whose message was received again. A standard queue
 * lets any handle of the message succeed, but an old one deletes nothing.
 */
export function deleteMessage(queue: Queue, handle: string, style: ExpiredHandleStyle): void {
  const receipt = parseReceiptHandle(handle, queue.config.id);
  const message = queue.messages.get(receipt.ordinal);
  if (message === undefined) return;
  const isNewest = message.receiveCount === receipt.receiveCount;
  if (queue.isFifo && !(isNewest && message.state === "in-flight")) throw expiredHandle(handle, style);
  if (isNewest) queue.remove(message);
}

/**
 * Sets how long, from now, a message in flight stays invisible; 0 releases it ("ChangeMessageVisibility"). All in all a
 * receive hides a message for 12 hours at most.
 */
export function changeVisibility(
  queue: Queue,
  handle: string,
  seconds: number,
  now: number,
  style: ExpiredHandleStyle,
): void {
  checkVisibilitySeconds(seconds);
  const message = inFlight(queue, handle, parseReceiptHandle(handle, queue.config.id), style);
  if (now + seconds * 1000 > message.leasedAt + MAX_VISIBILITY_SECONDS * 1000) {
    throw invalidParameterValue(
      "VisibilityTimeout",
      seconds,
      `Total VisibilityTimeout for the message is beyond the limit [${MAX_VISIBILITY_SECONDS} seconds].`,
    );
  }
  queue.dropAttempt(message.attemptId);
  if (seconds === 0) queue.show(message, now);
  else queue.hide(message, "in-flight", now + seconds * 1000);
  queue.reportLease(message);
}

function inFlight(queue: Queue, handle: string, receipt: Receipt, style: ExpiredHandleStyle): Message {
  const message = queue.messages.get(receipt.ordinal);
  if (message === undefined) {
    const reason = "Message does not exist or is not available for visibility timeout change.";
    throw invalidParameterValue("ReceiptHandle", handle, reason);
  }
  if (message.state !== "in-flight") {
    throw new ModelError("MessageNotInflight", "The message referred to isn't in flight.");
  }
  if (queue.isFifo && message.receiveCount !== receipt.receiveCount) throw expiredHandle(handle, style);
  return message;
}

function expiredHandle(handle: string, style: ExpiredHandleStyle): ModelError {
  const reason = "The receipt handle has expired";
  if (style === "entry") return new ModelError("ReceiptHandleIsInvalid", reason);
  return invalidParameterValue("ReceiptHandle", handle, `${reason}.`);
}
