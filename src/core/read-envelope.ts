import { type BesideBody, mapEnvelope } from "./envelope-mapping.js";
import type { Envelope, Event, JsonObject, PartialEnvelope } from "./event.js";
import { validateEnvelope } from "./generated/validators.cjs";
import type { Rejection } from "./outcome.js";
import type { EnvelopeMapping } from "./settings.js";
import {
  describeViolations,
  MAX_TOLD_VIOLATIONS,
  type SchemaError,
  toViolations,
  type Violation,
} from "./violations.js";

export type ReadEnvelope =
  | { ok: true; event: Event; payloadPointer: string }
  | { ok: false; rejection: Rejection; envelope: PartialEnvelope; violations?: Violation[] };

const FIELDS = new Set<string>([
  "id",
  "type",
  "version",
  "clientId",
  "source",
  "timestamp",
  "key",
] satisfies (keyof Envelope)[]);

/**
 * Reads the envelope of a parsed body by the mapping, and says everything that is wrong with it.
 * @param beside left out for a body that is not on the queue yet
 */
export function readEnvelope(body: JsonObject, mapping: EnvelopeMapping, beside?: BesideBody): ReadEnvelope {
  const { fields, omitted, pointers, hasUnknownAlias, optional } = mapEnvelope(body, mapping, beside);
  if (isEvent(fields, optional)) return { ok: true, event: fields, payloadPointer: pointers.payload ?? "/payload" };
  const errors = violationsOf(optional);
  const envelope = validPart(fields, errors);
  if (hasUnknownAlias) {
    const detail = `no client is known by the name ${JSON.stringify(fields.clientId)}`;
    return { ok: false, rejection: { reason: "client-unknown", detail }, envelope };
  }
  const violations = toViolations(errors.slice(0, MAX_TOLD_VIOLATIONS));
  const located = violations.map((violation) => relocate(violation, pointers));
  const detail = describeViolations(located, errors.length + omitted);
  return { ok: false, rejection: { reason: "envelope-invalid", detail }, envelope, violations: located };
}

function isEvent(fields: unknown, optional: ReadonlySet<string>): fields is Event {
  return validateEnvelope(fields) || violationsOf(optional).length === 0;
}

/** What the last validation found, without the fields that may be missing. */
function violationsOf(optional: ReadonlySet<string>): SchemaError[] {
  const errors = validateEnvelope.errors ?? [];
  return errors.filter(({ params: { missingProperty } }) => !optional.has(String(missingProperty)));
}

/** The fields that no violation names: enough to show an operator who sent what. */
function validPart(fields: JsonObject, errors: readonly SchemaError[]): PartialEnvelope {
  const broken = new Set(errors.map(({ instancePath }) => instancePath.split("/", 2)[1]));
  const names = [...FIELDS].filter((name) => Object.hasOwn(fields, name) && !broken.has(name));
  const valid = names.map((name) => [name, fields[name]] as const);
  return Object.fromEntries(valid.filter(([, value]) => typeof value === "string"));
}

/** Points at the producer's own field rather than at evp's name for it. */
function relocate(violation: Violation, pointers: Partial<Record<string, string>>): Violation {
  const [, name = "", ...rest] = violation.pointer.split("/");
  const pointer = pointers[name];
  return pointer === undefined ? violation : { ...violation, pointer: [pointer, ...rest].join("/") };
}
