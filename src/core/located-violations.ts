import { readViolations } from "./detail-violations.js";
import { pointerParts } from "./json-pointer.js";
import { nodeAt, readJsonTree, sourceOf } from "./json-tree.js";
import type { Violation } from "./violations.js";

/** A violation with what stands at its pointer. */
export interface LocatedViolation extends Violation {
  /** The value as it is written in the body, or its beginning; undefined where there is none, or the body cannot be read. */
  found?: string | undefined;
}

/** A value may be as long as the body. */
const MAX_FOUND_LENGTH = 200;

/** The violations that a rejection's detail names, each with the value that it is about. `body`: the JSON text that was checked */
export function locateViolations(detail: string, body: string): LocatedViolation[] {
  const violations = readViolations(detail);
  const tree = violations.length === 0 ? undefined : readJsonTree(body);
  if (tree === undefined) return violations;
  return violations.map((violation) => {
    const node = nodeAt(tree, pointerParts(violation.pointer));
    if (node === undefined) return violation;
    const found = sourceOf(body, node);
    const isLong = found.length > MAX_FOUND_LENGTH;
    return { ...violation, found: isLong ? `${found.slice(0, MAX_FOUND_LENGTH)}…` : found };
  });
}
