import { canonicalize } from "./canonical-json.js";
import { followReference, isObjectPart, type Schema, type SchemaPart } from "./schema-compatibility-part.js";
import { isSchemaObject, subschemas } from "./schema-parts.js";

/** Keywords that ask nothing of a value. Definitions count only where something refers to them. */
const SILENT = new Set([
  "$schema",
  "$id",
  "$anchor",
  "$comment",
  "$defs",
  "definitions",
  "title",
  "description",
  "examples",
  "default",
  "deprecated",
  "readOnly",
  "writeOnly",
]);

/** Whether two schemas are written the same way, whatever their descriptions say; what they refer to included. */
export function isSameSchema(one: SchemaPart, other: SchemaPart, compared: ReadonlySet<string> = new Set()): boolean {
  if (shapeOf(one.schema) !== shapeOf(other.schema)) return false;
  const targets = references(other);
  return references(one).every((reference, index) => {
    const target = targets[index];
    const pair = `${reference.pointer} ${target?.pointer}`;
    if (target === undefined || compared.has(pair)) return true;
    const [left, right] = [followReference(reference), followReference(target)];
    return left !== undefined && right !== undefined && isSameSchema(left, right, new Set([...compared, pair]));
  });
}

/** A schema that asks nothing. */
export function asksNothing(schema: unknown): boolean {
  return schema === true || shapeOf(schema) === "{}";
}

/** A schema is asked about again and again; its file does not change meanwhile. */
const shapes = new WeakMap<object, string>();

/** A schema as text, without what asks nothing. */
function shapeOf(schema: unknown): string {
  if (!isSchemaObject(schema)) return schema === true ? "{}" : String(schema);
  const known = shapes.get(schema);
  if (known !== undefined) return known;
  const copy = structuredClone(schema);
  strip(copy);
  const { text } = canonicalize(copy);
  shapes.set(schema, text);
  return text;
}

function strip(schema: Schema): void {
  for (const keyword of SILENT) delete schema[keyword];
  for (const [, part] of subschemas(schema)) if (isSchemaObject(part)) strip(part);
}

/** Every part of a schema that holds a `$ref`, in the order in which they stand. */
function references(part: SchemaPart): ReturnType<typeof collect> {
  return isObjectPart(part) ? collect(part.schema, part) : [];
}

function collect(schema: Schema, { pointer, root }: SchemaPart): { schema: Schema; pointer: string; root: Schema }[] {
  const own = typeof schema.$ref === "string" ? [{ schema, pointer, root }] : [];
  // The order of members may differ between two files.
  const inner = [...subschemas(schema)].sort(([left], [right]) => (left < right ? -1 : 1));
  return [
    ...own,
    ...inner.flatMap(([name, innerSchema]) =>
      isSchemaObject(innerSchema) && !/^\/(\$defs|definitions)\//.test(name)
        ? collect(innerSchema, { schema: innerSchema, pointer: pointer + name, root })
        : [],
    ),
  ];
}
