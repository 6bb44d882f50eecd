import type { Automaton } from "./pattern-automaton.js";

/** Characters that the same positions of an automaton take, and that it therefore need not tell apart. */
export interface Letter {
  takers: Set<number>;
  /** Whether they are characters of a word; told only where the pattern asks for the edges of words. */
  isWord: boolean;
}

export interface Alphabet {
  letters: Letter[];
  /** Index of a code point's letter. */
  letterOf(code: number): number;
}

/** Code points below this are looked up in a table. */
const TABLE_SIZE = 0x180;

/** Between two neighbouring bounds of its sets an automaton cannot tell characters apart; nor where the same positions take them. */
export function createAlphabet(automaton: Automaton): Alphabet {
  const ranges = automaton.flatMap((position) => position.ranges);
  const bounds = [...new Set([0, ...ranges.flatMap(([first, last]) => [first, last + 1])])].sort((a, b) => a - b);
  const letters: Letter[] = [];
  const known = new Map<string, number>();
  const intervals = takersOf(automaton, bounds).map((takers) => {
    const key = [...takers].join();
    const letter = known.get(key) ?? letters.length;
    if (letter === letters.length) {
      letters.push({ takers, isWord: automaton.some(({ isWord }, index) => isWord && takers.has(index)) });
      known.set(key, letter);
    }
    return letter;
  });
  const find = (code: number) => intervals[lastAtMost(bounds, code)] ?? 0;
  const table = Array.from({ length: TABLE_SIZE }, (_, code) => find(code));
  return { letters, letterOf: (code) => table[code] ?? find(code) };
}

/** For each bound the positions that take the characters from it to the next. */
function takersOf(automaton: Automaton, bounds: number[]): Set<number>[] {
  const takers = bounds.map(() => new Set<number>());
  const intervals = new Map(bounds.map((bound, index) => [bound, index]));
  for (const [position, { ranges }] of automaton.entries()) {
    for (const [first, last] of ranges) {
      const behind = intervals.get(last + 1) ?? bounds.length;
      for (let index = intervals.get(first) ?? 0; index < behind; index++) takers[index]?.add(position);
    }
  }
  return takers;
}

/** Index of the last bound that is not above `value`. */
function lastAtMost(bounds: number[], value: number): number {
  let low = 0;
  let high = bounds.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((bounds[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
