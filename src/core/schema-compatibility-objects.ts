import {
  fieldParts,
  isClosed,
  type Known,
  listedNames,
  listedParts,
  requiredOf,
} from "./schema-compatibility-known.js";
import { limitNarrowings } from "./schema-compatibility-limits.js";
import type { Narrowing } from "./schema-compatibility-narrowing.js";
import { namedParts, type ObjectPart, partUnder, pointerOf, type SchemaPart } from "./schema-compatibility-part.js";
import type { CompareKeywords, Walk } from "./schema-compatibility-walk.js";
import { escapePointerPart } from "./violations.js";

/** Keywords about objects. */
export const objectNarrowings: CompareKeywords = (known, asked, field, walk) => [
  ...requiredNarrowings(known, asked, field),
  ...listedFieldNarrowings(known, asked, field, walk),
  ...otherFieldNarrowings(known, asked, field, walk),
  ...patternNarrowings(known, asked, field, walk),
  ...nameNarrowings(known, asked, field, walk),
  ...limitNarrowings(known, asked, field, { keyword: "minProperties", side: "least", anyway: known.required.size }),
  ...limitNarrowings(known, asked, field, { keyword: "maxProperties", side: "most", anyway: mostFields(known) }),
];

function mostFields(known: Known): number | undefined {
  return isClosed(known) ? listedNames(known.parts).size : undefined;
}

function fieldOf(field: string, name: string): string {
  return `${field}/${escapePointerPart(name)}`;
}

function requiredNarrowings({ required }: Known, asked: ObjectPart, field: string): Narrowing[] {
  const missing = requiredOf(asked).filter((name) => !required.has(name));
  const pointer = pointerOf(asked, "required");
  return missing.map((name) => ({ kind: "required", field: fieldOf(field, name), pointer, isSure: true }));
}

/** Fields that either schema lists by name. */
function listedFieldNarrowings(known: Known, asked: ObjectPart, field: string, walk: Walk): Narrowing[] {
  const names = new Set([...listedNames(known.parts), ...listedNames([asked])]);
  return [...names].flatMap((name) => {
    const given = fieldParts(known.parts, name);
    const isMentioned = known.required.has(name) || given.length > 0;
    return fieldParts([asked], name).flatMap((wanted) => {
      if (isMentioned) return fieldNarrowings(known, { name, given, wanted }, fieldOf(field, name), walk);
      return describedNarrowings(wanted, fieldOf(field, name), walk);
    });
  });
}

interface FieldComparison {
  name: string;
  given: SchemaPart[];
  wanted: SchemaPart;
}

function fieldNarrowings(known: Known, { name, given, wanted }: FieldComparison, field: string, walk: Walk) {
  if (wanted.schema !== false) return walk.narrowings(given, wanted, field);
  if (walk.narrowings(given, wanted, field).length === 0) return [];
  const isListed = known.required.has(name) || known.parts.some((part) => listedParts(part, name).length > 0);
  // A field that was never listed is told by `closed`.
  return isListed ? [refusal("unlisted", field, wanted)] : [];
}

function refusal(kind: "unlisted" | "closed", field: string, { pointer }: SchemaPart): Narrowing {
  return { kind, field, pointer, isSure: true };
}

/** A field that could hold anything without being mentioned: only who sends it already can tell. */
function describedNarrowings(wanted: SchemaPart, field: string, walk: Walk): Narrowing[] {
  if (wanted.schema === false || walk.narrowings([], wanted, field).length === 0) return [];
  return [{ kind: "described", field, pointer: wanted.pointer, isSure: false }];
}

/** Fields that no schema lists. */
function otherFieldNarrowings(known: Known, asked: ObjectPart, field: string, walk: Walk): Narrowing[] {
  const wanted = partUnder(asked, "additionalProperties");
  if (wanted === undefined) return [];
  const given = known.parts.flatMap((part) => partUnder(part, "additionalProperties") ?? []);
  const found = walk.narrowings(given, wanted, `${field}/*`);
  if (wanted.schema === false && found.length > 0) return [refusal("closed", field, wanted)];
  return found;
}

function patternNarrowings(known: Known, asked: ObjectPart, field: string, walk: Walk): Narrowing[] {
  const wanted = namedParts(asked, "patternProperties");
  const given = Map.groupBy(
    known.parts.flatMap((part) => [...namedParts(part, "patternProperties")]),
    ([pattern]) => pattern,
  );
  const kept = [...given].flatMap(([pattern, parts]) => {
    const fieldsText = fieldOf(field, `{${pattern}}`);
    const before = parts.map(([, part]) => part);
    const now = wanted.get(pattern) ?? partUnder(asked, "additionalProperties");
    if (now === undefined) return [];
    const found = walk.narrowings(before, now, fieldsText);
    return now.schema === false && found.length > 0 ? [refusal("unlisted", fieldsText, now)] : found;
  });
  const added = [...wanted].filter(([pattern]) => !given.has(pattern));
  return [
    ...kept,
    ...added.flatMap(([pattern, part]) => newPattern(known, part, fieldOf(field, `{${pattern}}`), walk)),
  ];
}

/** A field listed by name is compared with the pattern as any other rule about it. */
function newPattern(known: Known, wanted: SchemaPart, field: string, walk: Walk): Narrowing[] {
  const hasPatterns = known.parts.some((part) => namedParts(part, "patternProperties").size > 0);
  const given = known.parts.flatMap((part) => partUnder(part, "additionalProperties") ?? []);
  if (!hasPatterns && walk.narrowings(given, wanted, field).length === 0) return [];
  if (walk.narrowings([], wanted, field).length === 0) return [];
  return [{ kind: "described", field, pointer: wanted.pointer, isSure: false }];
}

/** `propertyNames`: names are strings, and of a closed object they are known. */
function nameNarrowings(known: Known, asked: ObjectPart, field: string, walk: Walk): Narrowing[] {
  const wanted = partUnder(asked, "propertyNames");
  if (wanted === undefined) return [];
  const names = isClosed(known) ? { enum: [...listedNames(known.parts)] } : { type: "string" };
  const given = known.parts.flatMap((part) => partUnder(part, "propertyNames") ?? []);
  const found = walk.narrowings(
    [...given, { schema: names, pointer: `#names ${JSON.stringify(names)}`, root: {} }],
    wanted,
    field,
  );
  if (found.length === 0) return [];
  return [{ kind: "names", field, pointer: wanted.pointer, isSure: found.some(({ isSure }) => isSure) }];
}
