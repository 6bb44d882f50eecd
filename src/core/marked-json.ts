import { type JsonLine, layOutJson } from "./json-lines.js";
import { pointerParts } from "./json-pointer.js";
import { type JsonNode, nodeAt } from "./json-tree.js";
import { escapePointerPart, type Violation } from "./violations.js";

/** A line of a document with what is wrong there. */
export interface MarkedLine extends JsonLine {
  marks: Violation[];
  /** Not in the document: it stands where something is missing. */
  isMissing: boolean;
}

/**
 * A document laid out over lines, each violation at its line. What is missing gets a line at the end of the innermost object that is
 * there. Of a name that stands twice in one object the last one is marked.
 */
export function markJson(text: string, root: JsonNode, violations: readonly Violation[]): MarkedLine[] {
  const places = violations.map((violation) => placeOf(root, violation));
  const parents = new Set(places.flatMap(({ missing, pointer }) => (missing === undefined ? [] : pointer)));
  const lines = layOutJson(text, root, parents).map((line): MarkedLine => ({ ...line, marks: [], isMissing: false }));
  const byPointer = new Map(lines.filter(({ isEnd }) => !isEnd).map((line) => [line.pointer, line]));
  for (const { violation, pointer, missing } of places) {
    if (missing === undefined) byPointer.get(pointer)?.marks.push(violation);
    else addMissing(lines, pointer, missing, violation);
  }
  return lines;
}

interface Place {
  violation: Violation;
  /** Of the value that is marked, or of the innermost one that is there. */
  pointer: string;
  /** The members that are not there, one in the other. */
  missing: string[] | undefined;
}

function placeOf(root: JsonNode, violation: Violation): Place {
  const parts = pointerParts(violation.pointer);
  for (let length = parts.length; length >= 0; length--) {
    const node = nodeAt(root, parts.slice(0, length));
    if (node === undefined) continue;
    const isThere = length === parts.length || node.kind !== "object";
    return {
      violation,
      pointer: toPointer(parts.slice(0, length)),
      missing: isThere ? undefined : parts.slice(length),
    };
  }
  return { violation, pointer: "", missing: undefined };
}

function toPointer(parts: string[]): string {
  return parts.map((part) => `/${escapePointerPart(part)}`).join("");
}

function addMissing(lines: MarkedLine[], parent: string, missing: string[], violation: Violation): void {
  const { pointer } = violation;
  const known = lines.find((line) => line.isMissing && line.pointer === pointer);
  if (known !== undefined) {
    known.marks.push(violation);
    return;
  }
  const end = lines.findIndex((line) => line.isEnd && line.pointer === parent);
  const depth = (lines[end]?.depth ?? 0) + 1;
  const text = missing.map((name) => JSON.stringify(name)).join(" / ");
  const line = { depth, text, hasComma: false, pointer, isEnd: false, marks: [violation], isMissing: true };
  lines.splice(end, 0, line);
}
