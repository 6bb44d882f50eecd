import type { AcceptedFact, Fact, PublishedFact, PurgedFact, RedrivenFact, RejectedFact } from "./facts.js";
import type { Reason } from "./outcome.js";
import { completes } from "./retention.js";

/**
 * What has become of an event, all its messages taken together.
 *
 * `published`: it is on its client's topic · `accepted`: stored, and not published yet · `redriven`: sent through the front door
 * again, and not judged yet · `rejected` · `purged`: rejected, and its dead letter deleted · `duplicate`: published so long ago
 * that only its duplicates are remembered · `forgotten`: all that is known has expired
 */
export type LifeOutcome = "published" | "accepted" | "redriven" | "rejected" | "purged" | "duplicate" | "forgotten";

export interface LifeEnd {
  outcome: LifeOutcome;
  /** When that was decided, ms since 1970. */
  at: number;
  /** The ingress message that it was decided by. */
  messageId: string;
  /** Of a rejection. */
  reason?: Reason | undefined;
}

/**
 * How the life of one client's event has ended so far, by its facts.
 * @param facts at least one; expired ones count only where there are no others
 * @param now ms since 1970
 */
export function lifeEnd(facts: readonly Fact[], now: number): LifeEnd {
  const live = facts.filter(({ expiresAt }) => expiresAt * 1000 > now).sort((one, other) => one.at - other.at);
  return publication(live) ?? work(live) ?? rejection(live) ?? echo(live) ?? forgotten(facts);
}

/** It is on its topic, by a fact that belongs to what is accepted now. */
function publication(live: readonly Fact[]): LifeEnd | undefined {
  const published = live.find((fact): fact is PublishedFact => fact.fact === "published");
  const accepted = live.find(isAccepted);
  if (published === undefined) return undefined;
  if (accepted !== undefined && !completes(published, accepted)) return undefined;
  return { outcome: "published", at: published.at, messageId: published.owner };
}

/** It is neither published nor given up. */
function work(live: readonly Fact[]): LifeEnd | undefined {
  const accepted = live.find(isAccepted);
  const isGivenUp = live.some((fact) => isRejected(fact) && fact.messageId === accepted?.owner);
  if (accepted !== undefined && !isGivenUp) {
    return { outcome: "accepted", at: accepted.at, messageId: accepted.owner };
  }
  const sent = live.filter(isRedriven).findLast(({ sentAs }) => !isJudged(live, sentAs));
  return sent && { outcome: "redriven", at: sent.at, messageId: sent.sentAs };
}

/** The last rejection of which nothing has become; else the last that was purged. */
function rejection(live: readonly Fact[]): LifeEnd | undefined {
  const rejected = live.filter(isRejected);
  const open = rejected.findLast(({ messageId }) => !isSettled(live, messageId));
  if (open !== undefined) {
    return { outcome: "rejected", at: open.at, messageId: open.messageId, reason: open.reason };
  }
  const purged = live.findLast((fact): fact is PurgedFact => fact.fact === "purged");
  if (purged === undefined) return undefined;
  const { at, messageId } = purged;
  const reason = rejected.find((fact) => fact.messageId === messageId)?.reason;
  return { outcome: "purged", at, messageId, ...(reason === undefined ? {} : { reason }) };
}

/** What only an event that was published can have. */
function echo(live: readonly Fact[]): LifeEnd | undefined {
  for (const fact of live) {
    if (fact.fact === "duplicate") return { outcome: "duplicate", at: fact.at, messageId: fact.messageId };
    if (fact.fact === "replayed") return { outcome: "published", at: fact.at, messageId: fact.messageId };
  }
  return undefined;
}

function forgotten(facts: readonly Fact[]): LifeEnd {
  const expired = Math.max(...facts.map(({ expiresAt }) => expiresAt * 1000));
  return { outcome: "forgotten", at: expired, messageId: facts.find(isAccepted)?.owner ?? "" };
}

function isJudged(facts: readonly Fact[], messageId: string): boolean {
  return facts.some((fact) => {
    if (fact.fact === "published" || fact.fact === "accepted") return fact.owner === messageId;
    return (fact.fact === "rejected" || fact.fact === "duplicate") && fact.messageId === messageId;
  });
}

function isSettled(facts: readonly Fact[], messageId: string): boolean {
  return facts.some((fact) => (fact.fact === "redriven" || fact.fact === "purged") && fact.messageId === messageId);
}

function isAccepted(fact: Fact): fact is AcceptedFact {
  return fact.fact === "accepted";
}

function isRejected(fact: Fact): fact is RejectedFact {
  return fact.fact === "rejected";
}

function isRedriven(fact: Fact): fact is RedrivenFact {
  return fact.fact === "redriven";
}
