import type { AcceptedFact, Claim, Fact, PublishedFact, RejectedFact } from "./facts.js";
import { completes } from "./retention.js";

/** What to do with a message whose event the journal may know already. */
export type Decision =
  /** Nothing is known: insert `accepted`, then publish. */
  | { do: "insert" }
  /** This message was rejected before: send its dead letter again, and never judge it again. */
  | { do: "reject-again"; fact: RejectedFact }
  /** This message has its outcome on record: only the delete is missing. */
  | { do: "finish"; outcome: "published" | "duplicate" }
  /** This message owns the event, which may or may not be on the topic: ask for permission again, publish. */
  | { do: "publish"; accepted: AcceptedFact }
  /** Another message carried the same id with other content. */
  | { do: "conflict"; owner: string }
  /** Another message published the same event. */
  | { do: "duplicate"; owner: string }
  /** Another message is about to publish the same event; or may have published it, and `until` then its topic would suppress a copy, ms since 1970. */
  | { do: "wait"; until?: number }
  /** The owner will not publish it any more: become the owner. */
  | { do: "take-over"; accepted: AcceptedFact; why: "expired" | "rejected" | "overdue" };

/** How long an owner may take to publish before another message of the same event takes over. */
const TAKE_OVER_AFTER_MS = 15 * 60 * 1000;
/** An owner that takes longer says so in time: from its claim on, nobody takes over while a call of it may be under way. */
const RENEW_CLAIM_AFTER_MS = TAKE_OVER_AFTER_MS / 2;

/**
 * After a rejection that may come after a publish, another message of the event waits for longer than a topic suppresses
 * copies in the same group (5 minutes, "Message deduplication for FIFO topics") and a call takes: sooner, the second copy would be evp's own doing.
 */
const DOUBT_LASTS_MS = 6 * 60 * 1000;

/** Whether an owner must renew its claim before it publishes. `now`: ms since 1970 */
export function isClaimOld(claim: Claim, now: number): boolean {
  return now - claim.claimedAt >= RENEW_CLAIM_AFTER_MS;
}

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
  const rejected = live.find((fact): fact is RejectedFact => isRejectionOf(fact, messageId));
  if (rejected !== undefined) return { do: "reject-again", fact: rejected };
  const isDuplicate = live.some((fact) => fact.fact === "duplicate" && fact.messageId === messageId);
  if (isDuplicate) return { do: "finish", outcome: "duplicate" };
  const accepted = live.find(isAccepted);
  if (accepted === undefined) {
    const expired = facts.find(isAccepted);
    return expired === undefined ? { do: "insert" } : { do: "take-over", accepted: expired, why: "expired" };
  }
  const published = live.find((fact): fact is PublishedFact => fact.fact === "published" && completes(fact, accepted));
  if (published?.owner === messageId) return { do: "finish", outcome: "published" };
  const isOwner = accepted.owner === messageId;
  const ownersEnd = live.find((fact): fact is RejectedFact => isRejectionOf(fact, accepted.owner));
  // What was rejected and never published stands in nobody's way, so that it can be mended.
  const isIdFree = published === undefined && ownersEnd !== undefined && ownersEnd.isDoubtful !== true;
  if (!isOwner && !isIdFree && accepted.contentHash !== contentHash) return { do: "conflict", owner: accepted.owner };
  if (published !== undefined) return { do: "duplicate", owner: published.owner };
  if (isOwner) return { do: "publish", accepted };
  if (ownersEnd !== undefined) {
    // Only the topic knows whether it has the event, and it forgets.
    const doubtEndsAt = ownersEnd.at + DOUBT_LASTS_MS;
    if (ownersEnd.isDoubtful === true && now < doubtEndsAt) return { do: "wait", until: doubtEndsAt };
    return { do: "take-over", accepted, why: "rejected" };
  }
  const isOverdue = now - accepted.claimedAt >= TAKE_OVER_AFTER_MS;
  return isOverdue ? { do: "take-over", accepted, why: "overdue" } : { do: "wait" };
}

function isRejectionOf(fact: Fact, messageId: string): fact is RejectedFact {
  return fact.fact === "rejected" && fact.messageId === messageId;
}

function isAccepted(fact: Fact): fact is AcceptedFact {
  return fact.fact === "accepted";
}
