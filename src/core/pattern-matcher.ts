import { type Alphabet, createAlphabet, type Letter } from "./pattern-alphabet.js";
import type { Automaton } from "./pattern-automaton.js";
import { UnsafePattern } from "./pattern-error.js";

/** Sets of positions that texts can lead to. Some patterns have as many as there are numbers of so many bits. */
const MAX_SETS = 2000;

/** Where a step leads when the answer is known whatever follows. */
const FOUND = -1;
const NEVER = -2;

/**
 * Matches texts by a table: for each set of positions that can be active at once, and each letter, the set that is active next.
 * A character costs one look into the table, whatever the text and the pattern are.
 * @throws UnsafePattern when the table would be too large
 */
export function createMatcher(automaton: Automaton): { test(text: string): boolean } {
  const alphabet = createAlphabet(automaton);
  const { steps, acceptsAtEnd } = buildTable(automaton, alphabet);
  const { letterOf } = alphabet;
  const width = alphabet.letters.length;
  return {
    test(text) {
      let set = 0;
      for (let index = 0; index < text.length; index++) {
        const code = text.codePointAt(index) ?? 0;
        if (code > 0xffff) index++;
        set = steps[set * width + letterOf(code)] ?? NEVER;
        if (set < 0) return set === FOUND;
      }
      return acceptsAtEnd[set] === 1;
    },
  };
}

interface Table {
  /** Number of the next set, at the number of the set × letters + the letter. Set 0 is the start of a text. */
  steps: Int32Array;
  acceptsAtEnd: Uint8Array;
}

function buildTable(automaton: Automaton, { letters }: Alphabet): Table {
  const sets: number[][] = [[0]];
  const numbers = new Map([["0", 0]]);
  const steps: number[] = [];
  // Grows while it is gone through.
  for (const active of sets) {
    for (const letter of letters) {
      const next = isFound(automaton, active, letter) ? FOUND : nextPositions(automaton, active, letter);
      steps.push(next === FOUND ? FOUND : numberOf(next, sets, numbers));
    }
  }
  const acceptsAtEnd = sets.map((active) => active.some((position) => automaton[position]?.accepts.end));
  return { steps: Int32Array.from(steps), acceptsAtEnd: Uint8Array.from(acceptsAtEnd, Number) };
}

/** Whether the pattern is over before the letter. */
function isFound(automaton: Automaton, active: number[], { isWord }: Letter): boolean {
  return active.some((position) => automaton[position]?.accepts[isWord ? "word" : "other"]);
}

function nextPositions(automaton: Automaton, active: number[], { takers }: Letter): number[] {
  const next = new Set<number>();
  for (const position of active) {
    for (const follower of automaton[position]?.follow ?? []) if (takers.has(follower)) next.add(follower);
  }
  return [...next].sort((a, b) => a - b);
}

function numberOf(positions: number[], sets: number[][], numbers: Map<string, number>): number {
  if (positions.length === 0) return NEVER;
  const key = positions.join();
  const known = numbers.get(key);
  if (known !== undefined) return known;
  if (sets.length === MAX_SETS) throw new UnsafePattern("the table that would match it safely is too large");
  numbers.set(key, sets.length);
  return sets.push(positions) - 1;
}
