import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, it } from "vitest";
import { createIdentities } from "../../../src/core/value-identity.js";

it("the identities of two JSON values are the same exactly when the values are", () => {
  const leaf = fc.constantFrom<unknown>(
    null,
    true,
    0,
    1,
    "",
    "1",
    "a",
    "null",
    "[]",
    "#a",
    "x".repeat(80),
    "y".repeat(80),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom("a", "b", "", "1", "x".repeat(80), "a:1,b"), tie("value"), { maxKeys: 3 }),
    ),
  }));
  fc.assert(
    fc.property(value, value, (one, other) => {
      const identityOf = createIdentities();
      const [left, right] = [one, other].map((each) => JSON.parse(JSON.stringify(each)));
      expect(identityOf(left) === identityOf(right)).toBe(isDeepStrictEqual(left, right));
      expect(identityOf(left)).toBe(identityOf(structuredClone(left)));
    }),
    { numRuns: 1000 },
  );
});
