import { hash } from "node:crypto";
import { ATTRIBUTE } from "./attribute-names.js";
import type { Envelope, Event, PartialEnvelope } from "./event.js";
import type { AcceptedFact, FactAddress, RejectedFact } from "./facts.js";
import { NO_CLIENT } from "./facts.js";
import type { Rejection } from "./outcome.js";
import { expiryOf } from "./retention.js";
import { traceparentOf } from "./traceparent.js";

/** Bodies of rejected messages are kept whole up to here, so that the item stays below DynamoDB's 400 KB … */
const MAX_KEPT_BODY_BYTES = 300 * 1024;
/** … and beyond it only their beginning. */
const KEPT_BEGINNING_BYTES = 64 * 1024;

/** A message as the journal records it. Times are ms since 1970. */
interface JournaledMessage {
  messageId: string;
  body: string;
  groupId: string;
  sequence: string;
  sentAt: number;
  attributes: Record<string, string>;
}

/** Where the facts about a message lie: under its event, or under its own id when it does not name one properly. */
export function addressOf(envelope: PartialEnvelope, messageId: string): FactAddress {
  if (envelope.id === undefined || envelope.clientId === undefined) return { eventId: messageId, clientId: NO_CLIENT };
  return { eventId: envelope.id, clientId: envelope.clientId };
}

function envelopeOf(about: Event | Envelope): Envelope {
  if (!("payload" in about)) return about;
  const { payload: _, ...envelope } = about;
  return envelope;
}

export function acceptedFact(
  event: Event | Envelope,
  contentHash: string,
  message: JournaledMessage,
  times: { receivedAt: number; now: number; retentionDays: number },
): AcceptedFact {
  const envelope = envelopeOf(event);
  return {
    fact: "accepted",
    eventId: envelope.id,
    clientId: envelope.clientId,
    owner: message.messageId,
    claimedAt: times.now,
    envelope,
    body: message.body,
    contentHash,
    groupId: message.groupId,
    sequence: message.sequence,
    sentAt: message.sentAt,
    receivedAt: times.receivedAt,
    ...traceparentOf(message.attributes),
    at: times.now,
    expiresAt: expiryOf(times.now, times.retentionDays),
  };
}

export function rejectedFact(
  rejection: Rejection,
  envelope: PartialEnvelope,
  message: JournaledMessage,
  times: { now: number; retentionDays: number },
): RejectedFact {
  const bodyBytes = Buffer.byteLength(message.body);
  return {
    fact: "rejected",
    ...addressOf(envelope, message.messageId),
    messageId: message.messageId,
    reason: rejection.reason,
    detail: rejection.detail,
    isDoubtful: rejection.isDoubtful,
    envelope,
    body: bodyBytes > MAX_KEPT_BODY_BYTES ? beginningOf(message.body) : message.body,
    bodyBytes,
    bodySha256: hash("sha256", message.body),
    groupId: message.groupId,
    sequence: message.sequence,
    sentAt: message.sentAt,
    redrives: redrivesOf(message.attributes),
    ...traceparentOf(message.attributes),
    at: times.now,
    expiresAt: expiryOf(times.now, times.retentionDays),
  };
}

/** Whole characters only: one cut in half decodes to U+FFFD at the very end. */
function beginningOf(body: string): string {
  return Buffer.from(body)
    .subarray(0, KEPT_BEGINNING_BYTES)
    .toString("utf8")
    .replace(/\uFFFD$/, "");
}

/** How often this event has been redriven, as the redriven message says. */
function redrivesOf(attributes: Record<string, string>): number {
  const count = Number(attributes[ATTRIBUTE.redrives] ?? 0);
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}
