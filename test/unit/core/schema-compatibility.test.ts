import { describe, expect, it } from "vitest";
import { compareSchemas } from "../../../src/core/schema-compatibility.js";

type Schema = Record<string, unknown>;

/** Every change on one line: verdict, field, what is said of it. */
function changes(older: Schema, newer: Schema): string[] {
  return compareSchemas(older, newer).changes.map(
    ({ verdict, field, reason }) => `${verdict}: ${field === "" ? "the payload" : field} ${reason}`,
  );
}

/** Of one field `f`. */
function ofField(older: unknown, newer: unknown): string[] {
  return changes({ properties: { f: older } }, { properties: { f: newer } });
}

describe("a field that must be present", () => {
  const open = { type: "object", properties: { a: { type: "string" } } };

  it("breaks whoever leaves it out", () => {
    expect(changes(open, { ...open, required: ["a"] })).toEqual(["breaking: /a must be present now"]);
    expect(changes({ ...open, required: ["a"] }, open)).toEqual(["compatible: /a may be left out now"]);
  });

  it("is told with the place of the rule", () => {
    expect(compareSchemas(open, { ...open, required: ["a"] })).toEqual({
      verdict: "breaking",
      changes: [{ verdict: "breaking", field: "/a", reason: "must be present now", pointer: "/required", of: "new" }],
    });
  });

  it("may be asked for by a dependency, of both drafts", () => {
    const now = ["breaking: /b must be present now"];
    expect(changes({}, { dependentRequired: { a: ["b"] } })).toEqual(now);
    expect(changes({}, { dependencies: { a: ["b"] } })).toEqual(now);
    expect(changes({ required: ["b"] }, { required: ["b"], dependentRequired: { a: ["b"] } })).toEqual([]);
    expect(changes({ dependentRequired: { a: ["b"] } }, { dependencies: { a: ["b"] } })).toEqual([]);
    expect(changes({}, { dependentSchemas: { a: { required: ["b"] } } })).toEqual(now);
    expect(compareSchemas({}, { dependentRequired: { a: ["b"] } }).changes[0]?.pointer).toBe("/dependentRequired/a");
  });
});

