import { decide } from "./decide.js";
import type { AcceptedFact, Fact } from "./facts.js";

/** What `evp verify` finds wrong, worst first. */
export const FINDING_KINDS = [
  "gap",
  "never-published",
  "out-of-order",
  "other-topic",
  "published-and-rejected",
  "maybe-published",
  "dead-letters-missing",
  "topic-missing",
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** One thing that is not as it should be: an element of `findings` of `evp verify --json`. Times are ISO 8601; null: there is none, or none is known. */
export interface Finding {
  kind: FindingKind;
  eventId: string | null;
  clientId: string | null;
  groupId: string | null;
  /** Of the dead letter that it is about. */
  messageId: string | null;
  /** When the queue took the event. */
  sentAt: string | null;
  /** When it was accepted, published or rejected: what the kind is about. */
  at: string | null;
  /** What is wrong, in words. */
  detail: string;
  /** What to do about it. */
  advice: string;
  /** Put right by this run. */
  repaired: boolean;
}

/** What every finding of a kind means, for whoever reads a list of them. */
export const MEANING: Record<FindingKind, string> = {
  gap: "accepted and never published, while newer events of its group were: its message is gone from the queue, and the event is lost",
  "never-published": "accepted and not published for over 15 minutes; its message may still be on the ingress queue",
  "out-of-order": "published behind events of its group that the queue had sequenced later",
  "other-topic": "published on a topic that is not its client's",
  "published-and-rejected": "on its topic, and a dead letter too",
  "maybe-published": "rejected after a publish that was never answered: it may be on its topic",
  "dead-letters-missing": "rejected and neither redriven nor purged, and not on the DLQ",
  "topic-missing": "a client whose topic is not there: nothing can be published for it",
};

/** What to do about a finding of a kind. */
export const ADVICE: Record<FindingKind, string> = {
  gap: "publish it now, behind the newer events of its group, with evp verify --repair",
  "never-published": "run evp process; once the ingress queue is empty, evp verify --repair publishes it",
  "out-of-order": "tell the client; another program may publish on the topic, or one processor ran without a lease",
  "other-topic": "see who changed the client's record, and tell both clients",
  "published-and-rejected": "purge the dead letter with evp dlq purge --id; a redrive would be a duplicate",
  "maybe-published": "ask the client whether it has the event before you redrive or purge it",
  "dead-letters-missing": "send the event again from its source, or from the body that evp dlq show prints",
  "topic-missing": "make it again with evp init, or evp client remove the client and add it again",
};

/** Milliseconds for which an owner may take to publish, and a rejected message to reach the DLQ, before that is a finding. */
export const GRACE_MS = 15 * 60 * 1000;

/** Stands for the message id of a repair: none that a queue gives. */
const NO_MESSAGE = "verify";

/**
 * What has become of an event that the journal's index shows as accepted and not published.
 * `settled`: published or rejected after all · `under-way`: its owner may still publish it · `overdue`: nobody does
 */
export type UnpublishedState = "settled" | "under-way" | "overdue";

/**
 * Judged by the rule by which another message of the event would take it over; what an interrupted repair claimed is overdue at once,
 * since there is one repair at a time. `facts`: all of the event and client, read just now. `now`: ms since 1970
 */
export function judgeUnpublished(
  { contentHash }: Pick<AcceptedFact, "contentHash">,
  facts: readonly Fact[],
  now: number,
): { state: UnpublishedState; accepted?: AcceptedFact } {
  const decision = decide({ facts, messageId: NO_MESSAGE, contentHash, now });
  if (decision.do === "take-over" && decision.why === "overdue")
    return { state: "overdue", accepted: decision.accepted };
  if (decision.do !== "wait") return { state: "settled" };
  const accepted = facts.find((fact): fact is AcceptedFact => fact.fact === "accepted");
  const isRepairs = accepted !== undefined && isRepairOwner(accepted.owner);
  return isRepairs ? { state: "overdue", accepted } : { state: "under-way" };
}

const REPAIR_OWNER = "repair-";

/** Who owns an event that a repair publishes: told apart from every message by its name. `runId`: unique to the repair */
export function repairOwner(runId: string): string {
  return `${REPAIR_OWNER}${runId}`;
}

/** Whether a repair published it: then it stands behind newer events of its group, as was said. */
export function isRepairOwner(owner: string): boolean {
  return owner.startsWith(REPAIR_OWNER);
}
