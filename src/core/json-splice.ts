import type { ArrayNode, JsonNode } from "./json-tree.js";

/** A part of a text to be replaced. */
export interface Splice {
  start: number;
  end: number;
  text: string;
}

/** The text with all of them made. They must not overlap. */
export function spliceText(text: string, splices: readonly Splice[]): string {
  let result = "";
  let behind = 0;
  for (const { start, end, text: replacement } of [...splices].sort((one, other) => one.start - other.start)) {
    result += text.slice(behind, start) + replacement;
    behind = end;
  }
  return result + text.slice(behind);
}

/** Puts a member behind the last one of an object, spaced like it. */
export function appendMember(text: string, parent: JsonNode, name: string, value: string): Splice[] {
  const last = parent.kind === "object" ? parent.members.at(-1) : undefined;
  const label = JSON.stringify(name);
  if (last === undefined) return [{ start: parent.start + 1, end: parent.end - 1, text: `${label}:${value}` }];
  const colon = text.slice(last.nameSpan.end, last.value.start);
  const gap = gapBefore(text, last.nameSpan.start);
  return [{ start: last.value.end, end: last.value.end, text: `,${gap}${label}${colon}${value}` }];
}

/** Puts an item before the one at `index`, or behind the last one. */
export function insertItem(text: string, { items, start, end }: ArrayNode, index: number, value: string): Splice[] {
  const next = items[index];
  const last = items.at(-1);
  if (next !== undefined) {
    return [{ start: next.start, end: next.start, text: `${value},${gapBefore(text, next.start)}` }];
  }
  if (last === undefined) return [{ start: start + 1, end: end - 1, text: value }];
  return [{ start: last.end, end: last.end, text: `,${gapBefore(text, last.start)}${value}` }];
}

/** The white space before a member or an item. */
function gapBefore(text: string, index: number): string {
  let start = index;
  while (start > 0 && text.charCodeAt(start - 1) <= 0x20) start--;
  return text.slice(start, index);
}

/** Takes away every member of that name but `kept`, or the item of that index, each with one of the commas beside it. */
export function withoutChild(parent: JsonNode, name: string, kept?: JsonNode): Splice[] {
  const children = childSpans(parent);
  const isGone = children.map(({ key, node }) => key === name && node !== kept);
  const first = isGone.indexOf(false);
  if (first < 0) return [{ start: parent.start + 1, end: parent.end - 1, text: "" }];
  return children.flatMap(({ start, end }, index): Splice[] => {
    if (isGone[index] !== true) return [];
    // Those ahead of the first that stays go with the comma behind them, the others with the one before.
    const next = children[index + 1]?.start ?? end;
    const previous = children[index - 1]?.end ?? start;
    return [index < first ? { start, end: next, text: "" } : { start: previous, end, text: "" }];
  });
}

interface ChildSpan {
  key: string;
  node: JsonNode;
  start: number;
  end: number;
}

function childSpans(parent: JsonNode): ChildSpan[] {
  if (parent.kind === "object") {
    return parent.members.map(({ name, nameSpan, value }) => span(name, value, nameSpan.start));
  }
  if (parent.kind === "scalar") return [];
  return parent.items.map((item, index) => span(String(index), item, item.start));
}

function span(key: string, node: JsonNode, start: number): ChildSpan {
  return { key, node, start, end: node.end };
}
