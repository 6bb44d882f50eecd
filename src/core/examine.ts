import { hash } from "node:crypto";
import { attributeBytes } from "./attribute-bytes.js";
import { ATTRIBUTE } from "./attribute-names.js";
import { type BesideBody, membersOfEnvelope } from "./envelope-mapping.js";
import type { Event, Json, JsonObject, PartialEnvelope } from "./event.js";
import { outlineOf } from "./json-outline.js";
import type { Rejection } from "./outcome.js";
import { readEnvelope } from "./read-envelope.js";
import { readJson, readJsonValue } from "./read-json.js";
import type { SchemaBook } from "./schema-book.js";
import type { EnvelopeMapping } from "./settings.js";
import { traceparentOf } from "./traceparent.js";
import { describeViolations, limitDetail, type Violation } from "./violations.js";

/** What a message is, by itself: nothing here asks anybody. */
export type Examined =
  | { ok: true; event: Event; contentHash: string; attributes: Record<string, string> }
  | RefusedMessage;

/** `violations`: one by one, where that is what is wrong with it. */
export interface RefusedMessage {
  ok: false;
  rejection: Rejection;
  envelope: PartialEnvelope;
  violations?: Violation[] | undefined;
}

/** The same for whoever compares no contents, which is a good part of the work. */
export type Judge = (message: IncomingMessage) => { ok: true; event: Event } | RefusedMessage;

/** A message as it came from the ingress queue; `attributes` are the producer's. */
export interface IncomingMessage {
  body: string;
  attributes: Record<string, string>;
  /** When evp received it, ms since 1970. */
  receivedAt: number;
  /** What else is known of it; left out for a body that is not on the queue yet. */
  beside?: Omit<BesideBody, "attributes"> | undefined;
}

export type Examine = (message: IncomingMessage) => Examined;

export interface ExaminerOptions {
  mapping: EnvelopeMapping;
  /** Left out: payloads are not looked at, as when a producer checks its own file before sending. */
  schemas?: SchemaBook | undefined;
  /** Body plus the attributes evp adds. */
  maxEventBytes: number;
}

/** Judges messages by themselves: the body's size, JSON, envelope, size with attributes, schema, in this order. Any bytes whatever yield an answer, and soon; it never throws. */
export function createExaminer(options: ExaminerOptions): Examine {
  return (message) => {
    if (isTooLarge(message, options)) return refuseUnread(message, options.mapping, options.maxEventBytes);
    const json = readJson(message.body);
    if (!json.ok) return refuse("malformed-json", json.detail, {});
    const judged = judgeValue(message, json.value, options);
    return judged.ok ? { ...judged, contentHash: hash("sha256", json.canonical, "base64url") } : judged;
  };
}

/** Judges messages the same way, and tells nothing of what they hold. */
export function createJudge(options: ExaminerOptions): Judge {
  return (message) => {
    if (isTooLarge(message, options)) return refuseUnread(message, options.mapping, options.maxEventBytes);
    const json = readJsonValue(message.body);
    return json.ok ? judgeValue(message, json.value, options) : refuse("malformed-json", json.detail, {});
  };
}

function isTooLarge({ body }: IncomingMessage, { maxEventBytes }: ExaminerOptions): boolean {
  return Buffer.byteLength(body) > maxEventBytes;
}

function judgeValue(
  message: IncomingMessage,
  value: Json,
  { mapping, schemas, maxEventBytes }: ExaminerOptions,
): { ok: true; event: Event; attributes: Record<string, string> } | RefusedMessage {
  if (!isObject(value)) return refuse("envelope-invalid", "the document must be a JSON object", {});
  const read = readEnvelope(value, mapping, besideOf(message));
  if (!read.ok) return refuse(read.rejection.reason, read.rejection.detail, read.envelope, read.violations);
  const { event, payloadPointer } = read;
  const attributes = { ...schemas?.triage(event), ...ownAttributes(event, message) };
  const bytes = Buffer.byteLength(message.body) + attributeBytes(attributes);
  if (bytes > maxEventBytes) return refuseSize(bytes, maxEventBytes, envelopeOf(event));
  const refused = schemas && refusePayload(event, payloadPointer, schemas);
  if (refused) return refuse(refused.reason, refused.detail, envelopeOf(event), refused.violations);
  return { ok: true, event, attributes };
}

/** A body that is too large by itself is not worth reading, and reading what a hostile one of 1 MiB holds takes long. */
function refuseUnread(message: IncomingMessage, mapping: EnvelopeMapping, maxEventBytes: number): RefusedMessage {
  const read = readEnvelope(outlineOf(message.body, membersOfEnvelope(mapping)), mapping, besideOf(message));
  const envelope = read.ok ? envelopeOf(read.event) : read.envelope;
  const bytes = Buffer.byteLength(message.body) + attributeBytes(ownAttributes(envelope, message));
  return refuseSize(bytes, maxEventBytes, envelope);
}

function besideOf({ beside, attributes }: IncomingMessage): BesideBody | undefined {
  return beside && { ...beside, attributes };
}

function refuseSize(bytes: number, maxEventBytes: number, envelope: PartialEnvelope): RefusedMessage {
  return refuse("too-large", `${bytes} bytes with evp's attributes; ${maxEventBytes} are allowed`, envelope);
}

function refuse(
  reason: Rejection["reason"],
  detail: string,
  envelope: PartialEnvelope,
  violations?: Violation[],
): RefusedMessage {
  const rejection = { reason, detail: limitDetail(detail) };
  return { ok: false, rejection, envelope, ...(violations === undefined ? {} : { violations }) };
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function envelopeOf({ payload: _, ...envelope }: Event): PartialEnvelope {
  return envelope;
}

function refusePayload(
  event: Event,
  payloadPointer: string,
  schemas: SchemaBook,
): (Rejection & { violations?: Violation[] }) | undefined {
  const violations = schemas.violations(event.type, event.version, event.payload, payloadPointer);
  if (violations === undefined) {
    return { reason: "schema-unknown", detail: `there is no schema for ${event.type} version ${event.version}` };
  }
  if (violations.length === 0) return undefined;
  return { reason: "schema-violation", detail: describeViolations(violations), violations };
}

/** evp's own facts travel as attributes, since the body is never changed: 5, and beside them at most 3 of triage, of the 10 there is room for. */
function ownAttributes(
  { id = "", type = "", version = "" }: PartialEnvelope,
  message: IncomingMessage,
): Record<string, string> {
  return {
    [ATTRIBUTE.eventId]: id,
    [ATTRIBUTE.type]: type,
    [ATTRIBUTE.version]: version,
    [ATTRIBUTE.receivedAt]: isoTime(message.receivedAt),
    ...traceparentOf(message.attributes),
  };
}

/** The last time that was written: the messages of one receive have it in common. */
let written = { at: Number.NaN, text: "" };

function isoTime(at: number): string {
  if (at !== written.at) written = { at, text: new Date(at).toISOString() };
  return written.text;
}
