import { describe, expect, it } from "vitest";
import { compareSchemas } from "../../../src/core/schema-compatibility.js";
import { changes, type Schema } from "./schema-changes.js";

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
