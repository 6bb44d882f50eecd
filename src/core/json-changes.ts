import { canonicalizeText } from "./canonical-text.js";
import { type JsonNode, readJsonTree, sourceOf } from "./json-tree.js";
import { escapePointerPart } from "./violations.js";

/** One value that differs between two documents. `before` and `after` are JSON texts; what was not there, or is not there any more, is undefined. */
export interface JsonChange {
  pointer: string;
  before: string | undefined;
  after: string | undefined;
}

/**
 * What an edit changed, value by value. Arrays of different lengths are told as a whole. A body that is no JSON is told as
 * one text under the empty pointer.
 */
export function changesBetween(before: string, after: string): JsonChange[] {
  const [oldRoot, newRoot] = [readJsonTree(before), readJsonTree(after)];
  if (oldRoot !== undefined && newRoot !== undefined) {
    return changesWithin({ before, after }, oldRoot, newRoot, "");
  }
  if (before === after) return [];
  return [{ pointer: "", before: asJson(before, oldRoot), after: asJson(after, newRoot) }];
}

function asJson(text: string, root: JsonNode | undefined): string {
  return root === undefined ? JSON.stringify(text) : sourceOf(text, root);
}

interface Texts {
  before: string;
  after: string;
}

function changesWithin(texts: Texts, one: JsonNode, other: JsonNode, pointer: string): JsonChange[] {
  if (one.kind === "object" && other.kind === "object") {
    return memberChanges(texts, membersOf(one), membersOf(other), pointer);
  }
  if (one.kind === "array" && other.kind === "array" && one.items.length === other.items.length) {
    return one.items.flatMap((item, index) => {
      const counterpart = other.items[index];
      return counterpart === undefined ? [] : changesWithin(texts, item, counterpart, `${pointer}/${index}`);
    });
  }
  const [before, after] = [sourceOf(texts.before, one), sourceOf(texts.after, other)];
  return before === after || isSameValue(before, after) ? [] : [{ pointer, before, after }];
}

type Members = Map<string, JsonNode[]>;

/** A name may stand there more than once. */
function membersOf({ members }: Extract<JsonNode, { kind: "object" }>): Members {
  const byName: Members = new Map();
  for (const { name, value } of members) byName.set(name, [...(byName.get(name) ?? []), value]);
  return byName;
}

function memberChanges(texts: Texts, one: Members, other: Members, pointer: string): JsonChange[] {
  const changes: JsonChange[] = [];
  for (const name of new Set([...one.keys(), ...other.keys()])) {
    const here = `${pointer}/${escapePointerPart(name)}`;
    const [olds, news] = [one.get(name) ?? [], other.get(name) ?? []];
    for (let index = 0; index < Math.max(olds.length, news.length); index++) {
      // From the end, since parsers read the last one of a name that stands twice.
      const [before, after] = [olds.at(-1 - index), news.at(-1 - index)];
      if (before !== undefined && after !== undefined) changes.push(...changesWithin(texts, before, after, here));
      else changes.push({ pointer: here, before: textOf(texts.before, before), after: textOf(texts.after, after) });
    }
  }
  return changes;
}

function textOf(text: string, node: JsonNode | undefined): string | undefined {
  return node && sourceOf(text, node);
}

function isSameValue(before: string, after: string): boolean {
  try {
    return canonicalizeText(before).text === canonicalizeText(after).text;
  } catch {
    return false;
  }
}

/** Longer values are cut in the record: an item of the store has its limit, and the whole original is kept anyway. */
const MAX_VALUE_LENGTH = 2_048;
const MAX_RECORD_LENGTH = 64 * 1024;

/** The changes as the journal keeps them: a JSON array of `{pointer, before?, after?}`, digits as they were written. Long values are texts that end in `…`; what is too much altogether is left out. */
export function recordOfChanges(changes: readonly JsonChange[]): string {
  let record = "";
  for (const { pointer, before, after } of changes) {
    const members = [`"pointer":${JSON.stringify(pointer)}`];
    if (before !== undefined) members.push(`"before":${shortened(before)}`);
    if (after !== undefined) members.push(`"after":${shortened(after)}`);
    const next = `${record === "" ? "" : ","}{${members.join(",")}}`;
    if (record.length + next.length > MAX_RECORD_LENGTH) break;
    record += next;
  }
  return `[${record}]`;
}

function shortened(value: string): string {
  if (value.length <= MAX_VALUE_LENGTH) return value;
  return JSON.stringify(`${value.slice(0, MAX_VALUE_LENGTH).toWellFormed()}…`);
}
