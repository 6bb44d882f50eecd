import type { PartialEnvelope } from "../../core/event.js";
import type { AcceptedFact, Fact } from "../../core/facts.js";
import { hourOf, position } from "../../core/queue-place.js";
import { storable } from "./stored-text.js";

type Column = string | number | boolean | null | { [member: string]: string };
/** A row by its columns; one that is left out is null. */
export type Row = Readonly<Record<string, Column>>;

/** The row of an accepted fact, in the table `event`. */
export function toEventRow(fact: AcceptedFact): Row {
  return {
    ...keysOf(fact),
    type: storable(fact.envelope.type),
    owner: storable(fact.owner),
    claimed_at: fact.claimedAt,
    envelope: envelopeOf(fact.envelope),
    body: storable(fact.body),
    content_hash: fact.contentHash,
    group_id: storable(fact.groupId),
    sequence: fact.sequence,
    hour: hourOf(fact.sentAt),
    position: position(fact.sequence, fact.sentAt),
    sent_at: fact.sentAt,
    received_at: fact.receivedAt,
    traceparent: optional(fact.traceparent),
  };
}

/** The row of any other fact, in the table `fact`; `about` is the message or the replay that it is about, where there is one. */
export function toFactRow(fact: Exclude<Fact, AcceptedFact>): Row {
  const common = { ...keysOf(fact), fact: fact.fact };
  switch (fact.fact) {
    case "published":
      return {
        ...common,
        about: "",
        owner: storable(fact.owner),
        topic_arn: fact.topicArn,
        sns_message_id: fact.snsMessageId,
        sequence: fact.sequence,
      };
    case "rejected":
      return {
        ...common,
        about: storable(fact.messageId),
        reason: fact.reason,
        detail: storable(fact.detail),
        is_doubtful: fact.isDoubtful ?? null,
        envelope: envelopeOf(fact.envelope),
        body: storable(fact.body),
        body_bytes: fact.bodyBytes,
        body_sha256: fact.bodySha256,
        group_id: storable(fact.groupId),
        sequence: fact.sequence,
        sent_at: fact.sentAt,
        redrives: fact.redrives,
        traceparent: optional(fact.traceparent),
      };
    case "duplicate":
      return { ...common, about: storable(fact.messageId), owner: storable(fact.owner) };
    case "redriven":
      return {
        ...common,
        about: storable(fact.messageId),
        sent_as: fact.sentAs,
        changes: optional(fact.changes),
      };
    case "purged":
      return { ...common, about: storable(fact.messageId) };
    case "replayed":
      return {
        ...common,
        about: storable(fact.replayId),
        sent_to: fact.to,
        message_id: fact.messageId,
        sequence: fact.sequence,
      };
  }
}

/** The key of an event, as one text. */
export function eventKey({ event_id, client_id }: Row): string {
  return `${event_id}\n${client_id}`;
}

function keysOf({ eventId, clientId, at, expiresAt }: Fact) {
  return { event_id: storable(eventId), client_id: storable(clientId), at, expires_at: expiresAt };
}

function optional(text: string | undefined): string | null {
  return text === undefined ? null : storable(text);
}

function envelopeOf(envelope: PartialEnvelope): Record<string, string> {
  const members = Object.entries(envelope).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return Object.fromEntries(members.map(([name, text]) => [name, storable(text)]));
}
