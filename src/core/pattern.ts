import { buildAutomaton } from "./pattern-automaton.js";
import { createCharacterSets } from "./pattern-characters.js";
import { isLinear } from "./pattern-effort.js";
import { UnsafePattern } from "./pattern-error.js";
import { createMatcher } from "./pattern-matcher.js";
import { parsePattern } from "./pattern-syntax.js";

/** What ajv asks of a compiled pattern. `toString` tells one pattern from another. */
export interface Pattern {
  test(text: string): boolean;
  toString(): string;
}

/**
 * Compiles a pattern of a schema so that no text, whatever a producer makes of it, takes more time than its length is worth.
 * JavaScript's own engine is the fastest, and matches what provably gives it nothing to backtrack into; an automaton matches
 * the rest; and the few patterns that are neither are refused. All mean what ECMA-262 says that `new RegExp(source, "u")` means.
 * (A library for the second was tried: re2js falls back from its tables to a walk that takes 200 ms for 256 KiB, and differs
 * in `\s`, `.` and classes.)
 * @throws SyntaxError for what is no pattern; UnsafePattern with a hint for what cannot be made safe
 */
export function compilePattern(source: string): Pattern {
  const native = new RegExp(source, "u");
  const pattern = parsePattern(source);
  if (isLinear(pattern)) return native;
  try {
    const { test } = createMatcher(buildAutomaton(pattern, createCharacterSets()));
    return { test, toString: () => `/${source}/ without backtracking` };
  } catch (error) {
    if (!(error instanceof UnsafePattern)) throw error;
    throw new UnsafePattern(
      `a text could make the pattern ${JSON.stringify(source)} run for very long, and ${error.message}`,
    );
  }
}
