import { ATTRIBUTE } from "../../core/attribute-names.js";
import type { AcceptedFact, PublishedFact } from "../../core/facts.js";
import type { ReceivedMessage } from "../../ports/queue.js";

/** A line of `evp tail <client> --json`. */
export interface TailRecord {
  /** null: not published by evp. */
  eventId: string | null;
  /** null where several clients are watched, and what was published names none of them. */
  clientId: string | null;
  type: string | null;
  groupId: string;
  /** Orders the records of a group that come from the same place. */
  sequence: string;
  /** ISO 8601: when evp received it. */
  receivedAt: string;
  /** ISO 8601: when it was published. */
  publishedAt: string;
  /** The replay that published it once more; null: it is the event's own publication. */
  replayId: string | null;
  /** Where it was read: as it was published, in the journal, or on the client's own queue. */
  from: "topic" | "journal" | "queue";
  body: string;
}

export function toTailRecord(
  clientId: string | null,
  { attributes, groupId, sequence, sentAt, body }: ReceivedMessage,
  from: "topic" | "queue",
): TailRecord {
  const publishedAt = new Date(sentAt).toISOString();
  return {
    eventId: attributes[ATTRIBUTE.eventId] ?? null,
    clientId,
    type: attributes[ATTRIBUTE.type] ?? null,
    groupId,
    sequence,
    receivedAt: attributes[ATTRIBUTE.receivedAt] ?? publishedAt,
    publishedAt,
    replayId: attributes[ATTRIBUTE.replay] ?? null,
    from,
    body,
  };
}

/** An event that was stored, and its publication. */
export interface PublishedEvent {
  accepted: AcceptedFact;
  published: PublishedFact;
}

export function fromStored({ accepted, published }: PublishedEvent): TailRecord {
  return {
    eventId: accepted.eventId,
    clientId: accepted.clientId,
    type: accepted.envelope.type,
    groupId: accepted.groupId,
    sequence: published.sequence,
    receivedAt: new Date(accepted.receivedAt).toISOString(),
    publishedAt: new Date(published.at).toISOString(),
    replayId: null,
    from: "journal",
    body: accepted.body,
  };
}
