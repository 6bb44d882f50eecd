import type {
  AcceptedFact,
  DuplicateFact,
  PublishedFact,
  PurgedFact,
  RedrivenFact,
  RejectedFact,
  ReplayedFact,
} from "../../src/core/facts.js";

/** When the facts of the contracts were written. */
export const NOON = Date.parse("2026-11-21T12:00:00Z");
const IN_30_DAYS = NOON / 1000 + 30 * 24 * 60 * 60;

export function acceptedFact(changes: Partial<AcceptedFact> = {}): AcceptedFact {
  return {
    fact: "accepted",
    eventId: "e-1",
    clientId: "client-1",
    at: NOON,
    expiresAt: IN_30_DAYS,
    owner: "m-1",
    claimedAt: NOON,
    envelope: {
      id: "e-1",
      type: "transaction",
      version: "1.0",
      clientId: "client-1",
      source: "checkout",
      timestamp: "2026-11-21T10:00:00Z",
      key: "account-42",
    },
    body: '{"note":"☕ 😀"}',
    contentHash: "hash-1",
    groupId: "client-1#account-42",
    sequence: "18889348512345678901",
    sentAt: NOON - 2000,
    receivedAt: NOON - 1000,
    ...changes,
  };
}

export function publishedFact(changes: Partial<PublishedFact> = {}): PublishedFact {
  return {
    fact: "published",
    eventId: "e-1",
    clientId: "client-1",
    at: NOON,
    expiresAt: IN_30_DAYS,
    owner: "m-1",
    topicArn: "arn:aws:sns:us-east-1:000000000000:evp-client-1.fifo",
    snsMessageId: "s-1",
    sequence: "10000000000000000001",
    ...changes,
  };
}

export function rejectedFact(changes: Partial<RejectedFact> = {}): RejectedFact {
  return {
    fact: "rejected",
    eventId: "e-1",
    clientId: "client-1",
    at: NOON,
    expiresAt: IN_30_DAYS,
    messageId: "m-1",
    reason: "schema-violation",
    detail: "/payload/amount must be number",
    envelope: { id: "e-1", clientId: "client-1", type: "transaction" },
    body: '{"amount":"much"}',
    bodyBytes: 17,
    bodySha256: "abc",
    groupId: "client-1#account-42",
    sequence: "18889348512345678902",
    sentAt: NOON - 2000,
    redrives: 0,
    ...changes,
  };
}

export function duplicateFact(changes: Partial<DuplicateFact> = {}): DuplicateFact {
  return {
    fact: "duplicate",
    eventId: "e-1",
    clientId: "client-1",
    at: NOON,
    expiresAt: IN_30_DAYS,
    messageId: "m-2",
    owner: "m-1",
    ...changes,
  };
}

export function redrivenFact(changes: Partial<RedrivenFact> = {}): RedrivenFact {
  return {
    fact: "redriven",
    eventId: "e-1",
    clientId: "client-1",
    at: NOON,
    expiresAt: IN_30_DAYS,
    messageId: "m-1",
    sentAs: "m-9",
    ...changes,
  };
}

export function purgedFact(changes: Partial<PurgedFact> = {}): PurgedFact {
  return {
    fact: "purged",
    eventId: "e-1",
    clientId: "client-1",
    at: NOON,
    expiresAt: IN_30_DAYS,
    messageId: "m-1",
    ...changes,
  };
}

export function replayedFact(changes: Partial<ReplayedFact> = {}): ReplayedFact {
  return {
    fact: "replayed",
    eventId: "e-1",
    clientId: "client-1",
    at: NOON,
    expiresAt: IN_30_DAYS,
    replayId: "r-1",
    to: "topic",
    messageId: "s-7",
    sequence: "10000000000000000007",
    ...changes,
  };
}
