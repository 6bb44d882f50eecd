import { changesBetween } from "./json-changes.js";
import { editJson, type JsonEdit } from "./json-edit.js";
import { readJson } from "./read-json.js";

/**
 * Makes in a body the changes that were made in a laid-out copy of it, so that all else stays byte for byte as it was. Where that
 * does not come to the same document, as when one of them is no JSON, the edited text itself is taken, without the line end that an editor leaves.
 */
export function carryOver(body: string, edited: string): string {
  const text = edited.replace(/\r?\n$/, "");
  const edits = changesBetween(body, text).map(
    ({ pointer, after }): JsonEdit =>
      after === undefined ? { op: "remove", pointer } : { op: "set", pointer, value: after },
  );
  const carried = editJson(body, edits);
  return carried.ok && isSameDocument(carried.text, text) ? carried.text : text;
}

function isSameDocument(one: string, other: string): boolean {
  const [first, second] = [readJson(one), readJson(other)];
  return first.ok && second.ok && first.canonical === second.canonical;
}