describe("fields that are not listed", () => {
  const listed = (...names: string[]) => Object.fromEntries(names.map((name) => [name, { type: "string" }]));

  it.each<[string, Schema, Schema, string[]]>([
    [
      "closing an object breaks",
      { properties: listed("a") },
      { properties: listed("a"), additionalProperties: false },
      ["breaking: the payload takes only the listed fields now"],
    ],
    [
      "opening it breaks nobody",
      { properties: listed("a"), additionalProperties: false },
      { properties: listed("a") },
      ["compatible: the payload takes fields that are not listed now"],
    ],
    [
      "a field that is gone from a closed object breaks",
      { properties: listed("a", "b"), additionalProperties: false },
      { properties: listed("a"), additionalProperties: false },
      ["breaking: /b is not listed any more, and only what is listed is taken"],
    ],
    [
      "a field that is gone from an open object does not",
      { properties: listed("a", "b") },
      { properties: listed("a") },
      ["compatible: /b has no rules any more"],
    ],
    [
      "a new field of a closed object breaks nobody",
      { properties: listed("a"), additionalProperties: false },
      { properties: listed("a", "b"), additionalProperties: false },
      ["compatible: /b is new, and may be left out"],
    ],
    [
      "a new field of an open object may meet one who sends it already",
      { properties: listed("a") },
      { properties: listed("a", "b") },
      ["cannot-tell: /b has rules now; who sends it already may break them"],
    ],
    [
      "a new field without rules breaks nobody",
      { properties: listed("a") },
      { properties: { ...listed("a"), b: {} } },
      [],
    ],
    [
      "a new field that must be there",
      { properties: listed("a"), additionalProperties: false },
      { properties: listed("a", "b"), additionalProperties: false, required: ["b"] },
      ["breaking: /b must be present now"],
    ],
    [
      "rules for all other fields",
      { properties: listed("a") },
      { properties: listed("a"), additionalProperties: { type: "string" } },
      ["breaking: /* must be string now; it could be anything"],
    ],
    [
      "a listed field that becomes one of the others",
      { properties: { a: { type: "integer" } }, additionalProperties: { type: "number" } },
      { additionalProperties: { type: "number" } },
      ["compatible: /a may be number now; it had to be integer"],
    ],
    [
      "the same closing, said by unevaluatedProperties",
      { properties: listed("a"), additionalProperties: false },
      { properties: listed("a"), unevaluatedProperties: false },
      [],
    ],
    [
      "unevaluatedProperties over allOf",
      { properties: listed("a", "b"), additionalProperties: false },
      { allOf: [{ properties: listed("a") }], properties: listed("b"), unevaluatedProperties: false },
      [],
    ],
    [
      "unevaluatedProperties over branches is not compared",
      { properties: listed("a") },
      { anyOf: [{ properties: listed("a") }, { required: ["z"] }], unevaluatedProperties: false },
      [
        "cannot-tell: the payload has another unevaluatedProperties, which is not compared",
        "compatible: /a has no rules any more",
      ],
    ],
    [
      "fields by a pattern",
      { patternProperties: { "^x_": { type: "integer" } } },
      { patternProperties: { "^x_": { type: "string" } } },
      ["breaking: /{^x_} must be string now; it could be integer"],
    ],
    [
      "a new pattern for names",
      {},
      { patternProperties: { "^x_": { type: "string" } } },
      ["cannot-tell: /{^x_} has rules now; who sends it already may break them"],
    ],
    [
      "a new pattern where only listed fields were taken",
      { properties: listed("a"), additionalProperties: false },
      { properties: listed("a"), patternProperties: { "^x_": { type: "string" } }, additionalProperties: false },
      ["compatible: /{^x_} is new, and may be left out"],
    ],
    [
      "names",
      { properties: listed("a") },
      { properties: listed("a"), propertyNames: { maxLength: 3 } },
      ["breaking: the payload refuses names of fields that were taken"],
    ],
    [
      "names that were known to be short",
      { properties: listed("a"), additionalProperties: false },
      { properties: listed("a"), additionalProperties: false, propertyNames: { maxLength: 3 } },
      [],
    ],
    [
      "how many",
      { maxProperties: 3 },
      { maxProperties: 2 },
      ["breaking: the payload has maxProperties 2 now, it was 3"],
    ],
    ["how many there must be", { required: ["a", "b"] }, { required: ["a", "b"], minProperties: 2 }, []],
  ])("%s", (_name, older, newer, expected) => {
    expect(changes(older, newer)).toEqual(expected);
  });
});

