import type { BlockedFacts } from "../../../src/app/process/events.js";
import type { HeldMessage } from "../../../src/app/process/held-message.js";
import type { Clock } from "../../../src/ports/clock.js";

/** What is told of the head of a blocked group. */
export function blockedFacts(groupId: string): BlockedFacts {
  return {
    messageId: `m-${groupId}`,
    groupId,
    correlationId: `m-${groupId}`,
    eventId: "e",
    clientId: "client-1",
    type: "transaction",
    reason: "schema-violation",
    detail: "no",
  };
}

/** A message of the group that is received now. */
export function heldMessage(groupId: string, clock: Clock): HeldMessage {
  const now = { wall: clock.now(), monotonic: clock.monotonic() };
  const ids = { messageId: `m-${groupId}`, receiptHandle: `r-${groupId}`, groupId, deduplicationId: "d" };
  const message = { ...ids, body: "{}", attributes: {}, sequence: "1", receiveCount: 1, sentAt: now.wall };
  return {
    message,
    bytes: message.body.length,
    received: now,
    lease: now,
    yieldEvent: () => undefined,
    isGone: false,
    waitsSince: undefined,
    isParked: false,
  };
}
