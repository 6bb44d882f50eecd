import type { JsonEdit } from "./json-edit.js";
import { pointerParts } from "./json-pointer.js";
import { childOf, type JsonNode, nodeAt, readJsonTree, sourceOf } from "./json-tree.js";
import { escapePointerPart } from "./violations.js";

export type ReadPatch = { ok: true; edits: JsonEdit[] } | { ok: false; problem: string };

/** RFC 6901, as a pointer has to look. */
const POINTER = /^(\/([^~/]|~[01])*)*$/;

/**
 * The edits that a patch makes of a document: an array is a JSON Patch (RFC 6902), an object a merge patch (RFC 7396). Values keep
 * every digit they are written with. `document`: undefined where it is no JSON; then only a JSON Patch can say anything of it
 */
export function readPatch(patch: string, document: { root: JsonNode } | undefined): ReadPatch {
  const root = readJsonTree(patch);
  if (root?.kind === "array") return readOperations(patch, root.items);
  if (root?.kind !== "object") {
    return { ok: false, problem: "a JSON Patch (an array of operations) or a merge patch (an object) was expected" };
  }
  if (document === undefined) return { ok: false, problem: "a merge patch needs a body that is JSON" };
  return { ok: true, edits: mergeEdits(patch, root, document.root, "") };
}

function readOperations(patch: string, items: JsonNode[]): ReadPatch {
  const edits: JsonEdit[] = [];
  for (const [index, item] of items.entries()) {
    const edit = readOperation(patch, item);
    if (typeof edit === "string") return { ok: false, problem: `operation ${index}: ${edit}` };
    edits.push(edit);
  }
  return { ok: true, edits };
}

/** @returns what is wrong with it, where it is none */
function readOperation(patch: string, item: JsonNode): JsonEdit | string {
  const op = textMember(patch, item, "op");
  const pointer = textMember(patch, item, "path");
  if (pointer === undefined || !POINTER.test(pointer)) return '"path" has to be a JSON Pointer';
  const value = childOf(item, "value");
  switch (op) {
    case "add":
    case "replace":
    case "test":
      return value === undefined ? `${op} needs a "value"` : { op, pointer, value: sourceOf(patch, value) };
    case "remove":
      return { op, pointer };
    case "move":
    case "copy": {
      const from = textMember(patch, item, "from");
      return from === undefined || !POINTER.test(from) ? `${op} needs a JSON Pointer in "from"` : { op, from, pointer };
    }
    default:
      return '"op" has to be add, remove, replace, move, copy or test';
  }
}

function textMember(patch: string, item: JsonNode, name: string): string | undefined {
  const node = childOf(item, name);
  const value: unknown = node === undefined ? undefined : JSON.parse(sourceOf(patch, node));
  return typeof value === "string" ? value : undefined;
}

/** Member by member: null takes away, an object goes into the one that is there, anything else is set. */
function mergeEdits(patch: string, node: JsonNode, root: JsonNode, pointer: string): JsonEdit[] {
  if (node.kind !== "object") return [{ op: "set", pointer, value: sourceOf(patch, node) }];
  const target = nodeAt(root, pointerParts(pointer));
  if (target?.kind !== "object") return [{ op: "set", pointer, value: withoutNulls(patch, node) }];
  return node.members.flatMap(({ name, value }): JsonEdit[] => {
    const here = `${pointer}/${escapePointerPart(name)}`;
    if (!isNull(patch, value)) return mergeEdits(patch, value, root, here);
    return childOf(target, name) === undefined ? [] : [{ op: "remove", pointer: here }];
  });
}

function isNull(patch: string, node: JsonNode): boolean {
  return node.kind === "scalar" && sourceOf(patch, node) === "null";
}

function withoutNulls(patch: string, node: JsonNode): string {
  if (node.kind !== "object") return sourceOf(patch, node);
  const members = node.members.filter(({ value }) => !isNull(patch, value));
  return `{${members.map(({ name, value }) => `${JSON.stringify(name)}:${withoutNulls(patch, value)}`).join(",")}}`;
}
