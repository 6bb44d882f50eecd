import { escapePointerPart } from "./violations.js";

/** Keywords whose value is one schema, a list of schemas, or schemas by name; of some drafts more than one. */
const SINGLE = [
  "items",
  "additionalItems",
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
const LISTS = ["allOf", "anyOf", "oneOf", "prefixItems", "items"];
const BY_NAME = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"];

/** The parts of a schema that are schemas themselves (but for `true` and `false`), each with its JSON Pointer. */
export function* subschemas(schema: object): Generator<[pointer: string, part: object]> {
  for (const [keyword, value] of Object.entries(schema)) {
    if (Array.isArray(value) ? LISTS.includes(keyword) : BY_NAME.includes(keyword) && isSchemaObject(value)) {
      for (const [name, part] of Object.entries(value)) {
        if (isSchemaObject(part)) yield [`/${keyword}/${escapePointerPart(name)}`, part];
      }
    } else if (SINGLE.includes(keyword) && isSchemaObject(value)) yield [`/${keyword}`, value];
  }
}

export function isSchemaObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