describe("values", () => {
  it.each<[string, unknown, unknown, string[]]>([
    ["another type", { type: "string" }, { type: "number" }, ["breaking: /f must be number now; it could be string"]],
    [
      "a narrower type",
      { type: "number" },
      { type: "integer" },
      ["breaking: /f must be integer now; it could be number"],
    ],
    [
      "a wider type",
      { type: "integer" },
      { type: "number" },
      ["compatible: /f may be number now; it had to be integer"],
    ],
    [
      "one type fewer",
      { type: ["string", "null"] },
      { type: "string" },
      ["breaking: /f must be string now; it could be null or string"],
    ],
    ["null by nullable", { type: "string", nullable: true }, { type: ["string", "null"] }, []],
    ["a type where there was none", {}, { type: "string" }, ["breaking: /f must be string now; it could be anything"]],
    ["the type that the values have anyway", { enum: ["a", "b"] }, { enum: ["a", "b"], type: "string" }, []],
    ["a value fewer", { enum: ["a", "b", "c"] }, { enum: ["a"] }, ['breaking: /f may no longer be "b" or "c"']],
    ["a value more", { enum: ["a"] }, { enum: ["a", "b"] }, ['compatible: /f may also be "b" now']],
    ["a list of values", { type: "string" }, { enum: ["a"] }, ['breaking: /f must be "a" now; any value was allowed']],
    ["no list any more", { enum: ["a"] }, { type: "string" }, ['compatible: /f need not be "a" any more']],
    ["both booleans", { type: "boolean" }, { enum: [true, false] }, []],
    ["one boolean", { type: "boolean" }, { const: true }, ["breaking: /f may no longer be false"]],
    ["a const", { enum: ["a", "b"] }, { const: "a" }, ['breaking: /f may no longer be "b"']],
    ["another const", { const: 1 }, { const: 2 }, ["breaking: /f may no longer be 1"]],
    ["a const that is a value of a list", { const: 1 }, { enum: [1, 2] }, ["compatible: /f may also be 2 now"]],
    ["values that are objects", { enum: [{ a: 1, b: 2 }] }, { enum: [{ b: 2, a: 1 }] }, []],
    [
      "values that a pattern refuses",
      { enum: ["ab", "x"] },
      { enum: ["ab", "x"], pattern: "^a" },
      ['breaking: /f may no longer be "x"'],
    ],
    ["values that a limit takes", { enum: [1, 2] }, { enum: [1, 2], minimum: 1, multipleOf: 1 }, []],
    [
      "no value at all",
      { type: "string" },
      false,
      ["breaking: /f is not listed any more, and only what is listed is taken"],
    ],
    ["any value", { type: "string" }, true, ["compatible: /f may be anything now; it had to be string"]],
    ["a description", { type: "string" }, { type: "string", description: "d", title: "t", examples: ["e"] }, []],
  ])("%s", (_name, older, newer, expected) => {
    expect(ofField(older, newer)).toEqual(expected);
  });
});

describe("numbers and strings", () => {
  const number = (rules: Schema) => ({ type: "number", ...rules });
  const text = (rules: Schema) => ({ type: "string", ...rules });

  it.each<[string, unknown, unknown, string[]]>([
    ["a limit", number({}), number({ minimum: 1 }), ["breaking: /f has a rule now: minimum 1"]],
    ["a higher minimum", number({ minimum: 1 }), number({ minimum: 2 }), ["breaking: /f has minimum 2 now, it was 1"]],
    ["a lower minimum", number({ minimum: 2 }), number({ minimum: 1 }), ["compatible: /f has minimum 1 now, it was 2"]],
    ["a lower maximum", number({ maximum: 2 }), number({ maximum: 1 }), ["breaking: /f has maximum 1 now, it was 2"]],
    ["no maximum any more", number({ maximum: 2 }), number({}), ["compatible: /f has a rule less: maximum 2"]],
    [
      "an exclusive minimum",
      number({ minimum: 1 }),
      number({ exclusiveMinimum: 1 }),
      ["breaking: /f has exclusiveMinimum 1 now, it was 1"],
    ],
    [
      "the same range of integers in two ways",
      { type: "integer", exclusiveMinimum: 0, maximum: 9.5 },
      { type: "integer", minimum: 1, exclusiveMaximum: 10 },
      [],
    ],
    [
      "steps",
      number({ multipleOf: 0.5 }),
      number({ multipleOf: 1 }),
      ["breaking: /f has multipleOf 1 now, it was 0.5"],
    ],
    [
      "finer steps",
      number({ multipleOf: 10 }),
      number({ multipleOf: 5 }),
      ["compatible: /f has multipleOf 5 now, it was 10"],
    ],
    ["steps that integers have anyway", { type: "integer" }, { type: "integer", multipleOf: 1 }, []],
    ["a shorter text", text({ maxLength: 9 }), text({ maxLength: 8 }), ["breaking: /f has maxLength 8 now, it was 9"]],
    ["no empty text", text({}), text({ minLength: 1 }), ["breaking: /f has a rule now: minLength 1"]],
    ["a length of 0 or more", text({}), text({ minLength: 0 }), []],
    ["a limit for texts where there are none", number({}), { type: "number", minLength: 9 }, []],
    ["a pattern", text({}), text({ pattern: "^a" }), ["breaking: /f has a rule now: pattern ^a"]],
    [
      "another pattern",
      text({ pattern: "^a" }),
      text({ pattern: "^[ab]" }),
      ["cannot-tell: /f has pattern ^[ab] now, it was ^a; which of them is stricter cannot be told"],
    ],
    ["no pattern any more", text({ pattern: "^a" }), text({}), ["compatible: /f has a rule less: pattern ^a"]],
    ["a format", text({}), text({ format: "date" }), ["breaking: /f has a rule now: format date"]],
    [
      "another format",
      text({ format: "date" }),
      text({ format: "uuid" }),
      ["breaking: /f has format uuid now, it was date"],
    ],
    [
      "a wider format",
      text({ format: "uri" }),
      text({ format: "uri-reference" }),
      ["compatible: /f has format uri-reference now, it was uri"],
    ],
    [
      "formats of which nothing is known",
      text({ format: "hostname" }),
      text({ format: "email" }),
      ["cannot-tell: /f has format email now, it was hostname; which of them is stricter cannot be told"],
    ],
  ])("%s", (_name, older, newer, expected) => {
    expect(ofField(older, newer)).toEqual(expected);
  });
});

