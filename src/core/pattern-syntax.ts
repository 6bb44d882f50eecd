/** A regular expression as the schema's author wrote it, taken apart. What it means is the same for every way of matching it. */
export type PatternNode =
  /** One character out of a set. `source`: the part of the pattern that names the set, for instance `a`, `\d` or `[^x-z]` */
  | { kind: "set"; source: string }
  | { kind: "sequence"; parts: PatternNode[] }
  | { kind: "choice"; options: PatternNode[] }
  | { kind: "repeat"; part: PatternNode; min: number; max: number }
  | { kind: "edge"; at: Edge }
  | { kind: "look"; part: PatternNode }
  | { kind: "modified"; part: PatternNode }
  | { kind: "backreference" };

/** A place between two characters: `^`, `$`, `\b` or `\B`. */
export type Edge = "start" | "end" | "word" | "not-word";

const SET =
  /\\[dDwWsS]|\\[pP]\{[^}]*\}|\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u\{[^}]*\}|\\u....|\\x..|\\c.|\\[^bBk1-9]|\[(?:\\.|[^\]\\])*\]|[^\\()[\]{}|*+?^$]/suy;
const QUANTIFIER = /(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/y;
const EDGE = /\^|\$|\\[bB]/y;
const BACKREFERENCE = /\\(?:k<[^>]*>|\d+)/y;
const GROUP = /\((?:\?(?:(<?[=!])|<[^>]*>|([a-z-]*):))?/y;

const EDGES: Record<string, Edge> = { "^": "start", $: "end", "\\b": "word", "\\B": "not-word" };

/** @param source a pattern that `new RegExp(source, "u")` accepts; any other is read in some way or other, or throws */
export function parsePattern(source: string): PatternNode {
  const reader = { source, index: 0 };
  const node = parseChoice(reader);
  if (reader.index < source.length) throw new SyntaxError(`nobody can read ${source.slice(reader.index)}`);
  return node;
}

interface Reader {
  source: string;
  index: number;
}

function parseChoice(reader: Reader): PatternNode {
  const options = [parseSequence(reader)];
  while (take(reader, /\|/y) !== undefined) options.push(parseSequence(reader));
  const [only, ...others] = options;
  return only !== undefined && others.length === 0 ? only : { kind: "choice", options };
}

function parseSequence(reader: Reader): PatternNode {
  const parts: PatternNode[] = [];
  for (let atom = parseAtom(reader); atom !== undefined; atom = parseAtom(reader)) {
    const quantifier = take(reader, QUANTIFIER);
    parts.push(quantifier === undefined ? atom : repeat(atom, quantifier));
  }
  return { kind: "sequence", parts };
}

function parseAtom(reader: Reader): PatternNode | undefined {
  const edge = take(reader, EDGE);
  if (edge !== undefined) return { kind: "edge", at: EDGES[edge[0]] ?? "start" };
  const set = take(reader, SET);
  if (set !== undefined) return { kind: "set", source: set[0] };
  if (take(reader, BACKREFERENCE) !== undefined) return { kind: "backreference" };
  const group = take(reader, GROUP);
  return group === undefined ? undefined : parseGroup(reader, group);
}

function parseGroup(reader: Reader, [, look, modifiers]: RegExpExecArray): PatternNode {
  const part = parseChoice(reader);
  if (take(reader, /\)/y) === undefined) throw new SyntaxError("a group has no end");
  if (look !== undefined) return { kind: "look", part };
  return modifiers === undefined || modifiers === "" ? part : { kind: "modified", part };
}

function repeat(part: PatternNode, [, sign, least = "", comma, most = ""]: RegExpExecArray): PatternNode {
  if (sign !== undefined) {
    return { kind: "repeat", part, min: sign === "+" ? 1 : 0, max: sign === "?" ? 1 : Number.POSITIVE_INFINITY };
  }
  const min = Number(least);
  if (comma === "") return { kind: "repeat", part, min, max: min };
  return { kind: "repeat", part, min, max: most === "" ? Number.POSITIVE_INFINITY : Number(most) };
}

function take(reader: Reader, token: RegExp): RegExpExecArray | undefined {
  token.lastIndex = reader.index;
  const match = token.exec(reader.source) ?? undefined;
  if (match !== undefined) reader.index = token.lastIndex;
  return match;
}
