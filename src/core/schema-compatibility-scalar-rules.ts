import { compilePattern } from "./pattern.js";
import { atomOf, type Known } from "./schema-compatibility-known.js";
import { limitNarrowings, rangeNarrowings } from "./schema-compatibility-limits.js";
import type { Narrowing } from "./schema-compatibility-narrowing.js";
import { type ObjectPart, pointerOf } from "./schema-compatibility-part.js";

/** Keywords about strings and numbers that one value can be tried with. */
export const SCALAR_RULES = [
  "minLength",
  "maxLength",
  "pattern",
  "minimum",
  "exclusiveMinimum",
  "maximum",
  "exclusiveMaximum",
  "multipleOf",
];

/** Whether a value breaks one of {@link SCALAR_RULES}. */
export function failsScalarRule(keyword: string, rule: unknown, value: unknown): boolean {
  if (typeof value === "string") {
    if (keyword === "pattern") return !compilePattern(String(rule)).test(value);
    const length = [...value].length;
    return (keyword === "minLength" && length < Number(rule)) || (keyword === "maxLength" && length > Number(rule));
  }
  if (typeof value !== "number") return false;
  const limit = Number(rule);
  switch (keyword) {
    case "minimum":
      return value < limit;
    case "exclusiveMinimum":
      return value <= limit;
    case "maximum":
      return value > limit;
    case "exclusiveMaximum":
      return value >= limit;
    case "multipleOf":
      return !Number.isInteger(value / limit);
    default:
      return false;
  }
}

/** Lengths, `pattern` and `format`. */
export function stringNarrowings(known: Known, asked: ObjectPart, field: string): Narrowing[] {
  return [
    ...limitNarrowings(known, asked, field, { keyword: "minLength", side: "least", anyway: 0 }),
    ...limitNarrowings(known, asked, field, { keyword: "maxLength", side: "most" }),
    ...textNarrowings(known, asked, field, "pattern"),
    ...textNarrowings(known, asked, field, "format"),
  ];
}

/** Formats of which no text has two. */
const DISTINCT_FORMATS = new Set(["date", "time", "date-time", "email", "ipv4", "ipv6", "uuid", "uri", "duration"]);
/** Formats that every text of another one has as well. */
const WIDER_FORMATS: Record<string, string[]> = {
  uri: ["uri-reference", "uri-template"],
  "date-time": ["iso-date-time"],
  time: ["iso-time"],
};

/** Whether all that fits one pattern fits another cannot be told. */
function textNarrowings(
  { parts }: Known,
  asked: ObjectPart,
  field: string,
  keyword: "pattern" | "format",
): Narrowing[] {
  const rule = asked.schema[keyword];
  if (typeof rule !== "string") return [];
  const given = parts.map(({ schema }) => schema[keyword]).filter((text) => typeof text === "string");
  const isKept = given.some((text) => text === rule || (keyword === "format" && WIDER_FORMATS[text]?.includes(rule)));
  if (isKept) return [];
  const isApart = keyword === "format" && [rule, ...given].every((text) => DISTINCT_FORMATS.has(text));
  const isSure = given.length === 0 || isApart;
  const wider = given.length === 0 ? undefined : given.join(" and ");
  return [{ kind: "rule", field, pointer: pointerOf(asked, keyword), isSure, keyword, wider, narrower: rule }];
}

/** Ranges and `multipleOf`. */
export function numberNarrowings(known: Known, asked: ObjectPart, field: string): Narrowing[] {
  return [...rangeNarrowings(known, asked, field), ...stepNarrowings(known, asked, field)];
}

function stepNarrowings({ parts, atoms }: Known, asked: ObjectPart, field: string): Narrowing[] {
  const { multipleOf: step } = asked.schema;
  if (typeof step !== "number") return [];
  const given = parts.map(({ schema }) => schema.multipleOf).filter((value) => typeof value === "number");
  const steps = atoms.has("fraction") ? given : [...given, 1];
  if (steps.some((value) => Number.isInteger(value / step))) return [];
  const wider = given.length === 0 ? undefined : given.join(" and ");
  const pointer = pointerOf(asked, "multipleOf");
  return [{ kind: "rule", field, pointer, isSure: true, keyword: "multipleOf", wider, narrower: String(step) }];
}

/** Whether every listed value is one that {@link failsScalarRule} can try. */
export function areScalars(values: readonly unknown[]): boolean {
  return values.every((value) => !["object", "array"].includes(atomOf(value)));
}
