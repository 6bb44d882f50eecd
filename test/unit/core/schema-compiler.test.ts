import { fullFormats } from "ajv-formats/dist/formats.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isEvpError } from "../../../src/core/errors.js";
import type { JsonObject } from "../../../src/core/event.js";
import { compileSchemas } from "../../../src/core/schema-compiler.js";

function failureOf(text: string): { message: string; category: string; hint: string | undefined } {
  try {
    compileSchemas([{ type: "t", version: "1.0", file: "schemas/t/1.0.json", text }], []);
  } catch (error) {
    if (isEvpError(error)) {
      const { message, category, hint } = error;
      return { message, category, hint };
    }
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

  it("are refused with file, pointer and what to do when a pattern can run for very long and nothing matches it safely", () => {
    const text = JSON.stringify({ properties: { name: { pattern: "^(a+)+(?=b)" } } });
    expect(failureOf(text)).toEqual({
      message:
        'schemas/t/1.0.json: the schema does not compile at /properties/name/pattern: a text could make the pattern "^(a+)+(?=b)" run for very long, and it looks ahead or behind',
      category: "usage",
      hint: "Use no lookaround or back-reference beside repetitions, limit what repeats, or use a format instead of the pattern.",
    });
    const names = JSON.stringify({ patternProperties: { "^(a+)+\\1": { type: "string" } } });
    expect(failureOf(names).message).toContain("at /patternProperties: a text could make the pattern");
  });

  it("tell what broke a condition's consequence, and not that it is broken", () => {
    const text = '{"if":{"required":["a"]},"then":{"required":["b"]}}';
    const book = compileSchemas([{ type: "t", version: "1.0", file: "1", text }], []);
    expect(book.violations("t", "1.0", { a: 1 }, "/payload")).toEqual([
      { pointer: "/payload/b", message: "is missing" },
    ]);
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

/** What a schema says about a value, each violation in one text. */
function check(schema: object, value: object): string[] {
  const book = compileSchemas([{ file: "f", text: JSON.stringify(schema) }], []);
  const payload: JsonObject = JSON.parse(JSON.stringify(value));
  return (book.violations("t", "1.0", payload, "/payload") ?? []).map(
    ({ pointer, message }) => `${pointer} ${message}`,
  );
}

/** So many that looking at each pair of them, or copying all errors at each error, would take minutes. */
const MANY = Array.from({ length: 50_000 }, (_, index) => index);

describe("a check that a hostile value could keep busy", () => {
  it("finds equal items however they are written, and among very many", () => {
    const schema = { properties: { list: { uniqueItems: true } } };
    const twice = "/payload/list must NOT have duplicate items (items ## 0 and 2 are identical)";
    expect(check(schema, { list: [{ a: 1, b: [2] }, 1, { b: [2], a: 1 }] })).toEqual([twice]);
    expect(check(schema, { list: [{ a: "x".repeat(100) }, 1, { a: "x".repeat(100) }] })).toEqual([twice]);
    expect(check(schema, { list: [1, "1", [1], { "1": 1 }, null, "null", true, "x".repeat(100)] })).toEqual([]);
    expect(check(schema, { list: MANY.map((n) => ({ n })) })).toEqual([]);
    expect(check({ properties: { list: { uniqueItems: false } } }, { list: [1, 1] })).toEqual([]);
  });

  it("tells every violation as long as they can be told, and otherwise the first", () => {
    const item = { type: "object", required: ["a", "b"] };
    const schema = { properties: { list: { items: { $ref: "#/$defs/item" } } }, $defs: { item } };
    expect(check(schema, { list: [{}, { a: 1 }] })).toEqual([
      "/payload/list/0/a is missing",
      "/payload/list/0/b is missing",
      "/payload/list/1/b is missing",
    ]);
    expect(check(schema, { list: MANY })).toEqual([
      "/payload/list/0 must be object",
      "/payload has more violations than are told",
    ]);
  });

  it("is given up where a schema leads to each level in two ways, and not where one way will do", () => {
    const branch = (name: string) => ({ required: [name], properties: { child: { $ref: "#/$defs/node" } } });
    const schema = {
      properties: { root: { $ref: "#/$defs/node" } },
      $defs: { node: { anyOf: [branch("a"), branch("b")] } },
    };
    const nest = (end: object, levels: number): object =>
      levels === 0 ? end : { a: 1, b: 1, child: nest(end, levels - 1) };
    expect(check(schema, { root: nest({ b: 1 }, 60) })).toEqual([]);
    expect(check(schema, { root: nest({ c: 1 }, 60) })).toEqual([
      "/payload takes more than 250000 steps to check",
      "/payload has more violations than are told",
    ]);
  });

  it("sees what was evaluated where a schema asks for it", () => {
    const schema = { anyOf: [{ properties: { a: true } }, { properties: { b: true } }], unevaluatedProperties: false };
    expect(check(schema, { a: 1, b: 1 })).toEqual([]);
    expect(check(schema, { c: 1 })).toEqual(["/payload/c is not a known field"]);
  });

  it("matches patterns and formats in time that grows with the text alone", () => {
    const properties = {
      pattern: { pattern: "^(a+)+$" },
      url: { format: "url" },
      regex: { format: "regex" },
    };
    const long = 200_000;
    expect(check({ properties }, { pattern: `${"a".repeat(long)}!` })).toEqual([
      '/payload/pattern must match pattern "^(a+)+$"',
    ]);
    expect(check({ properties }, { url: `http://${":".repeat(long)}` })).toEqual([
      '/payload/url must match format "url"',
    ]);
    expect(check({ properties }, { regex: "(".repeat(long) })[0]).toBe(
      "/payload takes more than 250000 steps to check",
    );
    expect(check({ properties }, { regex: "(a+)+$", url: "https://me:pass:word@example.com/x?y=@:" })).toEqual([]);
  });

  it("takes the same URLs for valid as ajv-formats, whose own check may take forever", () => {
    const book = compileSchemas([{ file: "f", text: JSON.stringify({ properties: { url: { format: "url" } } }) }], []);
    const part = fc.constantFrom(
      "http://",
      "ftp://",
      "a",
      "b-c",
      ".",
      ":",
      "@",
      "/",
      "10.0.0.1",
      "8.8.8.8",
      "com",
      ":80",
      " ",
      "é",
      "-",
      "\n",
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 9 }), (parts) => {
        const url = `http://${parts.join("")}`;
        const isValid = book.violations("t", "1.0", { url }, "")?.length === 0;
        expect(isValid).toBe(fullFormats.url instanceof RegExp && fullFormats.url.test(url));
      }),
      { numRuns: 2000 },
    );
  });

  it("lets no triage rule run for very long either", () => {
    const rule = {
      name: "x",
      if: { properties: { id: { pattern: "^(a+)+$" } }, required: ["id"] },
      attributes: { x: "1" },
    };
    const book = compileSchemas([], [rule]);
    expect(book.triage({ id: "a".repeat(100_000) })).toEqual({ x: "1" });
    expect(book.triage({ id: `${"a".repeat(100_000)}!` })).toEqual({});
  });
});
