import type { JsonObject } from "./event.js";
import { endOfString } from "./json-scan.js";
import { readJson } from "./read-json.js";

/** Longer values are in no envelope. */
const MAX_VALUE_LENGTH = 4096;

const ENDS_OF_WORDS = new Set([..." \t\n\r,}]"].map((character) => character.charCodeAt(0)));

/**
 * Some members of the object that a JSON text is, read without reading the rest: what is far too large to be an event may
 * still tell whose it was. Of a text that is no such thing it tells nothing, or something harmless.
 * @param names the members that are wanted; one that stands there twice, or is long, is left out
 */
export function outlineOf(text: string, names: ReadonlySet<string>): JsonObject {
  const found: JsonObject = {};
  const seen = new Set<string>();
  const open = indexOfNonSpace(text, 0);
  let index = text[open] === "{" ? indexOfNext(text, open) : text.length;
  while (text[index] === '"') {
    const behindName = endOfString(text, index);
    const start = indexOfNext(text, indexOfNonSpace(text, behindName));
    const end = endOfValue(text, start);
    const name = readName(text, index, behindName);
    index = indexOfNext(text, indexOfNonSpace(text, end));
    if (name === undefined || !names.has(name)) continue;
    const value = end - start <= MAX_VALUE_LENGTH && !seen.has(name) ? readJson(text.slice(start, end)) : undefined;
    if (value?.ok) found[name] = value.value;
    else delete found[name];
    seen.add(name);
  }
  return found;
}

/** The names of an envelope's fields are short, and nobody writes them with escapes but to be clever. */
function readName(text: string, start: number, end: number): string | undefined {
  if (end - start > MAX_VALUE_LENGTH) return undefined;
  const source = text.slice(start + 1, end - 1);
  if (!source.includes("\\")) return source;
  const name = readJson(text.slice(start, end));
  return name.ok && typeof name.value === "string" ? name.value : undefined;
}

function indexOfNonSpace(text: string, from: number): number {
  let index = from;
  while (text.charCodeAt(index) <= 0x20) index++;
  return index;
}

/** Behind one character, which is a bracket, a colon or a comma. */
function indexOfNext(text: string, separator: number): number {
  return indexOfNonSpace(text, separator + 1);
}

function endOfValue(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return endOfString(text, start);
  if (first !== "{" && first !== "[") return endOfWord(text, start);
  let open = 0;
  let index = start;
  while (index < text.length) {
    const character = text[index];
    if (character === '"') {
      index = endOfString(text, index);
      continue;
    }
    index++;
    if (character === "{" || character === "[") open++;
    else if ((character === "}" || character === "]") && --open === 0) return index;
  }
  return index;
}

/** Of a number, or of `true`, `false` or `null`. */
function endOfWord(text: string, start: number): number {
  let index = start;
  while (index < text.length && !ENDS_OF_WORDS.has(text.charCodeAt(index))) index++;
  return index;
}
