import type { Ajv, ValidateFunction } from "ajv/dist/ajv.js";
import { createMeter, MAX_STEPS, type Meter, TooMuchWork, withSteps } from "./schema-meter.js";
import { toViolations, type Violation } from "./violations.js";

/** Checks values against one schema, in bounded time. */
export interface Checker {
  isValid(value: unknown): boolean;
  /** Every violation, or the first and that there are more. `base`: pointer of the value in the document it stands in */
  violations(value: unknown, base: string): Violation[];
}

/**
 * Compiles a schema twice. The first validator stops at the first violation: valid or not, a value takes it time in proportion
 * to its size. The second finds them all, which is worth its time only for what is known to be invalid, and is given up where
 * it takes too long. It is compiled when it is first needed.
 * @throws what ajv throws for a schema that does not compile
 */
export function createChecker(schema: object, createAjv: (meter: Meter, allErrors: boolean) => Ajv): Checker {
  const meter = createMeter();
  const first = createAjv(meter, false).compile(withSteps(schema, "references"));
  let all: ValidateFunction | undefined;

  const check = (value: unknown): Violation[] | "valid" => {
    try {
      return meter.run(() => first(value)) ? "valid" : toViolations(first.errors);
    } catch (error) {
      if (!(error instanceof TooMuchWork)) throw error;
      return [{ pointer: "", message: `takes more than ${MAX_STEPS} steps to check` }];
    }
  };
  const allViolations = (value: unknown): Violation[] | undefined => {
    all ??= createAjv(meter, true).compile(withSteps(schema, "everywhere"));
    const validate = all;
    try {
      return meter.run(() => validate(value)) ? undefined : toViolations(validate.errors);
    } catch (error) {
      if (error instanceof TooMuchWork) return undefined;
      throw error;
    }
  };

  return {
    isValid: (value) => check(value) === "valid",
    violations(value, base) {
      const found = check(value);
      if (found === "valid") return [];
      const violations = allViolations(value) ?? [
        ...found,
        { pointer: "", message: "has more violations than are told" },
      ];
      return violations.map(({ pointer, message }) => ({ pointer: base + pointer, message }));
    },
  };
}
