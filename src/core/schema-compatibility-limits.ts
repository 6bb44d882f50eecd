import type { Known } from "./schema-compatibility-known.js";
import type { Narrowing } from "./schema-compatibility-narrowing.js";
import { type ObjectPart, pointerOf } from "./schema-compatibility-part.js";

/** What a limit's keyword bounds from which side. `least`: what is so of every value anyway */
export interface LimitRule {
  keyword: string;
  side: "least" | "most";
  /** Known without the keyword, for instance that a string is 0 characters or longer. */
  anyway?: number | undefined;
}

/** A limit that is tighter than what is known. */
export function limitNarrowings(known: Known, asked: ObjectPart, field: string, rule: LimitRule): Narrowing[] {
  const { keyword, side, anyway } = rule;
  const limit = asked.schema[keyword];
  if (typeof limit !== "number") return [];
  const given = known.parts.map(({ schema }) => schema[keyword]).filter((value) => typeof value === "number");
  const before = side === "least" ? Math.max(...given) : Math.min(...given);
  const sure = [...(given.length > 0 ? [before] : []), ...(anyway === undefined ? [] : [anyway])];
  if (sure.some((value) => (side === "least" ? value >= limit : value <= limit))) return [];
  const wider = given.length > 0 ? String(before) : undefined;
  const pointer = pointerOf(asked, keyword);
  return [{ kind: "rule", field, pointer, isSure: true, keyword, wider, narrower: String(limit) }];
}

/** A bound on numbers; `isOpen`: the bound itself is outside. */
interface Bound {
  value: number;
  isOpen: boolean;
}

/** `minimum`, `maximum` and their exclusive forms, which say the same in two ways. */
export function rangeNarrowings(known: Known, asked: ObjectPart, field: string): Narrowing[] {
  return (["least", "most"] as const).flatMap((side) => {
    const given = tightest(known.parts, side, known);
    return BOUNDS[side].flatMap((keyword): Narrowing[] => {
      const limit = boundOf(asked, keyword);
      if (
        limit === undefined ||
        (given !== undefined && compareBounds(given, inWhole(limit, side, known), side) <= 0)
      ) {
        return [];
      }
      const wider = given === undefined ? undefined : boundText(given);
      const pointer = pointerOf(asked, keyword);
      return [{ kind: "rule", field, pointer, isSure: true, keyword, wider, narrower: String(limit.value) }];
    });
  });
}

const BOUNDS = { least: ["minimum", "exclusiveMinimum"], most: ["maximum", "exclusiveMaximum"] } as const;

function boundOf({ schema }: ObjectPart, keyword: string): Bound | undefined {
  const value = schema[keyword];
  return typeof value === "number" ? { value, isOpen: keyword.startsWith("exclusive") } : undefined;
}

function tightest(parts: readonly ObjectPart[], side: "least" | "most", known: Known): Bound | undefined {
  const bounds = parts.flatMap((part) => BOUNDS[side].flatMap((keyword) => boundOf(part, keyword) ?? []));
  const whole = bounds.map((bound) => inWhole(bound, side, known));
  return whole.sort((one, other) => compareBounds(one, other, side))[0];
}

/** Of integers the next one that is inside: more than 0 is 1 or more. */
function inWhole(bound: Bound, side: "least" | "most", { atoms }: Known): Bound {
  if (atoms.has("fraction")) return bound;
  const { value, isOpen } = bound;
  if (side === "least") return { value: isOpen ? Math.floor(value) + 1 : Math.ceil(value), isOpen: false };
  return { value: isOpen ? Math.ceil(value) - 1 : Math.floor(value), isOpen: false };
}

/** Below 0 when `one` is the tighter of the two. */
function compareBounds(one: Bound, other: Bound, side: "least" | "most"): number {
  if (one.value !== other.value) return side === "least" ? other.value - one.value : one.value - other.value;
  return Number(other.isOpen) - Number(one.isOpen);
}

function boundText({ value, isOpen }: Bound): string {
  return isOpen ? `${value} (itself excluded)` : String(value);
}
