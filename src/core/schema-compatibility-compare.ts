import { arrayNarrowings } from "./schema-compatibility-arrays.js";
import { branchNarrowings } from "./schema-compatibility-branches.js";
import { alternativesOf, conditionsOf } from "./schema-compatibility-conditions.js";
import { type Atom, atomsOf, fieldParts, identityOf, type Known, knownOf } from "./schema-compatibility-known.js";
import type { Narrowing } from "./schema-compatibility-narrowing.js";
import { objectNarrowings } from "./schema-compatibility-objects.js";
import { namedParts, type ObjectPart, partUnder, type SchemaPart } from "./schema-compatibility-part.js";
import { asksNothing, isSameSchema } from "./schema-compatibility-same.js";
import { areScalars, numberNarrowings, stringNarrowings } from "./schema-compatibility-scalar-rules.js";
import { listedNarrowings, typeNarrowings, valueNarrowings } from "./schema-compatibility-values.js";
import type { CompareKeywords, Walk } from "./schema-compatibility-walk.js";

/** Comparisons of one part with others: branches within branches multiply. */
const MAX_COMPARISONS = 2000;
/** Of values of any kind whatever nothing more is found by looking at each kind. */
const ALL_KINDS = 6;
/** Fields within fields that are looked at for a difference that sets two schemas apart. */
const MAX_APART_DEPTH = 3;

/** Where payloads that fit `given` may not fit `asked`. Empty only where all of them do. */
export function compareParts(given: SchemaPart, asked: SchemaPart): Narrowing[] {
  return new Comparison().narrowings([given, PAYLOAD], asked, "");
}

/** What every payload is. */
const PAYLOAD: SchemaPart = { schema: { type: "object" }, pointer: "#payload", root: {} };

class Comparison implements Walk {
  #left = MAX_COMPARISONS;
  /** Comparisons that are under way: a schema that refers to itself asks for them again, of a part of the value. */
  readonly #open = new Set<string>();

