import type { DesiredResource } from "../core/stack-plan.js";

/** How one resource of the stack stands against the plan. */
export type Inspection =
  | { state: "absent" }
  | { state: "matches" }
  /** Settings that differ and can be changed in place, `wanted` and `found` as text. */
  | { state: "drifted"; differences: Difference[] }
  /** Settings that differ and cannot be changed, or a resource that belongs to another stack. */
  | { state: "conflict"; differences: Difference[] };

export interface Difference {
  attribute: string;
  wanted: string;
  found: string;
}

/** Creates, mends and removes the resources of a stack, one at a time, in the order of the plan. */
export interface Provisioner {
  inspect(resource: DesiredResource): Promise<Inspection>;
  create(resource: DesiredResource): Promise<ApplyResult>;
  update(resource: DesiredResource, differences: Difference[]): Promise<ApplyResult>;
  /** @returns false when there was nothing to remove */
  remove(resource: DesiredResource): Promise<boolean>;
}

/** What the target could not do, in words, for instance `TTL on evp-events`. */
export interface ApplyResult {
  skipped: string[];
}
