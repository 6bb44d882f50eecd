import { ENTRY_ERRORS } from "../aws/batches.js";
import { type Call, STEPS, type Step } from "../call.js";
import { below, pick, type Random } from "../random.js";
import { MINUTE, SECOND } from "../times.js";
import { drawLoss, drawRefusal } from "./failures.js";
import { type CallFault, type Fate, SMOOTH } from "./fate.js";
import { drawOutages, type Outage } from "./outages.js";

type Asked = Omit<Call, "fate">;

/** A death or a standstill in the nth call of a step from now on. */
interface Mishap {
  step: Step;
  callsBefore: number;
  kind: "crash before" | "crash on the way" | "crash before the answer" | "freeze";
}

/** Everything that goes wrong in a schedule. */
export interface FaultPlan {
  /** By step, how often a call of it fails. */
  chances: Map<Step, number>;
  entryChance: number;
  slowness: number;
  outages: Outage[];
  mishaps: Mishap[];
}

interface PlanOptions {
  random: Random;
  from: number;
  until: number;
  topics: string[];
}

export function drawFaultPlan({ random, from, until, topics }: PlanOptions): FaultPlan {
  const severity = pick(random, [0, 0.3, 1, 1]);
  return {
    chances: new Map(STEPS.map((step) => [step, severity * pick(random, [0, 0, 0, 0.02, 0.1, 0.4])])),
    entryChance: pick(random, [0, 0, 0.1, 0.3]),
    slowness: pick(random, [0, 0, 0.02, 0.2]),
    outages: drawOutages({ random, from, until, topics }),
    mishaps: drawMishaps(random, below(random, 6), STEPS),
  };
}

export function drawMishaps(random: Random, count: number, steps: readonly Step[]): Mishap[] {
  const kinds = ["crash before", "crash on the way", "crash before the answer", "freeze"] as const;
  return Array.from({ length: count }, () => ({
    step: pick(random, steps),
    callsBefore: pick(random, [0, 0, 1, 3, 8]),
    kind: pick(random, kinds),
  }));
}

/** What happens to each call while the plan is in force. */
export function createFates(plan: FaultPlan, random: Random): (call: Asked) => Fate {
  return (call) => {
    if (call.step === "look") return { ...SMOOTH, answerAfterMs: below(random, 20) };
    const mishap = takeMishap(plan.mishaps, call.step);
    if (mishap !== undefined) return mishapFate(mishap, random);
    const outage = plan.outages.find(
      (each) => each.begin <= call.begunAt && call.begunAt < each.end && each.covers(call),
    );
    if (outage !== undefined) return outageFate(call, outage, random);
    if (random() < (plan.chances.get(call.step) ?? 0)) return faultFate(call, drawFault(random), random);
    const entryFaults = plan.entryChance;
    return random() < plan.slowness
      ? { ...faultFate(call, "slow", random), entryFaults }
      : { ...SMOOTH, effectAfterMs: below(random, 20), answerAfterMs: below(random, 20), entryFaults };
  };
}

function takeMishap(mishaps: Mishap[], step: Step): Mishap["kind"] | undefined {
  const index = mishaps.findIndex((mishap) => mishap.step === step && mishap.callsBefore-- === 0);
  return index === -1 ? undefined : mishaps.splice(index, 1)[0]?.kind;
}

function mishapFate(kind: Mishap["kind"], random: Random): Fate {
  const delayed = { ...SMOOTH, fault: kind, effectAfterMs: 2 + below(random, 20), answerAfterMs: below(random, 20) };
  switch (kind) {
    case "crash before":
      return { ...delayed, crash: "before" };
    case "crash on the way":
      return { ...delayed, crash: "on the way", hasEffect: random() < 0.7 };
    case "crash before the answer":
      return { ...delayed, crash: "before the answer" };
    case "freeze":
      return { ...delayed, freezeMs: pick(random, [15 * SECOND, 65 * SECOND, 7 * MINUTE, 20 * MINUTE]) };
  }
}

function outageFate(call: Asked, { manner, begin }: Outage, random: Random): Fate {
  if (manner !== "entries") return { ...faultFate(call, manner, random), fault: "outage" };
  // The same error for as long as it lasts.
  const entryError = ENTRY_ERRORS[Math.floor(begin) % ENTRY_ERRORS.length];
  return { ...SMOOTH, fault: "outage", effectAfterMs: below(random, 20), entryError };
}

function drawFault(random: Random): Exclude<CallFault, Mishap["kind"] | "outage"> {
  return pick(random, ["refused", "refused", "answer lost", "answer lost", "timed out", "timed out, done"]);
}

/** An answer that takes its time still comes before the call is given up. */
function faultFate(call: Asked, fault: CallFault, random: Random): Fate {
  const { timeoutMs } = call;
  const quick = { ...SMOOTH, fault, effectAfterMs: below(random, 20), answerAfterMs: below(random, 20) };
  switch (fault) {
    case "refused":
      return { ...quick, hasEffect: false, failure: drawRefusal(call, random) };
    case "answer lost":
      return { ...quick, failure: drawLoss(random) };
    case "timed out":
      return { ...quick, hasEffect: false, failure: "timeout" };
    case "timed out, done":
      return { ...quick, effectAfterMs: below(random, timeoutMs), failure: "timeout" };
    default: {
      const effectAfterMs = below(random, 9 * SECOND);
      return { ...quick, effectAfterMs, answerAfterMs: below(random, 9 * SECOND - effectAfterMs) };
    }
  }
}
