import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildAutomaton } from "../../../src/core/pattern-automaton.js";
import { createCharacterSets } from "../../../src/core/pattern-characters.js";
import { UnsafePattern } from "../../../src/core/pattern-error.js";
import { createMatcher } from "../../../src/core/pattern-matcher.js";
import { parsePattern } from "../../../src/core/pattern-syntax.js";

/** Characters on which engines are known to differ: ends of lines, spaces, halves of words, letters whose case is odd, two code units. */
const CHARACTERS = [
  "a",
  "b",
  "B",
  "_",
  "7",
  "-",
  ".",
  " ",
  "\n",
  "\u2028",
  "\u00a0",
  "\ufeff",
  "é",
  "ſ",
  "\u212a",
  "Σ",
  "😀",
  "\u{10ffff}",
];
const ATOMS = [
  ...[
    "a",
    "b",
    "7",
    "-",
    "é",
    "😀",
    ".",
    "\\.",
    "\\/",
    "\\d",
    "\\D",
    "\\w",
    "\\W",
    "\\s",
    "\\S",
    "\\n",
    "(?:\\0)",
    "\\cJ",
  ],
  ...["\\x61", "\\u0061", "\\u{1f600}", "\\ud83d\\ude00", "\\p{L}", "\\P{Lu}", "\\p{Script=Greek}"],
  ...["[ab]", "[^a]", "[a-z\\d]", "[\\]\\-b]", "[^\\w😀]", "[^]", "[]", "[\\b-]", "[[:alpha:]"],
  ...["^", "$", "\\b", "\\B"],
];
const QUANTIFIERS = ["*", "+", "?", "{2}", "{1,3}", "{0,2}", "{2,}", "*?", "+?", "??", "{1,2}?"];

const sets = createCharacterSets();
/** Short, since the engine that is compared with backtracks. */
const text = fc.array(fc.constantFrom(...CHARACTERS), { maxLength: 5 }).map((parts) => parts.join(""));

const { pattern } = fc.letrec<{ pattern: string; sequence: string; atom: string }>((tie) => ({
  pattern: fc.array(tie("sequence"), { minLength: 1, maxLength: 3 }).map((options) => options.join("|")),
  sequence: fc.array(tie("atom"), { maxLength: 4 }).map((parts) => parts.join("")),
  atom: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom(...ATOMS),
    fc
      .tuple(fc.constantFrom("a", "b", ".", "\\w", "[^b]"), fc.constantFrom(...QUANTIFIERS))
      .map((parts) => parts.join("")),
    fc
      .tuple(fc.constantFrom("(", "(?:"), tie("pattern"), fc.constantFrom("", ...QUANTIFIERS))
      .map(([open, inner, quantifier]) => `${open}${inner})${quantifier}`),
  ),
}));

/** The matcher without backtracking, also for patterns that need none; undefined where its table would be too large. */
function matcherOf(source: string): ((text: string) => boolean) | undefined {
  try {
    return createMatcher(buildAutomaton(parsePattern(source), sets)).test;
  } catch (error) {
    if (error instanceof UnsafePattern) return undefined;
    throw error;
  }
}

/** V8 looks for `\B` between the two halves of a character too, where ECMA-262 has no place to look ("RegExpBuiltinExec" steps over both). */
function isMisread(source: string, each: string): boolean {
  return source.includes("\\B") && /[\u{10000}-\u{10ffff}]/u.test(each);
}

describe("a pattern", () => {
  it("means to the matcher without backtracking what it means to JavaScript's own engine", () => {
    let compared = 0;
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 1, maxLength: 8 }), (source, texts) => {
        const native = new RegExp(source, "u");
        const test = matcherOf(source);
        if (test === undefined) return;
        const comparable = texts.filter((each) => !isMisread(source, each));
        expect(comparable.map(test)).toEqual(comparable.map((each) => native.test(each)));
        compared++;
      }),
      { numRuns: 200 },
    );
    expect(compared).toBeGreaterThan(130);
  });
});
