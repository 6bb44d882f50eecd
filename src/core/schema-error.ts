import type { Ajv } from "ajv/dist/ajv.js";
import { escapePointerPart } from "./violations.js";

/** Keywords whose value is one schema, a list of schemas, or schemas by name. */
const SINGLE = [
  "items",
  "contains",
  "additionalProperties",
  "propertyNames",
  "if",
  "then",
  "else",
  "not",
  "unevaluatedItems",
  "unevaluatedProperties",
];
const LISTS = ["allOf", "anyOf", "oneOf", "prefixItems"];
const BY_NAME = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"];

/** JSON Pointer to the innermost part of a schema that does not compile, since ajv names the fault but not always the place. */
export function locateSchemaError(schema: object, createAjv: () => Ajv): string {
  const [broken] = metaSchemaErrors(schema, createAjv()) ?? [];
  if (broken !== undefined) return broken.instancePath;
  for (const [pointer, part] of subschemas(schema)) {
    if (!compiles(part, createAjv())) return pointer + locateSchemaError(part, createAjv);
  }
  return "";
}

function compiles(schema: object, ajv: Ajv): boolean {
  try {
    ajv.compile(schema);
    return true;
  } catch (error) {
    // A part that refers to the whole cannot be judged alone.
    return error instanceof Error && "missingRef" in error;
  }
}

function* subschemas(schema: object): Generator<[pointer: string, schema: object]> {
  for (const [keyword, value] of Object.entries(schema)) {
    if (!isObject(value)) continue;
    if (SINGLE.includes(keyword) && !Array.isArray(value)) yield [`/${keyword}`, value];
    if (!LISTS.includes(keyword) && !BY_NAME.includes(keyword)) continue;
    for (const [name, part] of Object.entries(value)) {
      if (isObject(part)) yield [`/${keyword}/${escapePointerPart(name)}`, part];
    }
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function metaSchemaErrors(schema: object, ajv: Ajv) {
  ajv.validateSchema(schema);
  return ajv.errors;
}
