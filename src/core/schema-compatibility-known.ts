import { canonicalize } from "./canonical-json.js";
import { compilePattern } from "./pattern.js";
import { type Conditions, conditionsOf } from "./schema-compatibility-conditions.js";
import { namedParts, type ObjectPart, partUnder, type SchemaPart } from "./schema-compatibility-part.js";

/** Kinds of JSON values; an integer is a number, and `fraction` is every other number. */
export type Atom = "null" | "boolean" | "object" | "array" | "string" | "integer" | "fraction";

const ATOMS: readonly Atom[] = ["null", "boolean", "object", "array", "string", "integer", "fraction"];

const ANY_ATOM: ReadonlySet<Atom> = new Set(ATOMS);

/** What is known of every value that fits a schema. */
export interface Known {
  parts: ObjectPart[];
  /** Kinds that a value may be of. */
  atoms: ReadonlySet<Atom>;
  /** Every value there is; undefined where they are not listed. */
  values: unknown[] | undefined;
  /** Fields that are always present. */
  required: ReadonlySet<string>;
  isNever: boolean;
}

/** What is known of a value that fits all of these. */
export function knownOf(schemas: readonly SchemaPart[]): Known {
  const all: Conditions[] = schemas.map((schema) => conditionsOf(schema));
  const parts = all.flatMap((conditions) => conditions.parts);
  const typed = parts.filter(({ schema }) => schema.type !== undefined).map(atomsOf);
  const atoms = new Set(ATOMS.filter((atom) => typed.every((allowed) => allowed.has(atom))));
  const values = parts.map(valuesOf).reduce(common, undefined);
  const possible = values?.filter((value) => atoms.has(atomOf(value)));
  const narrowed = possible === undefined ? atoms : new Set(possible.map(atomOf));
  return {
    parts,
    atoms: narrowed,
    values: possible,
    required: new Set(parts.flatMap(requiredOf)),
    isNever: narrowed.size === 0 || all.some(({ isNever }) => isNever),
  };
}

function common(some: unknown[] | undefined, others: unknown[] | undefined): unknown[] | undefined {
  if (some === undefined || others === undefined) return some ?? others;
  const texts = new Set(others.map(identityOf));
  return some.filter((value) => texts.has(identityOf(value)));
}

/** Kinds of values that a part's `type` allows. */
export function atomsOf({ schema }: ObjectPart): ReadonlySet<Atom> {
  if (schema.type === undefined) return ANY_ATOM;
  const names = [schema.type, schema.nullable === true ? "null" : []].flat();
  return new Set(ATOMS.filter((atom) => names.includes(atom) || (isNumber(atom) && names.includes("number"))));
}

function isNumber(atom: Atom): boolean {
  return atom === "integer" || atom === "fraction";
}

export function atomOf(value: unknown): Atom {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "fraction";
  return ATOMS.find((atom) => atom === typeof value) ?? "null";
}

/** For instance `string or number`; every kind is `anything`. */
export function atomsText(atoms: ReadonlySet<Atom>): string {
  if (atoms.size === ATOMS.length) return "anything";
  const names = [...atoms].filter((atom) => atom !== "fraction" && !(atom === "integer" && atoms.has("fraction")));
  return [...names, ...(atoms.has("fraction") ? ["number"] : [])].join(" or ");
}

/** The values that `enum` and `const` list; undefined without them. */
export function valuesOf({ schema }: ObjectPart): unknown[] | undefined {
  const listed = Array.isArray(schema.enum) ? schema.enum : undefined;
  return common(listed, "const" in schema ? [schema.const] : undefined);
}

/** The same text for equal JSON values. */
export function identityOf(value: unknown): string {
  return canonicalize(value).text;
}

export function requiredOf({ schema }: ObjectPart): string[] {
  return Array.isArray(schema.required) ? schema.required.map(String) : [];
}

/** What the parts ask of the field `name`; nothing where any value may stand. */
export function fieldParts(parts: readonly ObjectPart[], name: string): SchemaPart[] {
  return parts.flatMap((part) => {
    const listed = listedParts(part, name);
    return listed.length > 0 ? listed : (partUnder(part, "additionalProperties") ?? []);
  });
}

/** What a part says of the field `name` by its name or a pattern. */
export function listedParts(part: ObjectPart, name: string): SchemaPart[] {
  const named = namedParts(part, "properties").get(name);
  const patterns = [...namedParts(part, "patternProperties")].filter(([pattern]) => compilePattern(pattern).test(name));
  return [...(named === undefined ? [] : [named]), ...patterns.map(([, fitting]) => fitting)];
}

/** Whether no field but those that are listed by name can be there. */
export function isClosed({ parts }: Known): boolean {
  return parts.some(({ schema }) => schema.additionalProperties === false && schema.patternProperties === undefined);
}

/** Names that any part lists. */
export function listedNames(parts: readonly ObjectPart[]): Set<string> {
  return new Set(parts.flatMap((part) => [...namedParts(part, "properties").keys()]));
}
