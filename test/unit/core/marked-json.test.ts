import { describe, expect, it } from "vitest";
import { printJsonLine } from "../../../src/core/json-lines.js";
import { readJsonTree } from "../../../src/core/json-tree.js";
import { markJson } from "../../../src/core/marked-json.js";
import type { Violation } from "../../../src/core/violations.js";

/** The lines with what is wrong there behind `←`; what is missing behind `+`. */
function marked(text: string, ...violations: Violation[]): string[] {
  const root = readJsonTree(text);
  if (root === undefined) throw new Error("no JSON");
  return markJson(text, root, violations).map((line) => {
    const marks = line.marks.map(({ pointer, message }) => ` ← ${pointer} ${message}`).join("");
    return (line.isMissing ? "+" : "") + printJsonLine(line) + marks;
  });
}

const missing = (pointer: string) => ({ pointer, message: "is missing" });

describe("marking violations in their place", () => {
  it("lays a document out, its scalars as they were written", () => {
    expect(marked('{"a":1.50,"b":[],"c":{},"d":[1,{"e":"\\u0041"}]}')).toEqual([
      "{",
      '  "a": 1.50,',
      '  "b": [],',
      '  "c": {},',
      '  "d": [',
      "    1,",
      "    {",
      '      "e": "\\u0041"',
      "    }",
      "  ]",
      "}",
    ]);
  });

  it("marks a value, an object at its first line, and the document", () => {
    const type = { pointer: "/a/0", message: "must be string" };
    expect(marked('{"a":[1]}', type, { pointer: "/a", message: "is not a known field" }, missing(""))).toEqual([
      "{ ←  is missing",
      '  "a": [ ← /a is not a known field',
      "    1 ← /a/0 must be string",
      "  ]",
      "}",
    ]);
  });

  it("gives what is missing a line at the end of its object", () => {
    expect(
      marked('{"p":{"x":1},"q":2}', missing("/p/y"), missing("/p/z"), { ...missing("/p/y"), message: "too" }),
    ).toEqual([
      "{",
      '  "p": {',
      '    "x": 1',
      '+    "y" ← /p/y is missing ← /p/y too',
      '+    "z" ← /p/z is missing',
      "  },",
      '  "q": 2',
      "}",
    ]);
  });

  it("opens an empty object for what is missing in it", () => {
    expect(marked('{"p":{}}', missing("/p/y"))).toEqual(["{", '  "p": {', '+    "y" ← /p/y is missing', "  }", "}"]);
    expect(marked("{}", missing("/y"))).toEqual(["{", '+  "y" ← /y is missing', "}"]);
  });

  it("names the way to what is missing where its parents are missing too", () => {
    expect(marked('{"a":1}', missing("/p/q/r"))).toEqual([
      "{",
      '  "a": 1',
      '+  "p" / "q" / "r" ← /p/q/r is missing',
      "}",
    ]);
  });

  it("marks the innermost value that is there where the rest of the way cannot be", () => {
    expect(marked('{"a":[1]}', missing("/a/5/x"))).toEqual(["{", '  "a": [ ← /a/5/x is missing', "    1", "  ]", "}"]);
    expect(marked("5", missing("/a"))).toEqual(["5 ← /a is missing"]);
  });

  it("marks the last of a name that stands twice, and names with slashes", () => {
    const twice = { pointer: "/a", message: "twice" };
    expect(marked('{"a":1,"a":2}', twice)).toEqual(["{", '  "a": 1,', '  "a": 2 ← /a twice', "}"]);
    expect(marked('{"a/b":1}', { pointer: "/a~1b", message: "no" })).toEqual(["{", '  "a/b": 1 ← /a~1b no', "}"]);
  });
});