describe("arrays", () => {
  const list = (rules: Schema) => ({ type: "array", ...rules });
  const [text, number] = [{ type: "string" }, { type: "number" }];

  it.each<[string, unknown, unknown, string[]]>([
    [
      "items",
      list({ items: number }),
      list({ items: text }),
      ["breaking: /f/* must be string now; it could be number"],
    ],
    [
      "items where there were no rules",
      list({}),
      list({ items: text }),
      ["breaking: /f/* must be string now; it could be anything"],
    ],
    [
      "items, deep",
      list({ items: { properties: { a: number } } }),
      list({ items: { properties: { a: text } } }),
      ["breaking: /f/*/a must be string now; it could be number"],
    ],
    [
      "a place",
      list({ prefixItems: [text, text] }),
      list({ prefixItems: [text, number] }),
      ["breaking: /f/1 must be number now; it could be string"],
    ],
    [
      "a tuple of both drafts",
      list({ items: [text], additionalItems: number }),
      list({ prefixItems: [text], items: number }),
      [],
    ],
    ["places for items", list({ items: text }), list({ prefixItems: [text], items: text }), []],
    [
      "no more items",
      list({ prefixItems: [text] }),
      list({ prefixItems: [text], items: false }),
      ["breaking: /f/* is not listed any more, and only what is listed is taken"],
    ],
    [
      "what never was there",
      list({ prefixItems: [text], items: false }),
      list({ prefixItems: [text], maxItems: 1 }),
      [],
    ],
    ["fewer", list({ maxItems: 3 }), list({ maxItems: 2 }), ["breaking: /f has maxItems 2 now, it was 3"]],
    ["at least one", list({}), list({ minItems: 1 }), ["breaking: /f has a rule now: minItems 1"]],
    ["each once", list({}), list({ uniqueItems: true }), ["breaking: /f has a rule now: uniqueItems true"]],
    ["each once, of one", list({ maxItems: 1 }), list({ maxItems: 1, uniqueItems: true }), []],
    ["one of a kind", list({}), list({ contains: text }), ["breaking: /f has a rule now: contains a certain item"]],
    [
      "one of a wider kind",
      list({ contains: { type: "integer" } }),
      list({ contains: number }),
      ["compatible: /f has a contains that asks for less, or none"],
    ],
    [
      "more of a kind",
      list({ contains: text }),
      list({ contains: text, minContains: 2 }),
      ["cannot-tell: /f has another contains, which is not compared"],
    ],
    ["none of a kind", list({}), list({ contains: text, minContains: 0 }), []],
  ])("%s", (_name, older, newer, expected) => {
    expect(ofField(older, newer)).toEqual(expected);
  });
});

