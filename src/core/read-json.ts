import { type Canonical, canonicalize, canonicalizeByHand, NotCanonical } from "./canonical-json.js";
import { canonicalizeText } from "./canonical-text.js";
import type { Json } from "./event.js";
import { type JsonScan, scanJson } from "./json-scan.js";

/** Objects and arrays in each other; what nests deeper is `malformed-json`. */
const MAX_DEPTH = 64;

export type ReadJson = { ok: true; value: Json; canonical: string } | { ok: false; detail: string };

/**
 * Parses a body more strictly than JSON.parse: a member name twice in one object, half of a surrogate pair, a number that
 * overflows a double and nesting deeper than 64 are refused, since readers of such documents disagree about what they say.
 */
export function readJson(text: string): ReadJson {
  const scan = scanJson(text);
  if (scan.depth > MAX_DEPTH) return { ok: false, detail: `nested deeper than ${MAX_DEPTH} levels` };
  try {
    const value: Json = JSON.parse(text);
    const { text: canonical, members } = canonicalOf(text, value, scan);
    if (members !== scan.members) return { ok: false, detail: describeRepeatedMember(text) };
    return { ok: true, value, canonical };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof NotCanonical) return { ok: false, detail: error.message };
    throw error;
  }
}

/**
 * The same for whoever compares no contents: what is refused is the same, and no canonical form is written. Documents that take
 * more than a look, with a long number or half of a surrogate pair perhaps, go the long way.
 */
export function readJsonValue(text: string): { ok: true; value: Json } | { ok: false; detail: string } {
  const scan = scanJson(text);
  if (scan.depth > MAX_DEPTH || scan.hasLongNumber || SURROGATE.test(text)) return readJson(text);
  try {
    const value: Json = JSON.parse(text);
    return countMembers(value) === scan.members ? { ok: true, value } : readJson(text);
  } catch {
    return readJson(text);
  }
}

/** A surrogate, written out or escaped. */
const SURROGATE = /[\ud800-\udfff]|\\u[dD][89a-fA-F]/;

function countMembers(value: Json): number {
  if (typeof value !== "object" || value === null) return 0;
  let members = 0;
  if (Array.isArray(value)) {
    for (const element of value) members += countMembers(element);
    return members;
  }
  for (const name in value) {
    const member = value[name];
    members += typeof member === "object" && member !== null ? 1 + countMembers(member) : 1;
  }
  return members;
}

/** Objects of very many members, or very many objects each of its own kind, take longer to sort than to write by hand. */
const MAX_SORTED_MEMBERS = 2_000;

function canonicalOf(text: string, value: Json, { members, hasLongNumber }: JsonScan): Canonical {
  if (hasLongNumber) return canonicalizeText(text);
  return members > MAX_SORTED_MEMBERS ? canonicalizeByHand(value) : canonicalize(value);
}

/** Which member stands twice. Called for valid JSON only. */
function describeRepeatedMember(text: string): string {
  const open: (Set<string> | undefined)[] = [];
  const tokens = text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|[{}[\]]/g);
  for (const [token, colon] of tokens) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (colon !== undefined) {
      const name: string = JSON.parse(token.slice(0, -colon.length));
      const names = open.at(-1);
      if (names?.has(name)) return `the member ${JSON.stringify(name)} stands twice in one object`;
      names?.add(name);
    }
  }
  return "a member stands twice in one object";
}
