import type { Envelope, PartialEnvelope } from "../../core/event.js";
import type { AcceptedFact, Fact, PublishedFact, RejectedFact } from "../../core/facts.js";
import { REASONS, type Reason } from "../../core/outcome.js";
import { CallError } from "../../ports/call.js";
import { restored } from "./stored-text.js";

/** A row of the view `journal`, or of one of the tables behind it. */
export type FoundRow = Readonly<Record<string, unknown>>;

/** The fact of a row; undefined for a kind of fact that this version of evp does not know. */
export function toFact(row: FoundRow): Fact | undefined {
  const base = baseOf(row);
  const about = readText(row, "about");
  switch (row.fact) {
    case "accepted":
      return toAccepted(row);
    case "published":
      return toPublished(row);
    case "rejected":
      return toRejected(row);
    case "duplicate":
      return { ...base, fact: "duplicate", messageId: about, owner: readText(row, "owner") };
    case "redriven":
      return {
        ...base,
        fact: "redriven",
        messageId: about,
        sentAs: readText(row, "sent_as"),
        ...optional("changes", row.changes),
      };
    case "purged":
      return { ...base, fact: "purged", messageId: about };
    case "replayed":
      return {
        ...base,
        fact: "replayed",
        replayId: about,
        to: row.sent_to === "queue" ? "queue" : "topic",
        messageId: readText(row, "message_id"),
        sequence: readText(row, "sequence"),
      };
    default:
      return undefined;
  }
}

export function toAccepted(row: FoundRow): AcceptedFact {
  return {
    ...baseOf(row),
    fact: "accepted",
    owner: readText(row, "owner"),
    claimedAt: readInteger(row, "claimed_at"),
    envelope: readEnvelope(row),
    body: readText(row, "body"),
    contentHash: readText(row, "content_hash"),
    groupId: readText(row, "group_id"),
    sequence: readText(row, "sequence"),
    sentAt: readInteger(row, "sent_at"),
    receivedAt: readInteger(row, "received_at"),
    ...optional("traceparent", row.traceparent),
  };
}

export function toPublished(row: FoundRow): PublishedFact {
  return {
    ...baseOf(row),
    fact: "published",
    owner: readText(row, "owner"),
    topicArn: readText(row, "topic_arn"),
    snsMessageId: readText(row, "sns_message_id"),
    sequence: readText(row, "sequence"),
  };
}

export function toRejected(row: FoundRow): RejectedFact {
  return {
    ...baseOf(row),
    fact: "rejected",
    messageId: readText(row, "about"),
    reason: readReason(row),
    detail: readText(row, "detail"),
    ...(row.is_doubtful === true ? { isDoubtful: true } : {}),
    envelope: readPartialEnvelope(row),
    body: readText(row, "body"),
    bodyBytes: readInteger(row, "body_bytes"),
    bodySha256: readText(row, "body_sha256"),
    groupId: readText(row, "group_id"),
    sequence: readText(row, "sequence"),
    sentAt: readInteger(row, "sent_at"),
    redrives: readInteger(row, "redrives"),
    ...optional("traceparent", row.traceparent),
  };
}

function baseOf(row: FoundRow) {
  return {
    eventId: readText(row, "event_id"),
    clientId: readText(row, "client_id"),
    at: readInteger(row, "at"),
    expiresAt: readInteger(row, "expires_at"),
  };
}

/** Empty where the column is. */
function readText(row: FoundRow, column: string): string {
  const value = row[column];
  return typeof value === "string" ? restored(value) : "";
}

function readInteger(row: FoundRow, column: string): number {
  const value = row[column];
  return typeof value === "number" ? value : 0;
}

function optional<Name extends string>(name: Name, value: unknown): { [Key in Name]?: string };
function optional(name: string, value: unknown) {
  return typeof value === "string" ? { [name]: restored(value) } : {};
}

function readEnvelope(row: FoundRow): Envelope {
  const { id = "", type = "", version = "", clientId = "", ...rest } = readPartialEnvelope(row);
  return { id, type, version, clientId, ...rest };
}

const ENVELOPE_FIELDS = ["id", "type", "version", "clientId", "source", "timestamp", "key"] as const;

function readPartialEnvelope(row: FoundRow): PartialEnvelope {
  const members = new Map<string, unknown>(Object.entries(row.envelope ?? {}));
  const envelope: PartialEnvelope = {};
  for (const field of ENVELOPE_FIELDS) {
    const value = members.get(field);
    if (typeof value === "string" && value !== "") envelope[field] = restored(value);
  }
  return envelope;
}

/** Throws a CallError: a reason that is none was written by another program, and guessing would judge the message again. */
function readReason(row: FoundRow): Reason {
  const found = readText(row, "reason");
  const reason = REASONS.find((known) => known === found);
  if (reason !== undefined) return reason;
  const message = `the rejected fact of ${readText(row, "event_id")} has the unknown reason "${found}"`;
  throw new CallError(message, { code: "UnreadableFact", message, isSenderFault: false }, "failed");
}
