import type { Fact } from "./facts.js";
import type { Step } from "./life-step.js";
import { endStep, lonelySteps, messageSteps, type Sequence } from "./message-steps.js";

/**
 * Everything that happened to one client's event, by its facts, in order. Within a message the order is that of the work, since
 * the queue's clock, by which it was sent, may differ from the processors'; the messages are merged by time, and a redriven
 * copy comes after its redrive.
 */
export function lifeSteps(facts: readonly Fact[]): Step[] {
  const byTime = [...facts].sort((one, other) => one.at - other.at);
  return mergeByTime(sequencesOf(byTime));
}

function sequencesOf(facts: readonly Fact[]): Sequence[] {
  const copies = new Map<string, string>();
  for (const fact of facts) if (fact.fact === "redriven") copies.set(fact.sentAs, fact.messageId);
  const told = new Set<string>();
  /** A message's steps, and behind them those of the copy that was sent of it. */
  const follow = (messageId: string): Sequence => {
    if (told.has(messageId)) return [];
    told.add(messageId);
    const steps = messageSteps(facts, messageId, copies.get(messageId));
    for (const fact of facts) {
      if ((fact.fact !== "redriven" && fact.fact !== "purged") || fact.messageId !== messageId) continue;
      const copy = fact.fact === "redriven" ? follow(fact.sentAs) : [];
      steps.push(endStep(fact, copy[0]), ...copy);
    }
    return steps;
  };
  const ids = facts.flatMap(messageIdOf);
  const originals = ids.filter((id) => !copies.has(id));
  const sequences = [...originals, ...ids].map(follow);
  return [...sequences, ...facts.flatMap((fact) => lonelySteps(fact, facts))];
}

/** The ingress message that a fact is about. */
function messageIdOf(fact: Fact): string[] {
  if (fact.fact === "replayed") return [];
  return [fact.fact === "accepted" || fact.fact === "published" ? fact.owner : fact.messageId];
}

/** By time; a step without one, or before the step ahead of it, goes with its neighbour in its own sequence. */
function mergeByTime(sequences: Sequence[]): Step[] {
  const placed = sequences.flatMap((sequence) => {
    let place = Number.NEGATIVE_INFINITY;
    return sequence.map((step, index) => {
      const next = step.at ?? sequence.slice(index).find(({ at }) => at !== undefined)?.at;
      place = Math.max(place, next ?? place);
      return { step, place };
    });
  });
  return placed.sort((one, other) => one.place - other.place).map(({ step }) => step);
}