describe("references", () => {
  const money = { type: "number", minimum: 0 };
  const referred = (definition: Schema) => ({
    properties: { price: { $ref: "#/$defs/money" }, fee: { $ref: "#/$defs/money" } },
    $defs: { money: definition },
  });

  it("are followed, and told where the payload has them", () => {
    expect(changes(referred(money), referred({ ...money, minimum: 1 }))).toEqual([
      "breaking: /price has minimum 1 now, it was 0",
      "breaking: /fee has minimum 1 now, it was 0",
    ]);
    expect(changes(referred(money), { properties: { price: money, fee: money } })).toEqual([]);
  });

  it("work by definitions of draft-07, by $id and by anchor", () => {
    const newer = { properties: { price: { type: "string" } } };
    const older: Schema[] = [
      { definitions: { m: money }, properties: { price: { $ref: "#/definitions/m" } } },
      {
        $id: "https://a.example/o",
        $defs: { m: money },
        properties: { price: { $ref: "https://a.example/o#/$defs/m" } },
      },
      { $defs: { m: { $anchor: "m", ...money } }, properties: { price: { $ref: "#m" } } },
    ];
    for (const one of older) {
      expect(changes(one, newer)).toEqual(["breaking: /price must be string now; it could be number"]);
    }
  });

  it("may go round in circles", () => {
    const tree = (value: Schema) => ({
      $defs: { node: { properties: { value, children: { type: "array", items: { $ref: "#/$defs/node" } } } } },
      $ref: "#/$defs/node",
    });
    expect(changes(tree({ type: "string" }), tree({ type: "string" }))).toEqual([]);
    expect(changes(tree({ type: "string" }), tree({ type: "number" }))).toContain(
      "breaking: /value must be number now; it could be string",
    );
    expect(changes({ $ref: "#" }, { $ref: "#" })).toEqual([]);
  });

  it("that lead elsewhere are not compared", () => {
    expect(changes({ $ref: "other.json" }, { $ref: "other.json", minProperties: 0 })).toEqual([
      "cannot-tell: the payload has another $ref, which is not compared",
    ]);
  });
});

