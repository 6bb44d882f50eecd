import type { PatternNode } from "./pattern-syntax.js";

/** Steps that a match may take for each character of the text; 256 KiB are then some milliseconds of work. */
const MAX_STEPS_PER_CHARACTER = 32;
/** Lengths of text for which the steps are reckoned: every short one, and then one in each doubling, up to what SQS carries. */
const LENGTHS = [...Array(33).keys(), ...Array.from({ length: 15 }, (_, index) => 2 ** (index + 6))];

/** What trying a part of a pattern once takes at most. */
interface Effort {
  steps: number;
  /** Ways in which the part can match, after each of which a backtracking engine tries all that follows. */
  ways: number;
}

/**
 * Whether JavaScript's own engine, which backtracks, matches any text by this pattern in steps that grow no faster than the
 * text. The answer is a proof, and a careful one: it does not look at which characters a set holds, so that every way in which
 * texts could be divided among the parts counts as if it had to be tried. A pattern that fails it may still be harmless.
 *
 * The steps grow with the length, so those for one length bound those for every shorter one: between two of the lengths
 * tried, the bound holds with twice the steps.
 */
export function isLinear(pattern: PatternNode): boolean {
  const isAnchored = startsAtStart(pattern);
  return LENGTHS.every((length) => {
    const { steps, ways } = effortToSuccess(pattern, length, length);
    const starts = isAnchored ? 1 : length + 1;
    return (steps + ways) * starts <= MAX_STEPS_PER_CHARACTER * (length + 1);
  });
}

function startsAtStart(node: PatternNode): boolean {
  if (node.kind === "edge") return node.at === "start";
  if (node.kind === "choice") return node.options.every(startsAtStart);
  const [first] = node.kind === "sequence" ? node.parts : [];
  return first !== undefined && startsAtStart(first);
}

/** Of what nothing follows: parts at its end that cannot fail are come to only once, since that is success. */
function effortToSuccess(node: PatternNode, room: number, length: number): Effort {
  if (node.kind !== "sequence") return effortOf(node, room, length);
  const end = node.parts.findLastIndex((part) => part.kind !== "repeat" || part.min > 0) + 1;
  const { steps, ways } = effortOfSequence(node.parts.slice(0, end), room, length);
  const last = effortOfSequence(node.parts.slice(end), room, length);
  return { steps: steps + last.steps, ways };
}

/** @param room characters that are left for the part at most; @param length characters of the whole text */
function effortOf(node: PatternNode, room: number, length: number): Effort {
  switch (node.kind) {
    case "set":
      return { steps: 1, ways: room > 0 ? 1 : 0 };
    case "edge":
      return { steps: 1, ways: 1 };
    case "backreference":
      return { steps: length + 1, ways: 1 };
    case "modified":
      return effortOf(node.part, room, length);
    case "look": {
      // It may look back; and once it is over, the engine never tries another way through it.
      const { steps, ways } = effortToSuccess(node.part, length, length);
      return { steps: steps + ways, ways: 1 };
    }
    case "sequence":
      return effortOfSequence(node.parts, room, length);
    case "choice":
      return node.options
        .map((option) => effortOf(option, room, length))
        .reduce((sum, { steps, ways }) => ({ steps: sum.steps + steps + 1, ways: sum.ways + ways }));
    case "repeat":
      return effortOfRepeat(node, room, length);
  }
}

function effortOfSequence(parts: PatternNode[], room: number, length: number): Effort {
  let left = room;
  let [steps, ways] = [0, 1];
  for (const part of parts) {
    // What comes before has no way to match, so that this is never tried. (Infinity times nothing would be no number.)
    if (ways === 0) break;
    const effort = effortOf(part, left, length);
    steps += ways * effort.steps;
    ways *= effort.ways;
    left = Math.max(0, left - minLengthOf(part));
  }
  return { steps, ways };
}

/** As if every turn had the room that the first one has. */
function effortOfRepeat(node: PatternNode & { kind: "repeat" }, room: number, length: number): Effort {
  const turn = effortOf(node.part, room, length);
  const needed = minLengthOf(node.part);
  // Beyond the turns that it must take, JavaScript takes none that matches nothing.
  const turns = Math.min(node.max, needed > 0 ? Math.floor(room / needed) : node.min + room);
  const attempts = Math.min(node.max, turns + 1);
  if (turn.ways === 1) return { steps: attempts * (turn.steps + 1) + 1, ways: Math.max(0, turns - node.min + 1) };
  let [steps, ways, reached] = [1, 0, 1];
  for (let taken = 0; reached > 0 && Number.isFinite(steps); taken++) {
    if (taken >= node.min) ways += reached;
    if (taken < attempts) steps += reached * (turn.steps + 1);
    if (taken === turns) break;
    reached *= turn.ways;
  }
  return { steps, ways };
}

/** Characters that a match has at least. */
function minLengthOf(node: PatternNode): number {
  switch (node.kind) {
    case "set":
      return 1;
    case "sequence":
      return node.parts.reduce((sum, part) => sum + minLengthOf(part), 0);
    case "choice":
      return Math.min(...node.options.map(minLengthOf));
    case "repeat":
      return node.min === 0 ? 0 : node.min * minLengthOf(node.part);
    case "modified":
      return minLengthOf(node.part);
    default:
      return 0;
  }
}
