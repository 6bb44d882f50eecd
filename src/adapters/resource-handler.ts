import type { Difference } from "../core/stack-plan-differences.js";
import type { ApplyResult, Inspection, Removal } from "../ports/provisioner.js";

/** What can be done with one resource of the plan. */
export interface ResourceHandler {
  inspect(): Promise<Inspection>;
  create(): Promise<ApplyResult>;
  update(differences: Difference[]): Promise<ApplyResult>;
  remove(): Promise<Removal>;
}

/** Nothing was left out. */
export const ALL_DONE: ApplyResult = { skipped: [] };

/** The inspection of a resource that is there. */
export function inspectionOf(parts: { changeable: Difference[]; unchangeable: Difference[] }): Inspection {
  if (parts.unchangeable.length > 0) return { state: "conflict", differences: parts.unchangeable };
  if (parts.changeable.length > 0) return { state: "drifted", differences: parts.changeable };
  return { state: "matches" };
}
