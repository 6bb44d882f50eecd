import { _ } from "ajv/dist/2020.js";
import type { Ajv, KeywordCxt } from "ajv/dist/ajv.js";
import { isSchemaObject, subschemas } from "./schema-parts.js";

/**
 * Steps that one check may take: ten milliseconds or two. No event of 256 KiB has anywhere near as many values for a schema to
 * look at; but where a schema refers to itself in two places of one branch, each level that a text nests doubles the steps.
 */
export const MAX_STEPS = 250_000;
/** Violations in one place that are still told one by one; ajv copies them at each reference. */
const MAX_ERRORS = 1000;
const KEYWORD = "evp:step";

/** A check was given up: it says nothing about whether the value is valid. */
export class TooMuchWork extends Error {
  override readonly name = "TooMuchWork";
}

/** Counts what a check does while it does it. */
export interface Meter {
  /** Runs a check. @throws TooMuchWork */
  run<Result>(check: () => Result): Result;
  /** @throws TooMuchWork when the check that runs has taken too many; outside of one nothing is counted */
  spend(steps: number): void;
}

export function createMeter(): Meter {
  let left = Number.POSITIVE_INFINITY;
  return {
    run(check) {
      left = MAX_STEPS;
      try {
        return check();
      } finally {
        left = Number.POSITIVE_INFINITY;
      }
    },
    spend(steps) {
      left -= steps;
      if (left < 0) throw new TooMuchWork(`more than ${MAX_STEPS} steps`);
    },
  };
}

/** Teaches ajv the keyword that {@link withSteps} adds. */
export function addStepKeyword(ajv: Ajv, { spend }: Meter): void {
  const step = (errors: number): void => {
    if (errors > MAX_ERRORS) throw new TooMuchWork(`more than ${MAX_ERRORS} violations`);
    spend(1);
  };
  ajv.addKeyword({
    keyword: KEYWORD,
    schemaType: "boolean",
    // Before any keyword that leads to other parts of the schema.
    before: "$ref",
    code({ gen }: KeywordCxt) {
      // `errors` is what the code that ajv writes calls the number of violations so far.
      gen.code(_`${gen.scopeValue("func", { ref: step })}(errors)`);
    },
  });
}

/** A copy of a schema that counts: at every part of it, or only where parts refer to others, since nothing else can go on without end. */
export function withSteps(schema: object, where: "everywhere" | "references"): object {
  const copy = structuredClone(schema);
  addSteps(copy, where);
  return copy;
}

function addSteps(schema: object, where: "everywhere" | "references"): void {
  for (const [, part] of subschemas(schema)) addSteps(part, where);
  const isCounted =
    where === "references" ? "$ref" in schema || "$dynamicRef" in schema : Object.keys(schema).length > 0;
  if (isCounted && isSchemaObject(schema)) schema[KEYWORD] = true;
}
