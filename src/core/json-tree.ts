import { type JsonReader, readOn, skipSpace } from "./json-reader.js";
import { endOfNumber, endOfString, scanJson } from "./json-scan.js";

/** A value in a JSON text, by where it stands. What it says is left as it is written, so that no digit of it is lost. */
export type JsonNode = ObjectNode | ArrayNode | ScalarNode;

/** Indexes into the text; `end` is behind the last character. */
interface Span {
  start: number;
  end: number;
}

export interface ObjectNode extends Span {
  kind: "object";
  /** In the order of the text; a name that is repeated stands here as often. */
  members: JsonMember[];
}

export interface JsonMember {
  name: string;
  /** Of the quoted name. */
  nameSpan: Span;
  value: JsonNode;
}

export interface ArrayNode extends Span {
  kind: "array";
  items: JsonNode[];
}

/** A string, a number, `true`, `false` or `null`. */
export interface ScalarNode extends Span {
  kind: "scalar";
}

/** Nobody reads, and no event has, more levels than these. */
const MAX_DEPTH = 64;

/** Where everything stands in a JSON text, or undefined where it is no JSON, or nests deeper than 64 levels. */
export function readJsonTree(text: string): JsonNode | undefined {
  if (scanJson(text).depth > MAX_DEPTH || !isJson(text)) return undefined;
  return readValue({ text, index: 0 });
}

/** Whether JSON.parse takes it. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function readValue(reader: JsonReader): JsonNode {
  skipSpace(reader);
  const first = reader.text[reader.index];
  if (first === "{") return readObject(reader);
  if (first === "[") return readArray(reader);
  const start = reader.index;
  reader.index = endOfScalar(reader.text, start);
  return { kind: "scalar", start, end: reader.index };
}

function readObject(reader: JsonReader): ObjectNode {
  const start = reader.index;
  const members: JsonMember[] = [];
  while (readOn(reader, "}")) {
    const nameSpan = { start: reader.index, end: endOfString(reader.text, reader.index) };
    const name: string = JSON.parse(reader.text.slice(nameSpan.start, nameSpan.end));
    reader.index = nameSpan.end;
    skipSpace(reader);
    reader.index++;
    members.push({ name, nameSpan, value: readValue(reader) });
  }
  return { kind: "object", start, end: reader.index, members };
}

function readArray(reader: JsonReader): ArrayNode {
  const start = reader.index;
  const items: JsonNode[] = [];
  while (readOn(reader, "]")) items.push(readValue(reader));
  return { kind: "array", start, end: reader.index, items };
}

function endOfScalar(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return endOfString(text, start);
  if (first === "t" || first === "n") return start + 4;
  return first === "f" ? start + 5 : endOfNumber(text, start);
}

/** The text of a value, as it stands. */
export function sourceOf(text: string, { start, end }: Span): string {
  return text.slice(start, end);
}

/** One step down: the value under a member name or an index; of a name that is repeated the last one, as parsers read it. */
export function childOf(node: JsonNode, part: string): JsonNode | undefined {
  if (node.kind === "object") return node.members.findLast(({ name }) => name === part)?.value;
  return node.kind === "array" && isIndex(part) ? node.items[Number(part)] : undefined;
}

/** Whether a part of a JSON Pointer names an item of an array (RFC 6901). */
export function isIndex(part: string): boolean {
  return /^(0|[1-9]\d*)$/.test(part);
}

/** The value that the parts of a JSON Pointer lead to, or undefined where there is none. */
export function nodeAt(root: JsonNode, parts: readonly string[]): JsonNode | undefined {
  let node: JsonNode | undefined = root;
  for (const part of parts) node = node === undefined ? undefined : childOf(node, part);
  return node;
}
