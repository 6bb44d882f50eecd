import { ANY_CHARACTER, type CharacterRanges, type CharacterSets, LAST_CODE_POINT } from "./pattern-characters.js";
import { UnsafePattern } from "./pattern-error.js";
import type { Edge, PatternNode } from "./pattern-syntax.js";

/** Repetitions of repetitions could be written out without end. */
const MAX_POSITIONS = 1000;
const MAX_STATES = MAX_POSITIONS * 8;

/** What stands beside a boundary between two characters: one of the text's two ends, a character of a word, or another. */
export type Neighbour = "end" | "word" | "other";

/** A place in the pattern where one character is taken. */
export interface Position {
  ranges: CharacterRanges;
  /** Whether they are characters of a word; told only where the pattern asks for the edges of words. */
  isWord: boolean;
  /** Positions that may take the next character. */
  follow: number[];
  /** Whether the pattern may be over behind this position, by what comes next. */
  accepts: Record<Neighbour, boolean>;
}

/** A pattern without the ways through it. Position 0 is the start of the text and takes nothing. */
export type Automaton = Position[];

type State =
  | { kind: "take"; ranges: CharacterRanges; next: number }
  | { kind: "split"; next: number[] }
  | { kind: "edge"; at: Edge; next: number }
  | { kind: "accept" };

/**
 * The positions of a pattern, with which of them can follow which. The pattern may begin anywhere in a text, and end anywhere.
 * @throws UnsafePattern for what no automaton can do, and for too many positions
 */
export function buildAutomaton(pattern: PatternNode, sets: CharacterSets): Automaton {
  const anywhere: PatternNode = {
    kind: "repeat",
    part: { kind: "set", source: ANY_CHARACTER },
    min: 0,
    max: Number.POSITIVE_INFINITY,
  };
  const states: State[] = [{ kind: "accept" }];
  const start = addStates({ kind: "sequence", parts: [anywhere, pattern] }, 0, states, sets);
  const words = hasWordEdge(pattern) ? sets.rangesOf("\\w") : [];
  return connect(states, start, words);
}

/** Adds the states of a part, the last first. @returns the state to begin with */
function addStates(node: PatternNode, next: number, states: State[], sets: CharacterSets): number {
  switch (node.kind) {
    case "set":
      return add(states, { kind: "take", ranges: sets.rangesOf(node.source), next });
    case "edge":
      return add(states, { kind: "edge", at: node.at, next });
    case "sequence":
      return node.parts.reduceRight((behind, part) => addStates(part, behind, states, sets), next);
    case "choice":
      return add(states, { kind: "split", next: node.options.map((option) => addStates(option, next, states, sets)) });
    case "repeat":
      return addRepeat(node, next, states, sets);
    case "look":
      throw new UnsafePattern("it looks ahead or behind");
    case "backreference":
      throw new UnsafePattern("it refers back to a group");
    case "modified":
      throw new UnsafePattern("it changes flags inside the pattern");
  }
}

function addRepeat(node: PatternNode & { kind: "repeat" }, next: number, states: State[], sets: CharacterSets): number {
  const { part, min, max } = node;
  let first = next;
  if (max === Number.POSITIVE_INFINITY) {
    const loop: State & { kind: "split" } = { kind: "split", next: [next] };
    first = add(states, loop);
    loop.next.push(addStates(part, first, states, sets));
  } else {
    for (let turn = min; turn < max; turn++) {
      first = add(states, { kind: "split", next: [next, addStates(part, first, states, sets)] });
    }
  }
  for (let turn = 0; turn < min; turn++) {
    const before = states.length;
    first = addStates(part, first, states, sets);
    // A part that is nothing at all stays so, however often it is repeated.
    if (states.length === before) break;
  }
  return first;
}

function add(states: State[], state: State): number {
  if (states.length === MAX_STATES) throw tooLarge();
  return states.push(state) - 1;
}

function tooLarge(): UnsafePattern {
  return new UnsafePattern(`it has more than ${MAX_POSITIONS} places when its repetitions are written out`);
}

function hasWordEdge(node: PatternNode): boolean {
  switch (node.kind) {
    case "edge":
      return node.at === "word" || node.at === "not-word";
    case "sequence":
      return node.parts.some(hasWordEdge);
    case "choice":
      return node.options.some(hasWordEdge);
    case "repeat":
      return hasWordEdge(node.part);
    default:
      return false;
  }
}

interface Taking {
  state: number;
  neighbour: Neighbour;
  ranges: CharacterRanges;
  next: number;
}

/** A set that holds characters of words and others is two positions, so that each knows on its own whether an edge of a word is beside it. */
function connect(states: State[], start: number, words: CharacterRanges): Automaton {
  const takings = states.flatMap((state, index): Taking[] => {
    if (state.kind !== "take") return [];
    const { next, ranges } = state;
    const halves: Taking[] = [
      { state: index, neighbour: "word", ranges: intersect(ranges, words), next },
      { state: index, neighbour: "other", ranges: intersect(ranges, complement(words)), next },
    ];
    return halves.filter((half) => half.ranges.length > 0);
  });
  if (takings.length > MAX_POSITIONS) throw tooLarge();
  const begin: Taking = { state: start, neighbour: "end", ranges: [], next: start };
  return [begin, ...takings].map(({ neighbour, ranges, next }) => {
    const reached = {
      end: reach(states, next, neighbour, "end"),
      word: reach(states, next, neighbour, "word"),
      other: reach(states, next, neighbour, "other"),
    };
    const follow = takings.flatMap((taking, index) => (reached[taking.neighbour].has(taking.state) ? [index + 1] : []));
    const accepts = { end: reached.end.has(0), word: reached.word.has(0), other: reached.other.has(0) };
    return { ranges, isWord: neighbour === "word", follow, accepts };
  });
}

/** States that can be come to from one without taking a character, with these neighbours on either side. */
function reach(states: State[], from: number, before: Neighbour, after: Neighbour): Set<number> {
  const reached = new Set([from]);
  for (const index of reached) {
    const state = states[index];
    if (state?.kind === "split") for (const next of state.next) reached.add(next);
    if (state?.kind === "edge" && isAtEdge(state.at, before, after)) reached.add(state.next);
  }
  return reached;
}

function isAtEdge(edge: Edge, before: Neighbour, after: Neighbour): boolean {
  if (edge === "start") return before === "end";
  if (edge === "end") return after === "end";
  return ((before === "word") !== (after === "word")) === (edge === "word");
}

function intersect(some: CharacterRanges, others: CharacterRanges): CharacterRanges {
  return some.flatMap(([first, last]) =>
    others
      .filter((other) => other[0] <= last && other[1] >= first)
      .map((other): [number, number] => [Math.max(first, other[0]), Math.min(last, other[1])]),
  );
}

function complement(ranges: CharacterRanges): CharacterRanges {
  const gaps: CharacterRanges = [];
  let first = 0;
  for (const range of ranges) {
    if (range[0] > first) gaps.push([first, range[0] - 1]);
    first = range[1] + 1;
  }
  if (first <= LAST_CODE_POINT) gaps.push([first, LAST_CODE_POINT]);
  return gaps;
}
