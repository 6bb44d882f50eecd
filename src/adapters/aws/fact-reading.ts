import type { Envelope, PartialEnvelope } from "../../core/event.js";
import type { AcceptedFact, Fact, RejectedFact } from "../../core/facts.js";
import { REASONS, type Reason } from "../../core/outcome.js";
import { CallError } from "../../ports/call.js";
import { type Item, readInteger, readText } from "./attribute-values.js";
import { EVENT_ID, readFactKey } from "./fact-keys.js";

/** The fact of an item; undefined for a kind of fact that this version of evp does not know. */
export function toFact(item: Item): Fact | undefined {
  const { clientId, fact, messageId } = readFactKey(item);
  const base = {
    eventId: readText(item, EVENT_ID),
    clientId,
    at: readInteger(item, "at"),
    expiresAt: readInteger(item, "expiresAt"),
  };
  switch (fact) {
    case "accepted":
      return { ...base, ...readAccepted(item) };
    case "published":
      return {
        ...base,
        fact,
        owner: readText(item, "owner"),
        topicArn: readText(item, "topicArn"),
        snsMessageId: readText(item, "snsMessageId"),
        sequence: readText(item, "sequence"),
      };
    case "rejected":
      return { ...base, messageId, ...readRejected(item) };
    case "duplicate":
      return { ...base, fact, messageId, owner: readText(item, "owner") };
    case "redriven":
      return { ...base, fact, messageId, sentAs: readText(item, "sentAs"), ...readChanges(item) };
    case "purged":
      return { ...base, fact, messageId };
    case "replayed":
      return {
        ...base,
        fact,
        replayId: messageId,
        to: readText(item, "to") === "queue" ? "queue" : "topic",
        messageId: readText(item, "messageId"),
        sequence: readText(item, "sequence"),
      };
    default:
      return undefined;
  }
}

function readAccepted(item: Item): Omit<AcceptedFact, "eventId" | "clientId" | "at" | "expiresAt"> {
  return {
    fact: "accepted",
    owner: readText(item, "owner"),
    claimedAt: readInteger(item, "claimedAt"),
    envelope: readEnvelope(item),
    body: readText(item, "body"),
    contentHash: readText(item, "contentHash"),
    groupId: readText(item, "groupId"),
    sequence: readText(item, "sequence"),
    sentAt: readInteger(item, "sentAt"),
    receivedAt: readInteger(item, "receivedAt"),
    ...readTraceparent(item),
  };
}

function readRejected(item: Item): Omit<RejectedFact, "eventId" | "clientId" | "at" | "expiresAt" | "messageId"> {
  return {
    fact: "rejected",
    reason: readReason(item),
    detail: readText(item, "detail"),
    ...(item.isDoubtful?.BOOL === true ? { isDoubtful: true } : {}),
    envelope: readPartialEnvelope(item),
    body: readText(item, "body"),
    bodyBytes: readInteger(item, "bodyBytes"),
    bodySha256: readText(item, "bodySha256"),
    groupId: readText(item, "groupId"),
    sequence: readText(item, "sequence"),
    sentAt: readInteger(item, "sentAt"),
    redrives: readInteger(item, "redrives"),
    ...readTraceparent(item),
  };
}

function readTraceparent(item: Item): { traceparent?: string } {
  const traceparent = readText(item, "traceparent");
  return traceparent === "" ? {} : { traceparent };
}

function readChanges(item: Item): { changes?: string } {
  const changes = readText(item, "changes");
  return changes === "" ? {} : { changes };
}

function readEnvelope(item: Item): Envelope {
  const { id = "", type = "", version = "", clientId = "", ...rest } = readPartialEnvelope(item);
  return { id, type, version, clientId, ...rest };
}

const ENVELOPE_FIELDS = ["id", "type", "version", "clientId", "source", "timestamp", "key"] as const;

function readPartialEnvelope(item: Item): PartialEnvelope {
  const members = item.envelope?.M ?? {};
  const envelope: PartialEnvelope = {};
  for (const field of ENVELOPE_FIELDS) {
    const value = readText(members, field);
    if (value !== "") envelope[field] = value;
  }
  return envelope;
}

/** Throws a CallError: a reason that is none was written by another program, and guessing would judge the message again. */
function readReason(item: Item): Reason {
  const found = readText(item, "reason");
  const reason = REASONS.find((known) => known === found);
  if (reason !== undefined) return reason;
  const message = `the rejected fact of ${readText(item, EVENT_ID)} has the unknown reason "${found}"`;
  throw new CallError(message, { code: "UnreadableFact", message, isSenderFault: false }, "failed");
}