  narrowings(given: readonly SchemaPart[], asked: SchemaPart, field: string): Narrowing[] {
    if (asksNothing(asked.schema) || given.some((part) => isSameSchema(part, asked))) return [];
    const key = [...given, asked].map(({ pointer }) => pointer).join("\n");
    if (this.#open.has(key)) return [];
    this.#left -= 1;
    if (this.#left < 0) return [{ kind: "too-large", field, pointer: asked.pointer, isSure: false }];
    this.#open.add(key);
    try {
      return this.#compare(given, asked, field);
    } finally {
      this.#open.delete(key);
    }
  }

  areDisjoint(given: readonly SchemaPart[], other: SchemaPart): boolean {
    return this.#areApart(given, other, MAX_APART_DEPTH);
  }

  #compare(given: readonly SchemaPart[], asked: SchemaPart, field: string): Narrowing[] {
    const known = knownOf(given);
    if (this.#isImpossible(known)) return [];
    const { parts, isNever, opaque } = conditionsOf(asked);
    if (isNever) return [{ kind: "never", field, pointer: asked.pointer, isSure: true }];
    const whole = [
      ...opaque.map(({ keyword, pointer }): Narrowing => ({ kind: "opaque", field, pointer, isSure: false, keyword })),
      ...parts.flatMap((part) => this.#compareWithPart(known, part, field)),
    ];
    if (whole.length === 0) return [];
    const split = alternativesWithin(known.parts) ?? (whole.some(isAboutForms) ? kindsWithin(known) : undefined);
    if (split === undefined) return distinct(whole);
    // What is known is known of every branch; with the branch more may be.
    return distinct(split.flatMap((branch) => this.narrowings(branch, asked, field)));
  }

  #compareWithPart(known: Known, asked: ObjectPart, field: string): Narrowing[] {
    const types = typeNarrowings(known, asked, field);
    const allowed = atomsOf(asked);
    const both = new Set([...known.atoms].filter((atom) => allowed.has(atom)));
    const values = both.size === 0 ? [] : valueNarrowings({ ...known, atoms: both }, asked, field);
    const rules = known.values !== undefined && areScalars(known.values) ? [LISTED] : rulesFor(both);
    const narrower = { ...known, atoms: both };
    return [
      ...types,
      ...values,
      ...rules.flatMap((compare) => compare(narrower, asked, field, this)),
      ...branchNarrowings(known, asked, field, this),
    ];
  }

  /** Conditions that contradict each other: no value to compare. */
  #isImpossible(known: Known): boolean {
    if (known.isNever) return true;
    const refusing = known.parts.filter(refusesFields);
    const hasImpossibleField =
      refusing.length > 0 &&
      [...known.required].some((name) => fieldParts(refusing, name).some(({ schema }) => schema === false));
    return hasImpossibleField || known.parts.some((part) => this.#isRefused(known.parts, part));
  }

  #isRefused(parts: readonly ObjectPart[], part: ObjectPart): boolean {
    const refused = partUnder(part, "not");
    if (refused === undefined) return false;
    const others = parts.filter((other) => other !== part);
    return this.narrowings(others, refused, "").length === 0;
  }

  #areApart(given: readonly SchemaPart[], other: SchemaPart, depth: number): boolean {
    this.#left -= 1;
    if (depth === 0 || this.#left < 0) return false;
    const [left, right] = [knownOf(given), knownOf([other])];
    if (this.#isImpossible(left) || this.#isImpossible(right)) return true;
    if (![...left.atoms].some((atom) => right.atoms.has(atom))) return true;
    if (haveNoValueInCommon(left, right)) return true;
    if (left.parts.some((part) => this.#takesAll(part, other))) return true;
    if (right.parts.some((part) => this.#takesAllOf(part, left.parts))) return true;
    const isObject = (known: Known) => known.atoms.size === 1 && known.atoms.has("object");
    if (!isObject(left) && !isObject(right)) return false;
    const names = [...new Set([...left.required, ...right.required])];
    return names.some((name) => this.#isFieldApart(left, right, name, depth));
  }

  /** Whether `part` refuses, by its `not`, whatever fits `other`. */
  #takesAll(part: ObjectPart, other: SchemaPart): boolean {
    const refused = partUnder(part, "not");
    return refused !== undefined && this.narrowings([other], refused, "").length === 0;
  }

  #takesAllOf(part: ObjectPart, given: readonly SchemaPart[]): boolean {
    const refused = partUnder(part, "not");
    return refused !== undefined && this.narrowings(given, refused, "").length === 0;
  }

  /** A field that is surely there on one side, and that the two sides ask different things of. */
  #isFieldApart(left: Known, right: Known, name: string, depth: number): boolean {
    const given = fieldParts(left.parts, name);
    const [first, ...rest] = fieldParts(right.parts, name);
    if (given.some(({ schema }) => schema === false)) return true;
    if (first === undefined) return false;
    return [first, ...rest].some((part) => part.schema === false || this.#areApart(given, part, depth - 1));
  }
}

const LISTED: CompareKeywords = listedNarrowings;

const RULES: [Atom[], CompareKeywords][] = [
  [["string"], stringNarrowings],
  [["integer", "fraction"], numberNarrowings],
  [["array"], arrayNarrowings],
  [["object"], objectNarrowings],
];

/** The rules that can concern values of these kinds. */
function rulesFor(atoms: ReadonlySet<Atom>): CompareKeywords[] {
  return RULES.filter(([kinds]) => kinds.some((kind) => atoms.has(kind))).map(([, compare]) => compare);
}

/** The first part that leaves a choice, each of its branches beside all other parts. */
function alternativesWithin(parts: readonly ObjectPart[]): SchemaPart[][] | undefined {
  for (const part of parts) {
    const branches = alternativesOf(part);
    if (branches !== undefined)
      return branches.map((branch) => [...parts.filter((other) => other !== part), ...branch]);
  }
  return undefined;
}

/** Whether a field can be there at all may depend on this part. */
function refusesFields(part: ObjectPart): boolean {
  const named = [...namedParts(part, "properties").values(), ...namedParts(part, "patternProperties").values()];
  return part.schema.additionalProperties === false || named.some(({ schema }) => schema === false);
}

function isAboutForms({ kind }: Narrowing): boolean {
  return kind === "form" || kind === "overlap";
}

/** Where values of several kinds may stand, each kind by itself. */
function kindsWithin({ parts, atoms }: Known): SchemaPart[][] | undefined {
  const types = [...atoms].filter((atom) => atom !== "fraction" && !(atom === "integer" && atoms.has("fraction")));
  const kinds = atoms.has("fraction") ? [...types, "number"] : types;
  if (kinds.length < 2 || kinds.length === ALL_KINDS) return undefined;
  return kinds.map((type) => [...parts, { schema: { type }, pointer: `#type ${type}`, root: {} }]);
}

function haveNoValueInCommon({ values: left }: Known, { values: right }: Known): boolean {
  if (left === undefined || right === undefined) return false;
  const texts = new Set(left.map(identityOf));
  return !right.some((value) => texts.has(identityOf(value)));
}

/** Each once: several branches may lead to the same. */
function distinct(narrowings: Narrowing[]): Narrowing[] {
  const seen = new Map(narrowings.map((narrowing) => [JSON.stringify(narrowing), narrowing]));
  return [...seen.values()];
}
