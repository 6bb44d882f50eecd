import type { Json } from "../../core/event.js";
import { invalidParameter, type ModelError } from "./model-error.js";

/** What a field of a message holds: no value at all when it is missing. */
export type FieldValues = readonly (string | number | boolean | null)[] | undefined;
export type Condition = (values: FieldValues) => boolean;

type Scalar = string | number | boolean | null;
type Test = (value: Scalar) => boolean;

const NUMERIC_OPERATORS = new Map<string, (value: number, bound: number) => boolean>([
  ["=", (value, bound) => value === bound],
  ["<", (value, bound) => value < bound],
  ["<=", (value, bound) => value <= bound],
  [">", (value, bound) => value > bound],
  [">=", (value, bound) => value >= bound],
]);

export function filterPolicyError(detail: string): ModelError {
  return invalidParameter(`FilterPolicy: ${detail}`);
}

/** One element of the list under a field's name ("Filter policy constraints in Amazon SNS"). @throws ModelError */
export function compileCondition(condition: Json): Condition {
  if (isScalar(condition)) return some((value) => value === condition);
  if (Array.isArray(condition)) throw filterPolicyError("Match value must be String, number, true, false, or null");
  const entries = Object.entries(condition);
  const [entry] = entries;
  if (entry === undefined || entries.length > 1) throw filterPolicyError("Only one key allowed in match expression");
  const [operator, operand] = entry;
  if (operator === "exists") {
    if (typeof operand !== "boolean") throw filterPolicyError("exists match pattern must be either true or false.");
    return (values) => (values !== undefined) === operand;
  }
  if (operator === "anything-but") return anythingBut(operand);
  if (operator === "numeric") return some(numeric(operand));
  return some(textTest(operator, operand));
}

function some(test: Test): Condition {
  return (values) => values?.some(test) ?? false;
}

function isScalar(json: Json): json is Scalar {
  return typeof json !== "object" || json === null;
}

function textTest(operator: string, operand: Json): Test {
  if (operator !== "prefix" && operator !== "suffix" && operator !== "equals-ignore-case") {
    throw filterPolicyError(`Unrecognized match type ${operator}`);
  }
  if (typeof operand !== "string") throw filterPolicyError(`${operator} match pattern must be a string`);
  const wanted = operand;
  if (operator === "prefix") return (value) => typeof value === "string" && value.startsWith(wanted);
  if (operator === "suffix") return (value) => typeof value === "string" && value.endsWith(wanted);
  return (value) => typeof value === "string" && value.toLowerCase() === wanted.toLowerCase();
}

/** True for a field that is there and has a value that is none of those named. */
function anythingBut(operand: Json): Condition {
  if (typeof operand === "object" && operand !== null && !Array.isArray(operand)) {
    const [entry, ...more] = Object.entries(operand);
    if (entry === undefined || more.length > 0) throw filterPolicyError("Only one key allowed in match expression");
    const excluded = textTest(entry[0], entry[1]);
    return some((value) => !excluded(value));
  }
  const excluded = Array.isArray(operand) ? operand : [operand];
  if (excluded.length === 0 || !excluded.every((value) => typeof value === "string" || typeof value === "number")) {
    throw filterPolicyError("Inside anything but list, start|null|boolean is not supported.");
  }
  return some((value) => !excluded.some((one) => one === value));
}

function numeric(operand: Json): Test {
  if (!Array.isArray(operand) || operand.length === 0) throw filterPolicyError("Invalid member in numeric match: ]");
  if (operand.length > 4) throw filterPolicyError("Too many terms in numeric range expression");
  const bounds: Test[] = [];
  for (let index = 0; index < operand.length; index += 2) bounds.push(numericBound(operand[index], operand[index + 1]));
  if (operand.length === 4) checkRange(operand);
  return (value) => bounds.every((bound) => bound(value));
}

function numericBound(operator: Json | undefined, bound: Json | undefined): Test {
  if (typeof operator !== "string") throw filterPolicyError(`Invalid member in numeric match: ${operator}`);
  const compare = NUMERIC_OPERATORS.get(operator);
  if (compare === undefined) throw filterPolicyError(`Unrecognized numeric range operator: ${operator}`);
  if (typeof bound !== "number") {
    throw filterPolicyError(`Value of ${operator === "=" ? "equals" : operator} must be numeric`);
  }
  return (value) => typeof value === "number" && compare(value, bound);
}

function checkRange([lower, bottom, upper, top]: Json[]): void {
  if (lower !== ">" && lower !== ">=") throw filterPolicyError("Too many elements in numeric expression");
  if (upper !== "<" && upper !== "<=") throw filterPolicyError(`Bad numeric range operator: ${upper}`);
  if (Number(bottom) >= Number(top)) throw filterPolicyError("Bottom must be less than top");
}
