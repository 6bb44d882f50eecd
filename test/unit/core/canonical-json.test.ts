import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalize, canonicalizeByHand } from "../../../src/core/canonical-json.js";

describe("the canonical form of a value", () => {
  it("is the same, written by JSON.stringify or by hand", () => {
    const names = fc.constantFrom(
      "",
      "a",
      "b",
      "é",
      "\n",
      '"',
      "__proto__",
      "10",
      "9",
      "-1",
      "😀",
      "\uffff",
      "\\ud800",
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.jsonValue({ maxDepth: 0, noUnicodeString: false }),
        names,
        fc.array(tie("value")),
        fc.dictionary(names, tie("value")),
      ),
    }));
    fc.assert(
      fc.property(value, (each) => {
        const parsed = JSON.parse(JSON.stringify(each));
        expect(canonicalize(parsed)).toEqual(canonicalizeByHand(parsed));
      }),
    );
  });

  it("orders names as texts, where objects would order them as numbers", () => {
    expect(canonicalize(JSON.parse('{"b":{"9":1,"10":2},"a":3}'))).toEqual({
      text: '{"a":3,"b":{"10":2,"9":1}}',
      members: 4,
    });
  });

  it("keeps a member that is called __proto__", () => {
    expect(canonicalize(JSON.parse('{"b":1,"__proto__":{"x":2}}')).text).toBe('{"__proto__":{"x":2},"b":1}');
  });

  it.each(['"\\ud83d"', '{"\\udc00":1}', '["a\\\\ud800",{"b":"\\ud800x"}]'])("has none for %s", (text) => {
    expect(() => canonicalize(JSON.parse(text))).toThrow("half of a surrogate pair");
  });

  it("takes a backslash before ud for the text that it is", () => {
    expect(canonicalize("\\ud800").text).toBe('"\\\\ud800"');
  });

  it("has none for a number that no double holds", () => {
    expect(() => canonicalize([1, { a: Number.POSITIVE_INFINITY }])).toThrow("too large");
  });
});
