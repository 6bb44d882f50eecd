import { serviceError } from "./aws/errors.js";
import type { Call } from "./call.js";
import { type Fate, SMOOTH } from "./faults/fate.js";

/** A call that fails before its effect, or after it. */
export const FAILED: Fate = { ...SMOOTH, hasEffect: false, failure: serviceError("ServiceUnavailable", "server") };
export const LOST: Fate = { ...SMOOTH, failure: serviceError("InternalServerError", "server") };

export function slow(effectAfterMs: number): Fate {
  return { ...SMOOTH, effectAfterMs };
}

type Step = Call["step"];

export function isRecord(step: Step): boolean {
  return step.startsWith("record");
}

export function isOfJournal(step: Step): boolean {
  return isRecord(step) || step === "insert" || step === "read journal" || step === "claim";
}

export function isVisibility(step: Step): boolean {
  return step === "renew" || step === "release";
}
