import { describe, expect, it } from "vitest";
import { listSchemas } from "../../../../src/app/schema/list-schemas.js";
import { findOlder, placeOfFile } from "../../../../src/app/schema/schema-place.js";
import { compareVersions } from "../../../../src/app/schema/versions.js";
import type { SchemaFile } from "../../../../src/core/schema-book.js";

function schema(type: string | undefined, version: string | undefined, content: object = {}): SchemaFile {
  return { type, version, file: `${type ?? "any"}/${version ?? "any"}.json`, text: JSON.stringify(content) };
}

describe("what a new schema is for", () => {
  it.each([
    ["order/1.1.json", "order", "1.1"],
    ["/home/me/schemas/order/v1.1.json", "order", "1.1"],
    ["C:\\schemas\\order\\1.1.json", "order", "1.1"],
    ["order-1.1.json", "order", "1.1"],
    ["new/order_created@2.0.json", "order_created", "2.0"],
    ["order.v1.10.json", "order", "1.10"],
    ["order.json", "order", undefined],
    ["com.acme.order.json", "com.acme.order", undefined],
  ])("%s is told by its name", (file, type, version) => {
    expect(placeOfFile(file, {})).toEqual({ type, version });
  });

  it("is what was given, where something was given", () => {
    expect(placeOfFile("order/1.1.json", { type: "refund" })).toEqual({ type: "refund", version: "1.1" });
    expect(placeOfFile("new.schema", { type: "order", version: "2.0" })).toEqual({ type: "order", version: "2.0" });
    expect(placeOfFile("new.schema", {})).toBeUndefined();
  });
});

describe("the schema that it comes after", () => {
  const files = [schema("order", "1.0"), schema("order", "1.10"), schema("order", "1.9"), schema("order", "3.0")];

  it.each([
    ["1.9", "1.9"],
    ["1.10", "1.10"],
    ["2.0", "1.10"],
    ["1.5", "1.0"],
    ["0.1", "3.0"],
    [undefined, "3.0"],
  ])("of version %s is version %s", (version, expected) => {
    expect(findOlder(files, { type: "order", version }).version).toBe(expected);
  });

  it("may be the one for all versions, or for all types", () => {
    const all = [schema("refund", undefined), schema(undefined, undefined)];
    expect(findOlder(all, { type: "refund", version: "1.0" }).file).toBe("refund/any.json");
    expect(findOlder(all, { type: "order", version: "1.0" }).file).toBe("any/any.json");
  });

  it("is missed by name", () => {
    expect(() => findOlder(files, { type: "ordre" })).toThrow(
      expect.objectContaining({
        message: "there is no schema for type ordre to compare with",
        category: "not-found",
        hint: expect.stringContaining("Did you mean --type order?"),
      }),
    );
  });
});

describe("the list of schemas", () => {
  it("is in order of types and versions, the default last", () => {
    const files = [
      schema(undefined, undefined),
      schema("order", undefined, { $schema: "http://json-schema.org/draft-07/schema#", title: "An order" }),
      schema("order", "1.10"),
      schema("order", "1.9"),
      schema("a", "1.0"),
    ];
    const listed = listSchemas(files, (file) => file.startsWith("a/"));
    expect(listed.map(({ type, version }) => `${type} ${version}`)).toEqual([
      "a 1.0",
      "order 1.9",
      "order 1.10",
      "order null",
      "null null",
    ]);
    expect(listed[0]).toEqual({
      type: "a",
      version: "1.0",
      file: "a/1.0.json",
      draft: "2020-12",
      title: null,
      builtIn: true,
    });
    expect(listed[3]).toMatchObject({ draft: "draft-07", title: "An order", builtIn: false });
  });
});

it("versions are compared as numbers", () => {
  expect(["1.10", "1.9", "10.0", "2.0"].sort(compareVersions)).toEqual(["1.9", "1.10", "2.0", "10.0"]);
});
