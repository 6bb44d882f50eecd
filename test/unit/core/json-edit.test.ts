import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editJson, type JsonEdit } from "../../../src/core/json-edit.js";

const BODY = '{ "big" : 12345678901234567890.10, "list": [1, 2],\n  "in": {"a":1.50,"b":2} }';

function edited(text: string, ...edits: JsonEdit[]): string {
  const result = editJson(text, edits);
  return result.ok ? result.text : `! ${result.problem}`;
}

describe("editing a JSON text in place", () => {
  it.each<[string, JsonEdit, string]>([
    [
      "replaces a value and nothing else",
      { op: "replace", pointer: "/in/b", value: "3e400" },
      '{ "big" : 12345678901234567890.10, "list": [1, 2],\n  "in": {"a":1.50,"b":3e400} }',
    ],
    [
      "adds a member spaced like the one before it",
      { op: "add", pointer: "/in/c", value: '"x"' },
      '{ "big" : 12345678901234567890.10, "list": [1, 2],\n  "in": {"a":1.50,"b":2,"c":"x"} }',
    ],
    [
      "adds a member on a line of its own where the others have one",
      { op: "add", pointer: "/new", value: "true" },
      '{ "big" : 12345678901234567890.10, "list": [1, 2],\n  "in": {"a":1.50,"b":2},\n  "new": true }',
    ],
    [
      "inserts an item",
      { op: "add", pointer: "/list/1", value: "9" },
      '{ "big" : 12345678901234567890.10, "list": [1, 9, 2],\n  "in": {"a":1.50,"b":2} }',
    ],
    [
      "appends an item",
      { op: "add", pointer: "/list/-", value: "9" },
      '{ "big" : 12345678901234567890.10, "list": [1, 2, 9],\n  "in": {"a":1.50,"b":2} }',
    ],
    [
      "sets an item, which an add would push aside",
      { op: "set", pointer: "/list/1", value: "9" },
      '{ "big" : 12345678901234567890.10, "list": [1, 9],\n  "in": {"a":1.50,"b":2} }',
    ],
    ["removes the first member", { op: "remove", pointer: "/big" }, '{ "list": [1, 2],\n  "in": {"a":1.50,"b":2} }'],
    [
      "removes the last member",
      { op: "remove", pointer: "/in" },
      '{ "big" : 12345678901234567890.10, "list": [1, 2] }',
    ],
    [
      "copies a number with all its digits",
      { op: "copy", from: "/big", pointer: "/in/a" },
      '{ "big" : 12345678901234567890.10, "list": [1, 2],\n  "in": {"a":12345678901234567890.10,"b":2} }',
    ],
    [
      "moves",
      { op: "move", from: "/list/0", pointer: "/in/b" },
      '{ "big" : 12345678901234567890.10, "list": [2],\n  "in": {"a":1.50,"b":1} }',
    ],
    ["makes no difference when a test holds", { op: "test", pointer: "/in", value: '{"b":2.0,"a":1.5}' }, BODY],
    ["replaces the whole document", { op: "replace", pointer: "", value: "{}" }, "{}"],
  ])("%s", (_, edit, expected) => {
    expect(edited(BODY, edit)).toBe(expected);
  });

  it("makes the objects on the way to what is set", () => {
    expect(edited('{"a":1}', { op: "set", pointer: "/b/c/d", value: "2" })).toBe('{"a":1,"b":{"c":{"d":2}}}');
    expect(edited("{}", { op: "set", pointer: "/b/c", value: "2" })).toBe('{"b":{"c":2}}');
  });

  it("leaves a name that stood twice once, where it is set", () => {
    expect(edited('{"id":1,"x":0,"id":2}', { op: "set", pointer: "/id", value: "3" })).toBe('{"x":0,"id":3}');
    expect(edited('{"id":1,"id":2,"x":0}', { op: "replace", pointer: "/id", value: "3" })).toBe(
      '{"id":1,"id":3,"x":0}',
    );
    expect(edited('{"id":1,"x":0,"id":2}', { op: "remove", pointer: "/id" })).toBe('{"x":0}');
  });

  it("reads names with escapes, and pointers with theirs", () => {
    expect(edited('{"a/b":{"m~n":1},"\\u0061":2}', { op: "replace", pointer: "/a~1b/m~0n", value: "5" })).toBe(
      '{"a/b":{"m~n":5},"\\u0061":2}',
    );
    expect(edited('{"\\u0061":2}', { op: "remove", pointer: "/a" })).toBe("{}");
  });

  it.each<[JsonEdit, string]>([
    [{ op: "replace", pointer: "/none", value: "1" }, "! replace /none: there is no such value"],
    [{ op: "remove", pointer: "/list/2" }, "! remove /list/2: there is no such value"],
    [{ op: "remove", pointer: "" }, '! remove "": the whole document cannot be removed'],
    [{ op: "add", pointer: "/list/3", value: "1" }, "! add /list/3: there is no such place in the array"],
    [{ op: "add", pointer: "/none/x", value: "1" }, "! add /none/x: there is no such value"],
    [{ op: "add", pointer: "/big/x", value: "1" }, "! add /big/x: its parent is neither an object nor an array"],
    [{ op: "test", pointer: "/in/b", value: "3" }, "! test /in/b: it is 2, not 3"],
    [{ op: "move", from: "/in", pointer: "/in/a" }, "! move /in/a: /in cannot be moved into itself"],
  ])("refuses what does not fit: %j", (edit, problem) => {
    expect(edited(BODY, edit)).toBe(problem);
  });

  it("changes a text that is no JSON only as a whole", () => {
    expect(edited('{"a":', { op: "set", pointer: "/a", value: "1" })).toBe(
      "! set /a: the body is no JSON, or nested too deeply",
    );
    expect(edited('{"a":', { op: "replace", pointer: "", value: '{"a":1}' })).toBe('{"a":1}');
  });

  it("does to any document what was asked, and nothing to its other members", () => {
    const documents = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1, maxKeys: 5, noNullPrototype: true });
    fc.assert(
      fc.property(documents, fc.nat(), fc.jsonValue(), fc.boolean(), (document, pick, value, isPretty) => {
        const names = Object.keys(document);
        const name = names[pick % names.length] ?? "";
        const pointer = `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
        const text = JSON.stringify(document, undefined, isPretty ? 2 : 0);
        const json = JSON.stringify(value);
        expect(JSON.parse(edited(text, { op: "set", pointer, value: json }))).toEqual(
          JSON.parse(JSON.stringify({ ...document, [name]: value })),
        );
        const { [name]: _, ...rest } = JSON.parse(text);
        expect(JSON.parse(edited(text, { op: "remove", pointer }))).toEqual(rest);
      }),
    );
  });
});
