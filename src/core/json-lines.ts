import { type JsonNode, sourceOf } from "./json-tree.js";
import { escapePointerPart } from "./violations.js";

/** One line of a JSON document laid out over several. */
export interface JsonLine {
  /** Levels of indentation. */
  depth: number;
  /** What stands there, without indentation and without the comma behind it; scalars as they were written. */
  text: string;
  hasComma: boolean;
  /** JSON Pointer to the value that begins, or ends, here. */
  pointer: string;
  /** Only the bracket that ends the value. */
  isEnd: boolean;
}

/**
 * Lays a document out as `JSON.stringify(value, undefined, 2)` would, but for its scalars and names, which stay as they were written.
 * @param open pointers to empty objects and arrays that are to have a line for each bracket
 */
export function layOutJson(text: string, root: JsonNode, open: ReadonlySet<string> = new Set()): JsonLine[] {
  const lines: JsonLine[] = [];
  layOut({ text, lines, open }, { node: root, depth: 0, label: "", pointer: "", hasComma: false });
  return lines;
}

interface Page {
  text: string;
  lines: JsonLine[];
  open: ReadonlySet<string>;
}

interface Entry {
  node: JsonNode;
  depth: number;
  /** The quoted name and its colon, or empty. */
  label: string;
  pointer: string;
  hasComma: boolean;
}

function layOut(page: Page, { node, depth, label, pointer, hasComma }: Entry): void {
  const { text, lines, open } = page;
  const add = (shown: string, isEnd: boolean, withComma: boolean) =>
    lines.push({ depth, text: shown, hasComma: withComma, pointer, isEnd });
  if (node.kind === "scalar") {
    add(`${label}${sourceOf(text, node)}`, false, hasComma);
    return;
  }
  const [opening, closing] = node.kind === "object" ? ["{", "}"] : ["[", "]"];
  const children = childrenOf(text, node, pointer);
  if (children.length === 0 && !open.has(pointer)) {
    add(`${label}${opening}${closing}`, false, hasComma);
    return;
  }
  add(`${label}${opening}`, false, false);
  for (const [index, child] of children.entries()) {
    layOut(page, { ...child, depth: depth + 1, hasComma: index < children.length - 1 });
  }
  add(closing, true, hasComma);
}

function childrenOf(text: string, node: JsonNode, pointer: string): Omit<Entry, "depth" | "hasComma">[] {
  if (node.kind === "array") {
    return node.items.map((item, index) => ({ node: item, label: "", pointer: `${pointer}/${index}` }));
  }
  if (node.kind === "scalar") return [];
  return node.members.map(({ name, nameSpan, value }) => ({
    node: value,
    label: `${sourceOf(text, nameSpan)}: `,
    pointer: `${pointer}/${escapePointerPart(name)}`,
  }));
}

const INDENT = "  ";

/** The line as it is printed. */
export function printJsonLine({ depth, text, hasComma }: JsonLine): string {
  return `${INDENT.repeat(depth)}${text}${hasComma ? "," : ""}`;
}
