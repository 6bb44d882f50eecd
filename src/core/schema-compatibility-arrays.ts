import type { Known } from "./schema-compatibility-known.js";
import { limitNarrowings } from "./schema-compatibility-limits.js";
import type { Narrowing } from "./schema-compatibility-narrowing.js";
import { type ObjectPart, partsUnder, partUnder, pointerOf, type SchemaPart } from "./schema-compatibility-part.js";
import type { CompareKeywords, Walk } from "./schema-compatibility-walk.js";

/** Keywords about arrays. */
export const arrayNarrowings: CompareKeywords = (known, asked, field, walk) => [
  ...itemNarrowings(known, asked, field, walk),
  ...limitNarrowings(known, asked, field, { keyword: "minItems", side: "least", anyway: 0 }),
  ...limitNarrowings(known, asked, field, { keyword: "maxItems", side: "most", anyway: mostItems(known) }),
  ...uniqueNarrowings(known, asked, field),
  ...containsNarrowings(known, asked, field, walk),
];

/** Items by their place, and all that come after these: 2020-12 and draft-07 write it differently. */
function itemsOf(part: ObjectPart): { first: SchemaPart[]; rest: SchemaPart | undefined } {
  const isTuple = Array.isArray(part.schema.items);
  return {
    first: isTuple ? partsUnder(part, "items") : partsUnder(part, "prefixItems"),
    rest: partUnder(part, isTuple ? "additionalItems" : "items"),
  };
}

function itemNarrowings(known: Known, asked: ObjectPart, field: string, walk: Walk): Narrowing[] {
  const given = known.parts.map(itemsOf);
  const wanted = itemsOf(asked);
  const places = Math.max(wanted.first.length, ...given.map(({ first }) => first.length));
  const most = mostItems(known) ?? Number.POSITIVE_INFINITY;
  const found: Narrowing[] = [];
  for (let index = 0; index <= places && index < most; index += 1) {
    const part = wanted.first[index] ?? wanted.rest;
    if (part === undefined) continue;
    const before = given.flatMap(({ first, rest }) => first[index] ?? rest ?? []);
    const itemField = `${field}/${index < places ? index : "*"}`;
    const narrowings = walk.narrowings(before, part, itemField);
    const isRefused = part.schema === false && narrowings.length > 0;
    found.push(...(isRefused ? [refusedItem(itemField, part)] : narrowings));
  }
  return found;
}

function refusedItem(field: string, { pointer }: SchemaPart): Narrowing {
  return { kind: "unlisted", field, pointer, isSure: true };
}

/** What is known of the number of items. */
function mostItems({ parts }: Known): number | undefined {
  const limits = parts.flatMap((part) => {
    const { first, rest } = itemsOf(part);
    const { maxItems } = part.schema;
    return [rest?.schema === false ? first.length : [], typeof maxItems === "number" ? maxItems : []].flat();
  });
  return limits.length === 0 ? undefined : Math.min(...limits);
}

function uniqueNarrowings(known: Known, asked: ObjectPart, field: string): Narrowing[] {
  const isUnique = ({ schema }: ObjectPart) => schema.uniqueItems === true;
  const most = mostItems(known);
  if (!isUnique(asked) || known.parts.some(isUnique) || (most !== undefined && most < 2)) return [];
  const pointer = pointerOf(asked, "uniqueItems");
  return [{ kind: "rule", field, pointer, isSure: true, keyword: "uniqueItems", narrower: "true" }];
}

/** `contains` with how often: kept where an older one asks for the same or more. */
function containsNarrowings(known: Known, asked: ObjectPart, field: string, walk: Walk): Narrowing[] {
  const wanted = partUnder(asked, "contains");
  if (wanted === undefined) return [];
  const { least, most } = countsOf(asked);
  if (least === 0 && most === undefined) return [];
  const given = known.parts.flatMap((part) => {
    const contains = partUnder(part, "contains");
    return contains === undefined ? [] : [{ contains, counts: countsOf(part) }];
  });
  const isEnough = given.some(
    ({ contains, counts }) => counts.least >= least && walk.narrowings([contains], wanted, field).length === 0,
  );
  const isFew = given.some(
    ({ contains, counts }) =>
      (counts.most ?? Number.POSITIVE_INFINITY) <= (most ?? 0) &&
      walk.narrowings([wanted], contains, field).length === 0,
  );
  if ((least === 0 || isEnough) && (most === undefined || isFew)) return [];
  const pointer = wanted.pointer;
  if (given.length > 0) return [{ kind: "opaque", field, pointer, isSure: false, keyword: "contains" }];
  return [{ kind: "rule", field, pointer, isSure: true, keyword: "contains", narrower: "a certain item" }];
}

function countsOf({ schema }: ObjectPart): { least: number; most: number | undefined } {
  const { minContains, maxContains } = schema;
  return {
    least: typeof minContains === "number" ? minContains : 1,
    most: typeof maxContains === "number" ? maxContains : undefined,
  };
}