describe("schemas put together from others", () => {
  const card = {
    type: "object",
    properties: { kind: { const: "card" }, number: { type: "string" } },
    required: ["kind"],
  };
  const cash = { type: "object", properties: { kind: { const: "cash" } }, required: ["kind"] };
  const [text, number, flag] = [{ type: "string" }, { type: "number" }, { type: "boolean" }];

  const field = (schema: unknown) => ({ properties: { f: schema } });
  const THEN = "then";
  const when = (condition: Schema, consequence: Schema, alternative: Schema = {}) => ({
    if: condition,
    [THEN]: consequence,
    else: alternative,
  });
  const inBrazil = { properties: { country: { const: "BR" } }, required: ["country"] };

  it.each<[string, Schema, Schema, string[]]>([
    ["allOf is all of its parts", { allOf: [{ required: ["a"] }, { required: ["b"] }] }, { required: ["b", "a"] }, []],
    [
      "allOf with one part more",
      { allOf: [{ required: ["a"] }] },
      { allOf: [{ required: ["a"] }, { required: ["b"] }] },
      ["breaking: /b must be present now"],
    ],
    [
      "a branch more",
      field({ anyOf: [text] }),
      field({ anyOf: [text, number] }),
      ["compatible: /f has another branch of anyOf now"],
    ],
    ["branches in another order", field({ anyOf: [text, number] }), field({ anyOf: [number, text] }), []],
    ["branches that are types", field({ anyOf: [text, number] }), field({ type: ["string", "number"] }), []],
    [
      "a branch fewer",
      field({ anyOf: [text, number, flag] }),
      field({ anyOf: [text, flag] }),
      ["breaking: /f has no branch of anyOf any more"],
    ],
    [
      "a form fewer, told apart by a field",
      { oneOf: [card, cash] },
      { oneOf: [card] },
      ["breaking: the payload has no branch of oneOf any more"],
    ],
    [
      "a form more, told apart by a field",
      { oneOf: [card] },
      { oneOf: [card, cash] },
      ["compatible: the payload has another branch of oneOf now"],
    ],
    [
      "a form that asks for more",
      { oneOf: [card, cash] },
      { oneOf: [{ ...card, required: ["kind", "number"] }, cash] },
      ["breaking: /number must be present now"],
    ],
    [
      "forms that nothing tells apart",
      { properties: { a: text, b: text } },
      { anyOf: [{ required: ["a"] }, { required: ["b"] }] },
      [
        "cannot-tell: the payload may have no branch of anyOf any more; that cannot be told",
        "compatible: /a may be anything now; it had to be string",
        "compatible: /b may be anything now; it had to be string",
      ],
    ],
    [
      "oneOf instead of anyOf",
      { anyOf: [{ properties: { a: text } }, { properties: { b: text } }] },
      { oneOf: [{ properties: { a: text } }, { properties: { b: text } }] },
      ["cannot-tell: the payload may fit more than one branch of oneOf; that cannot be told"],
    ],
    [
      "the same oneOf with another one",
      { oneOf: [{ required: ["a"] }, { required: ["b"] }] },
      { title: "t", oneOf: [{ required: ["a"] }, { required: ["b"] }] },
      [],
    ],
    [
      "the same oneOf beside another rule",
      { oneOf: [{ required: ["a"] }, { required: ["b"] }] },
      { oneOf: [{ required: ["a"] }, { required: ["b"] }], required: ["c"] },
      ["breaking: /c must be present now"],
    ],
    [
      "a rule on a condition",
      { properties: { country: text } },
      {
        properties: { country: text },
        ...when(inBrazil, { required: ["cpf"] }),
      },
      ["breaking: /cpf must be present now"],
    ],
    [
      "a rule on a condition that never comes",
      { properties: { country: { enum: ["PT"] } } },
      {
        properties: { country: { enum: ["PT"] } },
        ...when(inBrazil, { required: ["cpf"] }),
      },
      [],
    ],
    [
      "a stricter else",
      { if: { required: ["a"] }, else: { required: ["b"] } },
      { if: { required: ["a"] }, else: { required: ["b", "c"] } },
      ["breaking: /c must be present now"],
    ],
    [
      "both ways of a condition",
      when({ required: ["a"] }, { required: ["b"] }, { required: ["b"] }),
      { required: ["b"] },
      [],
    ],
    ["not", field(text), field({ ...text, not: number }), []],
    [
      "a not that may bite",
      field(text),
      field({ ...text, not: { pattern: "^a" } }),
      ["cannot-tell: /f has another not, which is not compared"],
    ],
    [
      "the same not",
      { not: { required: ["a"] } },
      { not: { required: ["a"] }, required: ["b"] },
      ["breaking: /b must be present now"],
    ],
    [
      "a not that refuses less",
      { not: { required: ["a"] } },
      { not: { required: ["a", "b"] } },
      ["compatible: the payload has a not that asks for less, or none"],
    ],
  ])("%s", (_name, older, newer, expected) => {
    expect(changes(older, newer)).toEqual(expected);
  });

  it("are given up where there is too much to compare, and are not called compatible then", () => {
    const many = (name: string) => ({
      allOf: Array.from({ length: 24 }, (_, index) => ({
        anyOf: [{ required: [`${name}${index}`] }, { required: [`other${index}`] }],
      })),
    });
    expect(compareSchemas(many("a"), many("b")).verdict).toBe("cannot-tell");
  });
});

describe("a verdict", () => {
  it("is the worst of all changes, and tells that first", () => {
    const comparison = compareSchemas(
      { properties: { a: { type: "string" }, b: { maximum: 1 } } },
      { properties: { a: { type: "number" }, b: { maximum: 2 }, c: { type: "string" } } },
    );
    expect(comparison.verdict).toBe("breaking");
    expect(comparison.changes.map(({ verdict, field }) => `${verdict} ${field}`)).toEqual([
      "breaking /a",
      "cannot-tell /c",
      "compatible /b",
    ]);
  });

  it("is compatible where nothing but words has changed", () => {
    expect(compareSchemas({ title: "1.0", type: "object" }, { title: "1.1", type: "object" })).toEqual({
      verdict: "compatible",
      changes: [],
    });
  });
});
