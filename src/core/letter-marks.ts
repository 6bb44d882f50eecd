import { readViolations } from "./detail-violations.js";
import { mapEnvelope } from "./envelope-mapping.js";
import type { Envelope, JsonObject } from "./event.js";
import { findJsonBreak, type JsonBreak } from "./json-break.js";
import { type JsonNode, readJsonTree, sourceOf } from "./json-tree.js";
import type { MOVED_BY_QUEUE, Reason } from "./outcome.js";
import type { EnvelopeMapping } from "./settings.js";
import { escapePointerPart, type Violation } from "./violations.js";

/** What is wrong with a body, and where. */
export interface LetterMarks {
  violations: Violation[];
  /** Where it stops being JSON. */
  broken?: JsonBreak | undefined;
}

interface MarkedLetter {
  reason: Reason | typeof MOVED_BY_QUEUE;
  detail: string;
  body: string;
  /** The body is only the beginning of one. */
  isCut: boolean;
}

/** The field of the envelope that a reason is about. */
const FIELD_OF: Partial<Record<MarkedLetter["reason"], keyof Envelope>> = {
  "client-unknown": "clientId",
  "client-inactive": "clientId",
  "type-forbidden": "type",
  "schema-unknown": "type",
  "id-conflict": "id",
};

/** Finds in a body what its rejection names, as far as the reason is about a place in it. */
export function marksOf({ reason, detail, body, isCut }: MarkedLetter, mapping: EnvelopeMapping): LetterMarks {
  const broken = isCut ? undefined : findJsonBreak(body);
  if (broken !== undefined || isCut) return { violations: [], broken };
  if (reason === "malformed-json") {
    const pointer = malformedPlace(body);
    return { violations: pointer === undefined ? [] : [{ pointer, message: detail }] };
  }
  const field = FIELD_OF[reason];
  if (field === undefined) return { violations: readViolations(detail) };
  return { violations: [{ pointer: pointerOf(body, field, mapping), message: detail }] };
}

function pointerOf(body: string, field: keyof Envelope, mapping: EnvelopeMapping): string {
  const document: unknown = JSON.parse(body);
  const { pointers } = mapEnvelope(isObject(document) ? document : {}, mapping);
  return pointers[field] ?? `/${field}`;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Pointer to the first thing in a valid JSON text that readers disagree about: a name twice, half of a surrogate pair, a number no double can reach. */
function malformedPlace(body: string): string | undefined {
  const root = readJsonTree(body);
  return root && placeWithin(body, root, "");
}

function placeWithin(body: string, node: JsonNode, pointer: string): string | undefined {
  if (node.kind === "scalar") return isSound(sourceOf(body, node)) ? undefined : pointer;
  if (node.kind === "array") {
    for (const [index, item] of node.items.entries()) {
      const found = placeWithin(body, item, `${pointer}/${index}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  const names = new Set<string>();
  for (const { name, value } of node.members) {
    const here = `${pointer}/${escapePointerPart(name)}`;
    if (names.has(name) || !name.isWellFormed()) return here;
    names.add(name);
    const found = placeWithin(body, value, here);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isSound(source: string): boolean {
  const value: unknown = JSON.parse(source);
  if (typeof value === "string") return value.isWellFormed();
  return typeof value !== "number" || Number.isFinite(value);
}
