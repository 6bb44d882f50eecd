import type { SchemaFile } from "../../src/core/schema-book.js";

/**
 * Schemas that a careless author could write: each is fine until somebody sends what it was not meant for. A backtracking
 * engine takes forever for the patterns, a pairwise comparison for `uniqueItems`, and a naive check of the tree looks at
 * each level twice as often as at the one above.
 */
const FUZZ_SCHEMAS: Record<string, object> = {
  order: {
    type: "object",
    required: ["orderId", "amount"],
    properties: { orderId: { type: "string", minLength: 1, maxLength: 200 }, amount: { type: "number" } },
  },
  text: {
    type: "object",
    additionalProperties: false,
    minProperties: 1,
    properties: {
      letters: { type: "string", pattern: "^(a+)+$" },
      words: { type: "string", pattern: "^(\\w+\\s?)*$" },
      mail: { type: "string", pattern: "^\\S+@\\S+\\.\\S+$" },
      path: { type: "string", pattern: "^(/[^/]+)*/?$" },
      ending: { type: "string", pattern: "\\s+$" },
      url: { type: "string", format: "url" },
      expression: { type: "string", format: "regex" },
      moment: { type: "string", format: "date-time" },
      address: { type: "string", format: "email" },
      pointer: { type: "string", format: "json-pointer" },
      template: { type: "string", format: "uri-template" },
    },
  },
  list: {
    type: "object",
    properties: {
      unique: { type: "array", uniqueItems: true },
      references: { type: "array", items: { $ref: "#/$defs/item" } },
      inline: { type: "array", items: { type: "object", required: ["a", "b", "c", "d", "e"] } },
      either: { type: "array", items: { oneOf: [{ required: ["a"] }, { required: ["b"] }, { required: ["c"] }] } },
      some: { type: "array", contains: { type: "object", required: ["a"] } },
      names: { type: "object", propertyNames: { pattern: "^([a-z]+\\d?)+$" } },
      counted: { type: "object", patternProperties: { "^(n+)+$": { type: "integer" } }, additionalProperties: false },
    },
    $defs: { item: { type: "object", properties: { inner: { $ref: "#/$defs/item" } }, required: ["n"] } },
  },
  tree: {
    type: "object",
    properties: { root: { $ref: "#/$defs/node" } },
    $defs: {
      node: {
        anyOf: [
          { type: "object", required: ["leaf"], properties: { child: { $ref: "#/$defs/node" } } },
          { type: "object", required: ["twig"], properties: { child: { $ref: "#/$defs/node" } } },
        ],
      },
    },
  },
};

export function fuzzSchemaFiles(): SchemaFile[] {
  return Object.entries(FUZZ_SCHEMAS).map(([type, schema]) => ({
    type,
    version: "1.0",
    file: `${type}/1.0.json`,
    text: JSON.stringify(schema),
  }));
}
