import type { Automaton, Neighbour } from "./pattern-automaton.js";

/** Bits of a word of the machine, and of the pieces of it that the tables are indexed by. */
const WORD_BITS = 32;
const PIECE_BITS = 8;
const PIECES = WORD_BITS / PIECE_BITS;
/** Characters below this are looked up in a table. */
const TABLE_SIZE = 0x100;

/**
 * Matches texts by an automaton, all its positions at once: each is a bit, and one step a character finds which may come next.
 * A step costs the same whatever the text is, so that there is nothing to backtrack into
 * (Navarro and Raffinot, "Fast and Simple Character Classes and Bounded Gaps Pattern Matching").
 */
export function createMatcher(automaton: Automaton): { test(text: string): boolean } {
  const words = Math.ceil(automaton.length / WORD_BITS);
  const alphabet = createAlphabet(automaton, words);
  const follow = createFollowTables(automaton, words);
  const accepting = {
    end: bitsOf(automaton, words, "end"),
    word: bitsOf(automaton, words, "word"),
    other: bitsOf(automaton, words, "other"),
  };

  return {
    test(text) {
      let active = new Int32Array(words);
      let next = new Int32Array(words);
      active[0] = 1;
      for (let index = 0; index < text.length; index++) {
        const code = text.codePointAt(index) ?? 0;
        if (code > 0xffff) index++;
        const { mask, neighbour } = alphabet(code);
        if (intersects(active, accepting[neighbour])) return true;
        step(active, next, follow);
        for (let word = 0; word < words; word++) next[word] = at(next, word) & at(mask, word);
        [active, next] = [next, active];
      }
      return intersects(active, accepting.end);
    },
  };
}

/** Which positions follow the active ones: for each 8 of them, one of 256 rows says it. */
function step(active: Int32Array, next: Int32Array, follow: Int32Array): void {
  const words = active.length;
  next.fill(0);
  for (let word = 0; word < words; word++) {
    let bits = at(active, word);
    for (let piece = word * PIECES; bits !== 0; piece++, bits >>>= PIECE_BITS) {
      const row = ((piece << PIECE_BITS) | (bits & 0xff)) * words;
      for (let other = 0; other < words; other++) next[other] = at(next, other) | at(follow, row + other);
    }
  }
}

function createFollowTables(automaton: Automaton, words: number): Int32Array {
  const rows = 2 ** PIECE_BITS;
  const tables = new Int32Array(words * PIECES * rows * words);
  for (let piece = 0; piece < words * PIECES; piece++) {
    for (let bits = 1; bits < rows; bits++) {
      // The row without its lowest bit is there already.
      const lowest = Math.clz32(1) - Math.clz32(bits & -bits);
      const row = (piece * rows + bits) * words;
      const without = (piece * rows + (bits & (bits - 1))) * words;
      tables.copyWithin(row, without, without + words);
      for (const position of automaton[piece * PIECE_BITS + lowest]?.follow ?? []) setBit(tables, row, position);
    }
  }
  return tables;
}

interface Letter {
  /** Positions that take the character. */
  mask: Int32Array;
  neighbour: Neighbour;
}

/** Characters that the same positions take are one letter. */
function createAlphabet(automaton: Automaton, words: number): (code: number) => Letter {
  const bounds = [...new Set([0, ...automaton.flatMap(({ ranges }) => ranges.flatMap(([first, last]) => [first, last + 1]))])];
  bounds.sort((a, b) => a - b);
  const letters = bounds.map((): Letter => ({ mask: new Int32Array(words), neighbour: "other" }));
  const indexOf = new Map(bounds.map((bound, index) => [bound, index]));
  for (const [position, { ranges, isWord }] of automaton.entries()) {
    for (const [first, last] of ranges) {
      const end = indexOf.get(last + 1) ?? bounds.length;
      for (const letter of letters.slice(indexOf.get(first), end)) {
        setBit(letter.mask, 0, position);
        if (isWord) letter.neighbour = "word";
      }
    }
  }
  const find = (code: number): Letter => {
    let [low, high] = [0, bounds.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((bounds[middle] ?? 0) <= code) low = middle;
      else high = middle - 1;
    }
    return letters[low] ?? NO_LETTER;
  };
  const table = Array.from({ length: TABLE_SIZE }, (_, code) => find(code));
  return (code) => table[code] ?? find(code);
}

const NO_LETTER: Letter = { mask: new Int32Array(0), neighbour: "other" };

function bitsOf(automaton: Automaton, words: number, neighbour: Neighbour): Int32Array {
  const bits = new Int32Array(words);
  for (const [index, { accepts }] of automaton.entries()) if (accepts[neighbour]) setBit(bits, 0, index);
  return bits;
}

function setBit(words: Int32Array, offset: number, bit: number): void {
  const index = offset + (bit >>> 5);
  words[index] = at(words, index) | (1 << (bit & 31));
}

function intersects(some: Int32Array, others: Int32Array): boolean {
  for (let word = 0; word < some.length; word++) if ((at(some, word) & at(others, word)) !== 0) return true;
  return false;
}

/** Every index here is inside; the compiler cannot know it. */
function at(words: Int32Array, index: number): number {
  return words[index] ?? 0;
}
