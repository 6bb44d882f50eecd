import { canonicalizeText } from "./canonical-text.js";
import { pointerParts } from "./json-pointer.js";
import { appendMember, insertItem, type Splice, spliceText, withoutChild } from "./json-splice.js";
import { childOf, isIndex, type JsonNode, nodeAt, readJsonTree, sourceOf } from "./json-tree.js";

/**
 * One change of a document. `add`, `remove`, `replace`, `move`, `copy` and `test` as in RFC 6902; `set` is an `add` that also
 * replaces an item of an array, and makes the objects on the way to it. Values are JSON texts, taken over as they are.
 */
export type JsonEdit =
  | { op: "set" | "add" | "replace" | "test"; pointer: string; value: string }
  | { op: "remove"; pointer: string }
  | { op: "move" | "copy"; from: string; pointer: string };

export type Edited = { ok: true; text: string } | { ok: false; problem: string };

/** Why an edit cannot be made; caught where the edits begin. */
class Unfit extends Error {}

/**
 * Makes the edits one after the other in the text itself: whatever none of them names stays as it was written, digit for digit and
 * space for space. A name that stands twice in an object stands there once when it has been set. All of them are made, or none.
 */
export function editJson(text: string, edits: readonly JsonEdit[]): Edited {
  let edited = text;
  for (const edit of edits) {
    try {
      edited = editOnce(edited, edit);
    } catch (error) {
      if (error instanceof Unfit) return { ok: false, problem: `${edit.op} ${edit.pointer || '""'}: ${error.message}` };
      throw error;
    }
  }
  return { ok: true, text: edited };
}

function editOnce(text: string, edit: JsonEdit): string {
  // The whole document may be replaced also where it is no JSON.
  if (edit.pointer === "" && "value" in edit && edit.op !== "test") return edit.value;
  const root = readJsonTree(text);
  if (root === undefined) throw new Unfit("the body is no JSON, or nested too deeply");
  const parts = pointerParts(edit.pointer);
  switch (edit.op) {
    case "set":
      return setValue(text, root, parts, edit.value);
    case "add":
      return addValue(text, root, parts, edit.value);
    case "replace":
      return spliceText(text, [{ ...there(root, parts), text: edit.value }]);
    case "test":
      assertEqual(text, there(root, parts), edit.value);
      return text;
    case "remove":
      return removeValue(text, root, parts);
    case "copy":
      return addValue(text, root, parts, sourceOf(text, there(root, pointerParts(edit.from))));
    case "move":
      return moveValue(text, root, edit);
  }
}

function there(root: JsonNode, parts: string[]): JsonNode {
  const node = nodeAt(root, parts);
  if (node === undefined) throw new Unfit("there is no such value");
  return node;
}

function assertEqual(text: string, node: JsonNode, value: string): void {
  const actual = canonicalizeText(sourceOf(text, node)).text;
  if (actual !== canonicalizeText(value).text) throw new Unfit(`it is ${sourceOf(text, node)}, not ${value}`);
}

function removeValue(text: string, root: JsonNode, parts: string[]): string {
  const name = parts.at(-1);
  if (name === undefined) throw new Unfit("the whole document cannot be removed");
  there(root, parts);
  return spliceText(text, withoutChild(there(root, parts.slice(0, -1)), name));
}

function moveValue(text: string, root: JsonNode, { from, pointer }: { from: string; pointer: string }): string {
  if (`${pointer}/`.startsWith(`${from}/`)) {
    if (pointer === from) return text;
    throw new Unfit(`${from} cannot be moved into itself`);
  }
  const value = sourceOf(text, there(root, pointerParts(from)));
  if (pointer === "") return value;
  return editOnce(removeValue(text, root, pointerParts(from)), { op: "add", pointer, value });
}

function addValue(text: string, root: JsonNode, parts: string[], value: string): string {
  const name = parts.at(-1);
  if (name === undefined) return value;
  const parent = there(root, parts.slice(0, -1));
  if (parent.kind === "scalar") throw new Unfit("its parent is neither an object nor an array");
  if (parent.kind === "object") return putMember(text, parent, name, value);
  const index = name === "-" ? parent.items.length : Number(name);
  if (name !== "-" && (!isIndex(name) || index > parent.items.length))
    throw new Unfit("there is no such place in the array");
  return spliceText(text, insertItem(text, parent, index, value));
}

/** In the place of the last member of that name, which is the one that parsers read; any other of the name goes. */
function putMember(text: string, parent: JsonNode, name: string, value: string): string {
  const present = childOf(parent, name);
  if (present === undefined || parent.kind !== "object")
    return spliceText(text, appendMember(text, parent, name, value));
  const isRepeated = parent.members.filter((member) => member.name === name).length > 1;
  const replaced: Splice = { start: present.start, end: present.end, text: value };
  if (!isRepeated) return spliceText(text, [replaced]);
  return spliceText(text, [...withoutChild(parent, name, present), replaced]);
}

function setValue(text: string, root: JsonNode, parts: string[], value: string): string {
  for (let length = parts.length - 1; length >= 0; length--) {
    const parent = nodeAt(root, parts.slice(0, length));
    if (parent === undefined) continue;
    const [name = "", ...rest] = parts.slice(length);
    const nested = rest.reduceRight((inner, part) => `{${JSON.stringify(part)}:${inner}}`, value);
    const present = parent.kind === "array" ? childOf(parent, name) : undefined;
    if (present !== undefined) return spliceText(text, [{ ...present, text: nested }]);
    return addValue(text, root, parts.slice(0, length + 1), nested);
  }
  return value;
}
