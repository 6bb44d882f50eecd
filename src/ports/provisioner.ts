import type { DesiredResource } from "../core/stack-plan.js";
import type { Difference } from "../core/stack-plan-differences.js";

/** How one resource of the stack stands against the plan. */
export type Inspection =
  | { state: "absent" }
  | { state: "matches" }
  /** Settings that differ and can be changed in place. */
  | { state: "drifted"; differences: Difference[] }
  /** Settings that differ and cannot be changed, or a resource that belongs to somebody else. */
  | { state: "conflict"; differences: Difference[] };

/** Creates, mends and removes the resources of a stack, one at a time, in the order of the plan. */
export interface Provisioner {
  /** A part of a resource that is not there (a queue's policy, say) is absent too. */
  inspect(resource: DesiredResource): Promise<Inspection>;
  create(resource: DesiredResource): Promise<ApplyResult>;
  /** Only for what can be changed in place. */
  update(resource: DesiredResource, differences: Difference[]): Promise<ApplyResult>;
  remove(resource: DesiredResource): Promise<Removal>;
}

/** `skipped`: what the target could not do, in words; empty when all was done. */
export interface ApplyResult {
  skipped: string[];
}

/** `kept`: it is there, but it belongs to another stack or was there before evp. */
export type Removal = "removed" | "absent" | "kept";
