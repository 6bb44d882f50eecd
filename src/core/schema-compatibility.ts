import { compareParts } from "./schema-compatibility-compare.js";
import { type Narrowing, narrowingText } from "./schema-compatibility-narrowing.js";
import { wholeSchema } from "./schema-compatibility-part.js";

/** `breaking`: there are payloads that the old schema takes and the new one refuses. `cannot-tell`: there may be some. */
export type CompatibilityVerdict = "breaking" | "compatible" | "cannot-tell";

/** One difference between two schemas, and what it means for those who produce by the old one. */
export interface SchemaChange {
  verdict: CompatibilityVerdict;
  /** JSON Pointer in the payload, empty for the whole; `*` stands for any item, or any field that is not listed. */
  field: string;
  /** In words, as what is to be said of the field. */
  reason: string;
  /** JSON Pointer of the rule, in the schema that `of` names. */
  pointer: string;
  of: "old" | "new";
}

export interface SchemaComparison {
  verdict: CompatibilityVerdict;
  /** What breaks first, then what cannot be told, then the rest. */
  changes: SchemaChange[];
}

const ORDER: CompatibilityVerdict[] = ["breaking", "cannot-tell", "compatible"];

/**
 * Whether every payload that fits `older` fits `newer` too, by the schemas alone. `compatible` is certain, since what cannot be
 * shown is never called so. Both must have compiled.
 */
export function compareSchemas(older: object, newer: object): SchemaComparison {
  const [before, after] = [wholeSchema(older), wholeSchema(newer)];
  const tighter = compareParts(before, after);
  const widened = compareParts(after, before);
  const looser = widened.filter((narrowing) => !hasTwin(narrowing, tighter) && !isEcho(narrowing, widened));
  const told = tighter.filter((narrowing) => !isEcho(narrowing, tighter));
  const changes = [...told.map(tightened), ...looser.map(loosened)];
  changes.sort((one, other) => ORDER.indexOf(one.verdict) - ORDER.indexOf(other.verdict));
  const worst = ORDER.find((verdict) => changes.some((change) => change.verdict === verdict));
  return { verdict: worst ?? "compatible", changes };
}

function tightened(narrowing: Narrowing): SchemaChange {
  const { field, pointer, isSure } = narrowing;
  const verdict = isSure ? "breaking" : "cannot-tell";
  return { verdict, field, reason: narrowingText(narrowing, "tighter"), pointer, of: "new" };
}

function loosened(narrowing: Narrowing): SchemaChange {
  const { field, pointer } = narrowing;
  return { verdict: "compatible", field, reason: narrowingText(narrowing, "looser"), pointer, of: "old" };
}

/** What has changed in both directions is told once, by what it breaks. */
function hasTwin({ kind, field, keyword }: Narrowing, tighter: readonly Narrowing[]): boolean {
  const here = tighter.filter((other) => other.field === field);
  if (kind === "unlisted" || kind === "described") return here.length > 0;
  return here.some((other) => other.kind === kind && other.keyword === keyword);
}

/** That a field has rules is told by the rules, where these are told. */
function isEcho({ kind, field }: Narrowing, others: readonly Narrowing[]): boolean {
  return kind === "described" && others.some((other) => other.field === field && other.kind !== kind);
}
