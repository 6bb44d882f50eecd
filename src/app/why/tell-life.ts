import type { BlockedGroup } from "../../core/blocked-group.js";
import type { PartialEnvelope } from "../../core/event.js";
import { type AcceptedFact, type Fact, NO_CLIENT, type RejectedFact } from "../../core/facts.js";
import type { LifeEnd } from "../../core/life-outcome.js";
import type { Step } from "../../core/life-step.js";
import { lifeSteps } from "../../core/life-steps.js";
import type { Change, EventLife, FactView, StepView } from "./event-life.js";
import type { Subject } from "./find-event.js";

/** A life as the facts tell it: what waits, what it would be now and what can be done is for others to say. */
export function tellLife({ eventId, clientId, facts, blocked }: Subject, end: LifeEnd, withBody: boolean): EventLife {
  const steps = [...lifeSteps(facts), ...(blocked === undefined ? [] : [blockedStep(blocked)])];
  const kept = keptMessage(facts, end);
  return {
    ...blankLife(eventId, clientId),
    outcome: end.outcome,
    reason: end.reason ?? null,
    ...envelopeView(kept?.envelope ?? {}),
    groupId: kept?.groupId ?? null,
    facts: [...facts].sort((one, other) => one.at - other.at).map(factView),
    timeline: stepViews(steps),
    totalMs: totalMs(steps, end),
    ...(withBody && kept !== undefined ? bodyView(kept) : {}),
  };
}

/** Of an event that was never stored, since its message blocks its group. */
export function tellBlocked(eventId: string, blocked: BlockedGroup): EventLife {
  const { clientId, reason, type = null, groupId } = blocked;
  return {
    ...blankLife(eventId, clientId),
    outcome: "blocked",
    reason,
    type,
    groupId,
    timeline: stepViews([blockedStep(blocked)]),
  };
}

/** `clientId`: the one that was asked for */
export function unknownLife(eventId: string, clientId: string | undefined): EventLife {
  return blankLife(eventId, clientId ?? NO_CLIENT);
}

function blankLife(eventId: string, clientId: string): EventLife {
  return {
    eventId,
    clientId: clientId === NO_CLIENT ? null : clientId,
    outcome: "unknown",
    reason: null,
    type: null,
    version: null,
    source: null,
    groupId: null,
    facts: [],
    timeline: [],
    totalMs: null,
    waiting: null,
    judgedNow: null,
    hints: [],
  };
}

type KeptMessage = AcceptedFact | RejectedFact;

/** The fact that holds what the event says: that of the message which decided, else of the one that owns it, else the newest. */
export function keptMessage(facts: readonly Fact[], { messageId }: LifeEnd): KeptMessage | undefined {
  const kept = facts.filter((fact): fact is KeptMessage => fact.fact === "accepted" || fact.fact === "rejected");
  const decided = kept.find((fact) => (fact.fact === "accepted" ? fact.owner : fact.messageId) === messageId);
  const newest = [...kept].sort((one, other) => other.at - one.at)[0];
  return decided ?? kept.find(({ fact }) => fact === "accepted") ?? newest;
}

function envelopeView({ type, version, source }: PartialEnvelope): Pick<EventLife, "type" | "version" | "source"> {
  return { type: type ?? null, version: version ?? null, source: source ?? null };
}

function bodyView(fact: KeptMessage): { body: string; bodyBytes: number } {
  const bodyBytes = fact.fact === "rejected" ? fact.bodyBytes : Buffer.byteLength(fact.body);
  return { body: fact.body, bodyBytes };
}

function blockedStep({ since, messageId, reason, detail, lastTriedAt }: BlockedGroup): Step {
  return { step: "blocked", at: since, messageId, reason, detail, lastTriedAt };
}

/** A life that goes on has no total yet, and of one that is forgotten nobody wants to know. */
function totalMs(steps: readonly Step[], { outcome, at }: LifeEnd): number | null {
  if (outcome === "accepted" || outcome === "redriven" || outcome === "forgotten") return null;
  const times = steps.flatMap((step) => step.at ?? []);
  return times.length === 0 ? null : Math.max(0, at - Math.min(...times));
}

/** What all facts of an event share, and what may be as long as the body. */
const LEFT_OUT = new Set(["eventId", "clientId", "envelope", "body"]);
const TIMES = new Set(["at", "claimedAt", "sentAt", "receivedAt"]);

function factView(fact: Fact): FactView {
  const members = Object.entries(fact).flatMap(([name, value]): [string, unknown][] => {
    if (LEFT_OUT.has(name)) return [];
    if (name === "expiresAt") return [[name, instant(Number(value) * 1000)]];
    return [[name, TIMES.has(name) ? instant(Number(value)) : value]];
  });
  return { fact: fact.fact, at: instant(fact.at), ...Object.fromEntries(members) };
}

function stepViews(steps: readonly Step[]): StepView[] {
  let before: number | undefined;
  return steps.map((step) => {
    const sinceMs = step.at === undefined || before === undefined ? null : step.at - before;
    before = step.at ?? before;
    return stepView(step, sinceMs);
  });
}

function stepView(step: Step, sinceMs: number | null): StepView {
  const at = step.at === undefined ? null : instant(step.at);
  const place = { at, sinceMs, messageId: step.messageId ?? null };
  switch (step.step) {
    case "stored":
      return { ...step, ...place, expiresAt: instant(step.expiresAt) };
    case "blocked":
      return { ...step, ...place, lastTriedAt: instant(step.lastTriedAt) };
    case "redriven":
      return { ...step, ...place, changes: readChanges(step.changes) };
    default:
      return { ...step, ...place };
  }
}

/** What an operator changed, as it was noted. */
export function readChanges(changes: string | undefined): Change[] {
  return changes === undefined ? [] : JSON.parse(changes);
}

function instant(at: number): string {
  return new Date(at).toISOString();
}
