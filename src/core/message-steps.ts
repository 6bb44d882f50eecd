import type { AcceptedFact, Fact, PurgedFact, RedrivenFact, RejectedFact } from "./facts.js";
import type { Step } from "./life-step.js";
import { locateViolations } from "./located-violations.js";
import type { Reason } from "./outcome.js";

/** Steps that follow one another whatever the clocks say. */
export type Sequence = Step[];

/** What is wrong with the message by itself … */
const REFUSED_BY_VALIDATION = new Set<Reason>([
  "malformed-json",
  "envelope-invalid",
  "too-large",
  "schema-unknown",
  "schema-violation",
]);
/** … and what is about its client. */
const REFUSED_BY_PERMISSION = new Set<Reason>(["client-unknown", "client-inactive", "type-forbidden"]);

/** What one ingress message went through, up to its outcome. */
export function messageSteps(facts: readonly Fact[], messageId: string, redriveOf: string | undefined): Sequence {
  const accepted = facts.find(isAccepted);
  const rejected = facts.find((fact): fact is RejectedFact => fact.fact === "rejected" && fact.messageId === messageId);
  const isOwner = accepted?.owner === messageId;
  const wasOwner = accepted !== undefined && rejected !== undefined && formerOwner(accepted, facts) === rejected;
  const steps: Sequence = [];
  if (isOwner) steps.push(...arrival(accepted, messageId, redriveOf, accepted.receivedAt), ...ownSteps(accepted));
  else if (rejected !== undefined) steps.push(...arrival(rejected, messageId, redriveOf, undefined));
  if (wasOwner) steps.push(...judgedFine(messageId), storedStep(accepted, messageId));
  for (const fact of facts) {
    if (fact.fact === "published" && fact.owner === messageId) {
      const { at, topicArn, snsMessageId, sequence } = fact;
      steps.push({ step: "published", at, messageId, topicArn, snsMessageId, sequence });
    }
    if (fact.fact === "duplicate" && fact.messageId === messageId) {
      steps.push({ step: "duplicate", at: fact.at, messageId, owner: fact.owner });
    }
  }
  return rejected === undefined ? steps : [...steps, ...rejectionSteps(rejected, isOwner || wasOwner)];
}

type Arrived = Pick<AcceptedFact, "sentAt" | "groupId" | "sequence">;

function arrival(
  { sentAt, groupId, sequence }: Arrived,
  messageId: string,
  redriveOf: string | undefined,
  receivedAt: number | undefined,
): Sequence {
  return [
    { step: "sent", at: sentAt, messageId, ...(redriveOf === undefined ? {} : { redriveOf }) },
    { step: "received", at: receivedAt, messageId, groupId, sequence },
  ];
}

function judgedFine(messageId: string): Sequence {
  return [
    { step: "validated", at: undefined, messageId, violations: [] },
    { step: "permitted", at: undefined, messageId },
  ];
}

/** What the message that owns the event did before it published. */
function ownSteps(accepted: AcceptedFact): Sequence {
  const { owner: messageId, at, claimedAt } = accepted;
  if (isTakenOver(accepted)) return [...judgedFine(messageId), { step: "taken-over", at: claimedAt, messageId }];
  const steps = [...judgedFine(messageId), storedStep(accepted, messageId)];
  if (claimedAt > at) steps.push({ step: "claimed", at: claimedAt, messageId });
  return steps;
}

function storedStep({ at, expiresAt }: AcceptedFact, messageId: string | undefined): Step {
  return { step: "stored", at, messageId, expiresAt: expiresAt * 1000 };
}

/** Only an accepted fact that a second message took over is older than the receipt of the message that owns it. */
function isTakenOver({ at, receivedAt }: AcceptedFact): boolean {
  return receivedAt > at;
}

/** The rejection of the message that stored the event, where another message took it over for that. */
function formerOwner(accepted: AcceptedFact, facts: readonly Fact[]): RejectedFact | undefined {
  if (!isTakenOver(accepted)) return undefined;
  return facts.find((fact): fact is RejectedFact => {
    return fact.fact === "rejected" && fact.sentAt <= accepted.at && accepted.at <= fact.at;
  });
}

function isAccepted(fact: Fact): fact is AcceptedFact {
  return fact.fact === "accepted";
}

/** Where it failed, and that it did. What was stored before was found valid and permitted once: both are asked again before it is published. */
function rejectionSteps(fact: RejectedFact, wasStored: boolean): Sequence {
  const { messageId, reason, detail, body, at, isDoubtful = false } = fact;
  const steps: Sequence = [];
  if (REFUSED_BY_VALIDATION.has(reason)) {
    steps.push({ step: "validated", at: undefined, messageId, reason, violations: locateViolations(detail, body) });
  } else if (!wasStored) steps.push({ step: "validated", at: undefined, messageId, violations: [] });
  if (REFUSED_BY_PERMISSION.has(reason)) steps.push({ step: "permitted", at: undefined, messageId, reason });
  return [...steps, { step: "rejected", at, messageId, reason, detail, isDoubtful }];
}

/** What an operator did about a dead letter. A redrive is noted once its copy is sent, and took place before. @param copy the first step of the copy */
export function endStep(fact: RedrivenFact | PurgedFact, copy: Step | undefined): Step {
  const { at, messageId } = fact;
  if (fact.fact === "purged") return { step: "purged", at, messageId };
  const { sentAs, changes } = fact;
  return { step: "redriven", at: Math.min(at, copy?.at ?? at), messageId, sentAs, changes };
}

/** What belongs to no message, or to one that nobody knows any more. */
export function lonelySteps(fact: Fact, facts: readonly Fact[]): Sequence[] {
  if (fact.fact === "replayed") {
    const { at, replayId, to, sequence } = fact;
    return [[{ step: "replayed", at, messageId: undefined, replayId, to, sequence }]];
  }
  if (fact.fact !== "accepted" || !isTakenOver(fact) || formerOwner(fact, facts) !== undefined) return [];
  return [[storedStep(fact, undefined)]];
}
