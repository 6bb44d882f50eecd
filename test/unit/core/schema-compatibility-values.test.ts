import { describe, expect, it } from "vitest";
import { ofField, type Schema } from "./schema-changes.js";

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
