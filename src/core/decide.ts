import type { AcceptedFact, Fact, PublishedFact, RejectedFact } from "./facts.js";

/** What to do with a message whose event the journal may know already. */
export type Decision =
  /** Nothing is known: insert `accepted`, then publish. */
  | { do: "insert" }
  /** This message was rejected before: send its dead letter again, and never judge it again. */
  | { do: "reject-again"; fact: RejectedFact }
  /** This message published the event: only the delete is missing. */
  | { do: "finish" }
  /** This message owns the event, which may or may not be on the topic: ask for permission again, publish. */
  | { do: "publish" }
  /** Another message carried the same id with other content. */
  | { do: "conflict"; owner: string }
  /** Another message published the same event. */
  | { do: "duplicate"; owner: string }
  /** Another message is about to publish the same event. */
  | { do: "wait" }
  /** The owner will not publish it any more: become the owner, then publish. */
  | { do: "take-over"; owner: string };

/** How long an owner may take to publish before another message of the same event takes over. */
export const TAKE_OVER_AFTER_MS = 15 * 60 * 1000;

interface Question {
  /** Every fact of the event and client, expired ones included. */
  facts: readonly Fact[];
  messageId: string;
  /** Undefined when the message is not valid (any more): it then cannot be the same event as another. */
  contentHash: string | undefined;
  /** ms since 1970. */
  now: number;
}

/** The table of the README ("How the promises are kept"), row by row. */
export function decide({ facts, messageId, contentHash, now }: Question): Decision {
  const live = facts.filter((fact) => fact.expiresAt * 1000 > now);
  const rejected = live.find((fact): fact is RejectedFact => fact.fact === "rejected" && fact.messageId === messageId);
  if (rejected !== undefined) return { do: "reject-again", fact: rejected };
  const accepted = live.find(isAccepted);
  if (accepted === undefined) {
    const expired = facts.find(isAccepted);
    return expired === undefined ? { do: "insert" } : { do: "take-over", owner: expired.owner };
  }
  const isPublished = live.some((fact): fact is PublishedFact => fact.fact === "published");
  if (accepted.owner === messageId) return { do: isPublished ? "finish" : "publish" };
  if (accepted.contentHash !== contentHash) return { do: "conflict", owner: accepted.owner };
  if (isPublished) return { do: "duplicate", owner: accepted.owner };
  const isOwnerRejected = live.some((fact) => fact.fact === "rejected" && fact.messageId === accepted.owner);
  const isOverdue = now - accepted.at >= TAKE_OVER_AFTER_MS;
  return isOwnerRejected || isOverdue ? { do: "take-over", owner: accepted.owner } : { do: "wait" };
}

function isAccepted(fact: Fact): fact is AcceptedFact {
  return fact.fact === "accepted";
}
