import {
  followReference,
  isObjectPart,
  namedParts,
  type ObjectPart,
  partsUnder,
  partUnder,
  pointerOf,
  type Schema,
  type SchemaPart,
} from "./schema-compatibility-part.js";

/** A schema as conditions that all have to hold. */
export interface Conditions {
  parts: ObjectPart[];
  /** `false` is among them: no value fits. */
  isNever: boolean;
  /** Keywords that are not understood here, each with its pointer. */
  opaque: { keyword: string; pointer: string }[];
}

/**
 * Takes a schema apart: what `$ref` and `allOf` lead to are conditions like any others, dependencies are conditionals, and
 * `unevaluatedProperties` is `additionalProperties` to all that stands in the same place.
 */
export function conditionsOf(part: SchemaPart, followed: ReadonlySet<string> = new Set()): Conditions {
  if (part.schema === false) return { parts: [], isNever: true, opaque: [] };
  if (!isObjectPart(part)) return { parts: [], isNever: false, opaque: [] };
  const own: ObjectPart = { ...part, schema: dropped(part.schema, TAKEN_APART) };
  const conditions: Conditions = { parts: [own, ...dependenciesOf(part)], isNever: false, opaque: [] };
  for (const inner of [...referenceOf(part, followed, conditions), ...partsUnder(part, "allOf")]) {
    const { parts, isNever, opaque } = conditionsOf(inner, new Set([...followed, part.pointer]));
    conditions.parts.push(...parts);
    conditions.opaque.push(...opaque);
    conditions.isNever ||= isNever;
  }
  closeUnevaluated(part, conditions);
  return conditions;
}

/** Keywords that become conditions of their own. */
const TAKEN_APART = [
  "$ref",
  "$dynamicRef",
  "$recursiveRef",
  "allOf",
  "dependentRequired",
  "dependentSchemas",
  "dependencies",
  "unevaluatedProperties",
  "unevaluatedItems",
];

function dropped(schema: Schema, keywords: string[]): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => !keywords.includes(keyword)));
}

function referenceOf(part: ObjectPart, followed: ReadonlySet<string>, { opaque }: Conditions): SchemaPart[] {
  for (const keyword of ["$dynamicRef", "$recursiveRef"]) {
    if (keyword in part.schema) opaque.push({ keyword, pointer: pointerOf(part, keyword) });
  }
  if (!("$ref" in part.schema)) return [];
  const target = followReference(part);
  if (target === undefined) opaque.push({ keyword: "$ref", pointer: pointerOf(part, "$ref") });
  return target === undefined || followed.has(target.pointer) ? [] : [target];
}

const THEN = "then";

/** `dependentRequired`, `dependentSchemas` and draft-07's `dependencies`, each as an `if` with its `then`. */
function dependenciesOf(part: ObjectPart): ObjectPart[] {
  return ["dependentRequired", "dependentSchemas", "dependencies"].flatMap((keyword) =>
    [...namedParts(part, keyword)].map(([name, { schema, pointer }]): ObjectPart => {
      const consequence = Array.isArray(schema) ? { required: schema } : schema;
      const conditional = { if: { required: [name] }, [THEN]: consequence };
      const required = Array.isArray(schema) ? pointer : `${pointer}/required`;
      const places = { [THEN]: pointer, [`${THEN}/required`]: required };
      return { schema: conditional, pointer, root: part.root, places };
    }),
  );
}

/** Keywords that evaluate fields for some values and not for others; dependencies are conditionals by now. */
const BRANCHING = ["anyOf", "oneOf", "if", "not"];

function closeUnevaluated(part: ObjectPart, conditions: Conditions): void {
  const { opaque, parts } = conditions;
  if ("unevaluatedItems" in part.schema) {
    opaque.push({ keyword: "unevaluatedItems", pointer: pointerOf(part, "unevaluatedItems") });
  }
  const rest = partUnder(part, "unevaluatedProperties");
  if (rest === undefined || rest.schema === true) return;
  if (parts.some(({ schema }) => "additionalProperties" in schema)) return;
  if (parts.some(({ schema }) => BRANCHING.some((keyword) => keyword in schema))) {
    opaque.push({ keyword: "unevaluatedProperties", pointer: rest.pointer });
    return;
  }
  parts.push({
    schema: {
      properties: anything(parts, "properties"),
      patternProperties: anything(parts, "patternProperties"),
      additionalProperties: rest.schema,
    },
    pointer: part.pointer,
    root: part.root,
    places: { additionalProperties: rest.pointer },
  });
}

/** The same names, with nothing asked of them. */
function anything(parts: ObjectPart[], keyword: string): Schema {
  const names = parts.flatMap((part) => [...namedParts(part, keyword).keys()]);
  return Object.fromEntries(names.map((name) => [name, true]));
}

/** The branches that one part of a schema leaves open, each as the conditions that then hold; undefined where there is but one way. */
export function alternativesOf(part: ObjectPart): SchemaPart[][] | undefined {
  for (const keyword of ["anyOf", "oneOf"]) {
    const branches = partsUnder(part, keyword);
    if (branches.length === 0) continue;
    const rest = without(part, [keyword]);
    return branches.map((branch) => {
      const others = keyword === "oneOf" ? branches.filter((other) => other !== branch).map(negated) : [];
      return [rest, branch, ...others];
    });
  }
  const condition = partUnder(part, "if");
  if (condition === undefined) return undefined;
  const rest = without(part, ["if", "then", "else"]);
  const follow = (keyword: string) => partUnder(part, keyword) ?? [];
  return [[rest, condition, follow("then")].flat(), [rest, negated(condition), follow("else")].flat()];
}

/** What does not fit `part`. */
export function negated({ schema, pointer, root }: SchemaPart): ObjectPart {
  return { schema: { not: schema }, pointer: `${pointer}#not`, root, places: { not: pointer } };
}

function without(part: ObjectPart, keywords: string[]): ObjectPart {
  return { ...part, schema: dropped(part.schema, keywords), pointer: `${part.pointer}#without ${keywords.join()}` };
}
