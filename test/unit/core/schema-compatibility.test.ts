import { describe, expect, it } from "vitest";
import { compareSchemas } from "../../../src/core/schema-compatibility.js";
import { changes, type Schema } from "./schema-changes.js";

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
