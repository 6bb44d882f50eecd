import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalize } from "../../../src/core/canonical-json.js";
import { canonicalizeText } from "../../../src/core/canonical-text.js";

describe("the canonical form of a text", () => {
  it("is that of its value where doubles hold all its numbers", () => {
    const names = fc.constantFrom("a", "b", "é", "\n", "\u2028", '"', "__proto__", "10", "9", "😀", "\uffff");
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.jsonValue({ maxDepth: 0, noUnicodeString: false }),
        fc.integer(),
        fc.array(tie("value")),
        fc.dictionary(names, tie("value")),
      ),
    }));
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 2), (each, space) => {
        const text = JSON.stringify(each, undefined, space);
        expect(canonicalizeText(text)).toEqual(canonicalize(JSON.parse(text)));
      }),
    );
  });

  it("keeps digits, and counts a name that stands twice once", () => {
    expect(canonicalizeText('{"b":[1e-400, 0.10, 1E2,-0.0],"a":12345678901234567890,"\\u0061":1}')).toEqual({
      text: '{"a":1234567890123456789e1,"a":1,"b":[1e-400,0.1,100,0]}',
      members: 2,
    });
  });
});
