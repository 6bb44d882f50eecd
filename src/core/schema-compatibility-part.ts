import { pointerParts } from "./json-pointer.js";
import { isSchemaObject, subschemas } from "./schema-parts.js";
import { escapePointerPart } from "./violations.js";

/** A schema in its file: an object, `true` or `false`. */
export interface SchemaPart {
  schema: unknown;
  /** Where it stands; empty for the whole file. */
  pointer: string;
  /** The whole file, in which a `$ref` is looked up. */
  root: Schema;
  /** Where keywords really stand that were put together from others, by keyword, or by keywords with `/` between them. */
  places?: Record<string, string> | undefined;
}

export type Schema = Record<string, unknown>;

/** A part that is an object, and so has keywords. */
export interface ObjectPart extends SchemaPart {
  schema: Schema;
}

export function wholeSchema(root: object): SchemaPart {
  return { schema: root, pointer: "", root: { ...root } };
}

/** Where a keyword of a part stands. */
export function pointerOf(part: SchemaPart, keyword: string): string {
  return part.places?.[keyword] ?? `${part.pointer}/${escapePointerPart(keyword)}`;
}

/** The schema under a keyword, where there is one. */
export function partUnder(part: ObjectPart, keyword: string): SchemaPart | undefined {
  const schema = part.schema[keyword];
  if (schema === undefined || Array.isArray(schema)) return undefined;
  return { schema, pointer: pointerOf(part, keyword), root: part.root, places: placesUnder(part, keyword) };
}

function placesUnder({ places }: ObjectPart, keyword: string): Record<string, string> | undefined {
  if (places === undefined) return undefined;
  const inner = Object.entries(places).filter(([path]) => path.startsWith(`${keyword}/`));
  return Object.fromEntries(inner.map(([path, pointer]) => [path.slice(keyword.length + 1), pointer]));
}

/** The schemas of a keyword whose value is a list. */
export function partsUnder(part: ObjectPart, keyword: string): SchemaPart[] {
  const list = part.schema[keyword];
  if (!Array.isArray(list)) return [];
  const pointer = pointerOf(part, keyword);
  return list.map((schema: unknown, index) => ({ schema, pointer: `${pointer}/${index}`, root: part.root }));
}

/** The schemas of a keyword whose value names them, for instance `properties`. */
export function namedParts(part: ObjectPart, keyword: string): Map<string, SchemaPart> {
  const named = part.schema[keyword];
  if (!isSchemaObject(named)) return new Map();
  const pointer = pointerOf(part, keyword);
  const parts = Object.entries(named).map(([name, schema]): [string, SchemaPart] => [
    name,
    { schema, pointer: `${pointer}/${escapePointerPart(name)}`, root: part.root },
  ]);
  return new Map(parts);
}

export function isObjectPart(part: SchemaPart): part is ObjectPart {
  return isSchemaObject(part.schema);
}

/** What a `$ref` leads to, within its file; undefined where it leads elsewhere or nowhere. */
export function followReference(part: ObjectPart): SchemaPart | undefined {
  const { $ref: reference } = part.schema;
  if (typeof reference !== "string") return undefined;
  const { $id: id } = part.root;
  const fragment = typeof id === "string" && reference.startsWith(`${id}#`) ? reference.slice(id.length) : reference;
  if (fragment === "#") return { schema: part.root, pointer: "", root: part.root };
  if (fragment.startsWith("#/")) return partAt(part.root, decodeURIComponent(fragment.slice(1)));
  return fragment.startsWith("#") ? findAnchor(part.root, fragment.slice(1)) : undefined;
}

function partAt(root: Schema, pointer: string): SchemaPart | undefined {
  let schema: unknown = root;
  for (const name of pointerParts(pointer)) {
    const isContainer = typeof schema === "object" && schema !== null && Object.hasOwn(schema, name);
    if (!isContainer) return undefined;
    schema = Reflect.get(Object(schema), name);
  }
  return { schema, pointer, root };
}

/** `$anchor` of 2020-12, or an `$id` that begins with `#` of draft-07. */
function findAnchor(root: Schema, anchor: string): SchemaPart | undefined {
  const find = (schema: object, pointer: string): SchemaPart | undefined => {
    const isIt = isSchemaObject(schema) && (schema.$anchor === anchor || schema.$id === `#${anchor}`);
    if (isIt) return { schema, pointer, root };
    for (const [inner, part] of subschemas(schema)) {
      const found = find(part, pointer + inner);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return find(root, "");
}
