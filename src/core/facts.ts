import type { Envelope, PartialEnvelope } from "./event.js";
import type { Reason } from "./outcome.js";

/**
 * The journal's record of what happened to an event, one fact at a time. A fact lies under its event id and
 * `<clientId>#<fact>`; facts about one message end in `#<messageId>`. Times are milliseconds since 1970.
 */
export type Fact =
  | AcceptedFact
  | PublishedFact
  | RejectedFact
  | DuplicateFact
  | RedrivenFact
  | PurgedFact
  | ReplayedFact;

/** Where a fact lies. A message whose id or client is missing or invalid is kept under its SQS message id and the client {@link NO_CLIENT}. */
export interface FactAddress {
  eventId: string;
  clientId: string;
}

/** What stands for the client of a message that names none, or an invalid one. Outside the alphabet of client ids. */
export const NO_CLIENT = "~";

interface FactBase extends FactAddress {
  /** When it happened. */
  at: number;
  /** Seconds since 1970 after which the fact counts as absent, deleted or not (DynamoDB's TTL unit). */
  expiresAt: number;
}

/** What decides who publishes an event: whose it is, and since when. */
export interface Claim {
  /** Message id of the ingress message that publishes this event. */
  owner: string;
  /** When the owner last said that it will. */
  claimedAt: number;
}

/** Inserted once per event: it is valid, its client may have it, and the message `owner` will publish it. */
export interface AcceptedFact extends FactBase, Claim {
  fact: "accepted";
  envelope: Envelope;
  body: string;
  /** Hash of the canonical JSON; equality is sameness. */
  contentHash: string;
  groupId: string;
  /** The ingress queue's sequence number, a decimal string; empty on a standard queue. */
  sequence: string;
  /** When the producer sent it, by the queue's clock. */
  sentAt: number;
  receivedAt: number;
  /** The producer's, to be passed on again with the event. */
  traceparent?: string | undefined;
}

/** It expires some days after the accepted fact that it completes, by which the two are known to belong together. */
export interface PublishedFact extends FactBase {
  fact: "published";
  owner: string;
  topicArn: string;
  snsMessageId: string;
  /** The topic's sequence number. */
  sequence: string;
}

export interface RejectedFact extends FactBase {
  fact: "rejected";
  messageId: string;
  reason: Reason;
  detail: string;
  /** An earlier attempt may have put the event on its client's topic, and its answer was lost. */
  isDoubtful?: true | undefined;
  envelope: PartialEnvelope;
  /** The whole body, or its first 64 KiB when `bodyBytes` exceeds 300 KB. */
  body: string;
  bodyBytes: number;
  bodySha256: string;
  groupId: string;
  /** The ingress queue's sequence number, a decimal string; empty on a standard queue. */
  sequence: string;
  sentAt: number;
  /** How many times the event had been redriven when it was rejected. */
  redrives: number;
  traceparent?: string | undefined;
}

export interface DuplicateFact extends FactBase {
  fact: "duplicate";
  messageId: string;
  /** The message that had published it. */
  owner: string;
}

/** The dead letter `messageId` was sent through the front door again. */
export interface RedrivenFact extends FactBase {
  fact: "redriven";
  messageId: string;
  /** Message id of the copy on the ingress queue. */
  sentAs: string;
  /** What an operator changed in the copy: a JSON array of `{pointer, before?, after?}`. The original stays in the rejected fact. */
  changes?: string | undefined;
}

/** The dead letter `messageId` was deleted by an operator. */
export interface PurgedFact extends FactBase {
  fact: "purged";
  messageId: string;
}

/** A stored event was sent to its client once more, by an operator. */
export interface ReplayedFact extends FactBase {
  fact: "replayed";
  /** Which replay it was: unique among those of the stack, in the order in which they began. */
  replayId: string;
  /** The topic, or the client's own queue. */
  to: "topic" | "queue";
  /** Message id and sequence number that the topic or the queue gave to it. */
  messageId: string;
  sequence: string;
}
