import { describe, expect, it } from "vitest";
import { isEvpError } from "../../../src/core/errors.js";
import { compileSchemas } from "../../../src/core/schema-compiler.js";

function failureOf(text: string): { message: string; category: string } {
  try {
    compileSchemas([{ type: "t", version: "1.0", file: "schemas/t/1.0.json", text }], []);
  } catch (error) {
    if (isEvpError(error)) return { message: error.message, category: error.category };
    throw error;
  }
  throw new Error("it compiled");
}

describe("schemas", () => {
  it("are found by type and version, then by type, then by the default", () => {
    const schema = (title: string) => JSON.stringify({ required: [title] });
    const book = compileSchemas(
      [
        { type: "a", version: "1.0", file: "1", text: schema("exact") },
        { type: "a", file: "2", text: schema("type") },
        { file: "3", text: schema("default") },
      ],
      [],
    );
    const missing = (type: string, version: string) => book.violations(type, version, {}, "/payload")?.[0]?.pointer;
    expect([missing("a", "1.0"), missing("a", "2.0"), missing("b", "1.0")]).toEqual([
      "/payload/exact",
      "/payload/type",
      "/payload/default",
    ]);
  });

  it("follow 2020-12, and draft-07 where they say so", () => {
    const tuple = { items: [{ type: "string" }], additionalItems: false };
    const draft07 = JSON.stringify({ $schema: "http://json-schema.org/draft-07/schema#", properties: { list: tuple } });
    const book = compileSchemas([{ type: "t", version: "1.0", file: "f", text: draft07 }], []);
    expect(book.violations("t", "1.0", { list: ["a", "b"] }, "")).toHaveLength(1);
    expect(failureOf(JSON.stringify({ properties: { list: tuple } })).message).toContain("/properties/list/items");
  });

  it.each([
    ["no JSON", "{", "schemas/t/1.0.json: the schema does not compile at its root: "],
    ["no object", "[]", "at its root: a schema must be a JSON object"],
    ["a misspelt keyword", '{"properties":{"a":{"minimun":1}}}', "at /properties/a/minimun: "],
    ["a misspelt keyword at the root", '{"type":"object","requierd":["a"]}', "at /requierd: "],
    ["a wrong value of a keyword", '{"properties":{"a":{"type":"text"}}}', "at /properties/a/type: must be "],
    [
      "an unknown format",
      '{"allOf":[{},{"properties":{"a":{"format":"dates"}}}]}',
      "at /allOf/1/properties/a/format: ",
    ],
    ["a broken pattern", '{"properties":{"a/b":{"pattern":"("}}}', "at /properties/a~1b/pattern: "],
    ["a reference to nothing", '{"$ref":"#/$defs/none"}', "at /$ref: "],
    ["a nested one", '{"properties":{"a":{"items":{"$ref":"#/nope"}}}}', "at /properties/a/items/$ref: "],
    [
      "a draft of long ago",
      '{"$schema":"http://json-schema.org/draft-04/schema#"}',
      "at /$schema: it is not supported",
    ],
  ])("stop the command when one does not compile: %s", (_, text, message) => {
    expect(failureOf(text)).toMatchObject({ category: "usage", message: expect.stringContaining(message) });
  });

  it("may not add more than three attribute names by triage", () => {
    const rules = ["a", "b", "c", "d"].map((name) => ({ name, if: {}, attributes: { [name]: "1" } }));
    expect(() => compileSchemas([], rules)).toThrow("the triage rules add 4 attributes: a, b, c, d");
    expect(compileSchemas([], rules.slice(1)).triage({})).toEqual({ b: "1", c: "1", d: "1" });
  });

  it("may not overwrite by triage what evp itself says", () => {
    const rules = [{ name: "x", if: {}, attributes: { "evp-type": "other" } }];
    expect(() => compileSchemas([], rules)).toThrow(
      "/triage/0/attributes/evp-type is an attribute that evp itself sets",
    );
  });

  it("name the triage rule that does not compile", () => {
    expect(() => compileSchemas([], [{ name: "x", if: { typo: 1 }, attributes: {} }])).toThrow(
      "at /triage/0/if/typo: ",
    );
  });
});
