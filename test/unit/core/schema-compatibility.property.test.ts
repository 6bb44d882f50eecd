import fc from "fast-check";
import { expect, it } from "vitest";
import { compareSchemas } from "../../../src/core/schema-compatibility.js";
import { compileSchemas } from "../../../src/core/schema-compiler.js";

type Schema = Record<string, unknown>;

const THEN = "then";
const NAMES = ["a", "b", "c"];
const name = fc.constantFrom(...NAMES);
const small = fc.integer({ min: 0, max: 3 });
const scalar = fc.constantFrom<unknown>(null, true, false, 0, 1, 2, 0.5, "", "x", "xy", "xyz");

const { schema: anySchema, object: anyObject } = fc.letrec<{ schema: Schema | boolean; object: Schema }>((tie) => ({
  schema: fc.oneof(
    { depthSize: "xsmall", withCrossShrink: true },
    { weight: 1, arbitrary: fc.boolean() },
    { weight: 9, arbitrary: tie("object") },
  ),
  object: fc.oneof(
    { depthSize: "xsmall" },
    fc.record({ type: fc.constantFrom("null", "boolean", "object", "array", "string", "integer", "number") }),
    fc.record({ type: fc.uniqueArray(fc.constantFrom("null", "object", "string", "integer"), { minLength: 1 }) }),
    fc.record({ enum: fc.uniqueArray(scalar, { minLength: 1, maxLength: 4 }) }),
    fc.record({ const: scalar }),
    fc.record({ minimum: small, exclusiveMaximum: small }, { requiredKeys: [] }),
    fc.record(
      { exclusiveMinimum: small, maximum: small, multipleOf: fc.constantFrom(0.5, 1, 2) },
      { requiredKeys: [] },
    ),
    fc.record({ minLength: small, maxLength: small, pattern: fc.constantFrom("^x", "y") }, { requiredKeys: [] }),
    fc.record(
      { minItems: small, maxItems: small, uniqueItems: fc.boolean(), items: tie("schema") },
      { requiredKeys: [] },
    ),
    fc.record(
      { prefixItems: fc.array(tie("schema"), { minLength: 1, maxLength: 2 }), contains: tie("schema") },
      { requiredKeys: ["prefixItems"] },
    ),
    fc.record(
      {
        type: fc.constant("object"),
        properties: fc.dictionary(name, tie("schema"), { maxKeys: 3 }),
        required: fc.uniqueArray(name),
        additionalProperties: tie("schema"),
        maxProperties: small,
      },
      { requiredKeys: ["properties"] },
    ),
    fc.record(
      {
        patternProperties: fc.dictionary(fc.constantFrom("a", "b|c"), tie("schema"), { minKeys: 1 }),
        propertyNames: fc.constantFrom({ maxLength: 1 }, { enum: ["a"] }),
        additionalProperties: tie("schema"),
      },
      { requiredKeys: [] },
    ),
    fc.record({ dependentRequired: fc.dictionary(name, fc.uniqueArray(name), { minKeys: 1 }) }),
    fc.record({ dependentSchemas: fc.dictionary(name, tie("schema"), { minKeys: 1, maxKeys: 1 }) }),
    fc.record({ allOf: fc.array(tie("schema"), { minLength: 1, maxLength: 2 }) }),
    fc.record({ anyOf: fc.array(tie("schema"), { minLength: 1, maxLength: 3 }) }),
    fc.record({ oneOf: fc.array(tie("schema"), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie("schema") }),
    fc.record({ if: tie("schema"), [THEN]: tie("schema"), else: tie("schema") }),
    fc.record({
      allOf: fc.array(tie("object"), { minLength: 1, maxLength: 1 }),
      unevaluatedProperties: fc.constant(false),
    }),
    fc.tuple(tie("object"), tie("object")).map(([one, other]) => ({ ...(one as Schema), ...(other as Schema) })),
  ) as fc.Arbitrary<Schema>,
}));

const value = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 3 }),
  fc.dictionary(name, scalar, { maxKeys: 3 }),
  fc.array(fc.dictionary(name, scalar, { maxKeys: 2 }), { maxLength: 2 }),
);
const payload = fc
  .tuple(value, fc.dictionary(fc.constantFrom(...NAMES, "d"), value, { maxKeys: 3 }))
  .map(([a, others]): object => ({ a, ...others }));

/** Schemas of fields, so that most of what is drawn is about values and not about the payload itself. */
const payloadSchema = fc.record(
  {
    properties: fc.dictionary(name, anySchema, { maxKeys: 3 }),
    required: fc.uniqueArray(name, { maxLength: 2 }),
    additionalProperties: anySchema,
    anyOf: fc.array(anySchema, { minLength: 1, maxLength: 2 }),
    oneOf: fc.array(anySchema, { minLength: 1, maxLength: 2 }),
    allOf: fc.array(anySchema, { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: ["properties"] },
);

function checkerOf(schema: unknown): ((value: object) => boolean) | undefined {
  try {
    const book = compileSchemas([{ type: "t", file: "t.json", text: JSON.stringify(schema) }], []);
    return (value) => book.violations("t", "1.0", JSON.parse(JSON.stringify(value)), "")?.length === 0;
  } catch {
    return undefined;
  }
}

type Versions = [older: Schema, newer: Schema];

/** Two versions of what a field may hold: another rule, or the same with something more or less. */
const rules = fc
  .tuple(
    anyObject,
    anyObject,
    fc.constantFrom<(one: Schema, other: Schema) => Versions>(
      (one, other) => [one, other],
      (one, other) => [one, { ...one, ...other }],
      (one, other) => [{ ...other, ...one }, one],
      (one, other) => [one, { anyOf: [other, one] }],
      (one, other) => [{ allOf: [one, other] }, one],
      (one, other) => [{ oneOf: [one, other] }, { anyOf: [other, one] }],
    ),
  )
  .map(([one, other, versionsOf]) => versionsOf(one, other));

/** Two versions of a payload's schema: with another rule for one field, or any two. */
const versions = fc.oneof(
  {
    weight: 4,
    arbitrary: rules.map(
      ([older, newer]): Versions => [
        { properties: { a: older }, required: ["a"] },
        { properties: { a: newer }, required: ["a"] },
      ],
    ),
  },
  { weight: 1, arbitrary: fc.tuple(payloadSchema, payloadSchema) },
);

it("what is called compatible lets every payload pass that passed before", () => {
  let compatible = 0;
  fc.assert(
    fc.property(versions, fc.array(payload, { minLength: 25, maxLength: 25 }), ([older, newer], payloads) => {
      if (compareSchemas(older, newer).verdict !== "compatible") return;
      const [before, after] = [checkerOf(older), checkerOf(newer)];
      if (before === undefined || after === undefined) return;
      compatible += 1;
      for (const one of payloads)
        if (before(one) && !after(one)) throw new Error(`refused now: ${JSON.stringify(one)}`);
    }),
    { numRuns: 100, seed: 20261121 },
  );
  expect(compatible).toBeGreaterThan(20);
});

it("a schema is compatible with itself, and with itself written in another order", () => {
  fc.assert(
    fc.property(payloadSchema, (schema) => {
      const reversed = Object.fromEntries(Object.entries(schema).reverse());
      expect(compareSchemas(schema, reversed).verdict).toBe("compatible");
    }),
    { numRuns: 50, seed: 7 },
  );
});
