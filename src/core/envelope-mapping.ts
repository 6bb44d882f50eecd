import { ATTRIBUTE } from "./attribute-names.js";
import type { Envelope, Json, JsonObject, PartialEnvelope } from "./event.js";
import { pointerParts, valueAt } from "./json-pointer.js";
import type { CustomMapping, EnvelopeMapping, FieldSource } from "./settings.js";
import { MAX_TOLD_VIOLATIONS } from "./violations.js";

/** What is known of a message beside its body, for producers that leave it to the queue to tell their events apart. */
export interface BesideBody {
  messageId?: string | undefined;
  groupId?: string | undefined;
  deduplicationId?: string | undefined;
  /** The producer's message attributes. */
  attributes?: Readonly<Record<string, string>> | undefined;
  /** What was read of it when it came from the queue: the journal keeps the envelope, and not all that stood beside the body. */
  known?: PartialEnvelope | undefined;
}

/** Stands for an id that the queue will give. */
export const ID_TO_COME = "~";

/** A body read by a mapping: fields as they were found, not yet validated, in the shape of evp's own envelope. */
export interface MappedEvent {
  fields: JsonObject;
  /** How many unknown fields were left out of `fields`, where there are very many. */
  omitted: number;
  /** JSON Pointer to each field in the body, for violations; fields that the mapping itself supplied are missing. */
  pointers: Partial<Record<keyof Envelope | "payload", string>>;
  /** The client's name is in no alias table and cannot be a client's id: nobody of that name exists. */
  hasUnknownAlias: boolean;
  /** Fields that may be missing. */
  optional: ReadonlySet<string>;
}

type FieldName = keyof Envelope;
const FIELD_NAMES: FieldName[] = ["id", "type", "version", "clientId", "source", "timestamp", "key"];
const KNOWN = new Set<string>([...FIELD_NAMES, "payload"]);
/** A producer that has no such thing cannot name it. */
const MAY_BE_UNMAPPED: FieldName[] = ["source", "timestamp"];
const NONE: ReadonlySet<string> = new Set();
const CLIENT_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** CloudEvents 1.0, JSON format, structured mode; the client is in the extension attribute `clientid` ("CloudEvents - Version 1.0", "JSON Event Format"). */
const CLOUDEVENTS: CustomMapping = {
  id: "/id",
  type: "/type",
  version: { pointer: "/dataversion", default: "1.0" },
  clientId: "/clientid",
  source: "/source",
  timestamp: "/time",
  key: "/partitionkey",
  payload: "/data",
};

/** There, `time` alone may be missing of what evp wants. */
const CLOUDEVENTS_OPTIONAL: ReadonlySet<string> = new Set(["timestamp"]);

/**
 * Reads a body as an event by the mapping. `evp` reads fields where they stand, so that unknown ones are seen and refused.
 * @param beside left out for a body that is not on the queue yet: what the queue will tell is not missed then
 */
export function mapEnvelope(body: JsonObject, mapping: EnvelopeMapping, beside?: BesideBody): MappedEvent {
  if (mapping === "evp") return { ...withFewUnknown(body), pointers: {}, hasUnknownAlias: false, optional: NONE };
  if (mapping === "cloudevents") return { ...mapFields(body, CLOUDEVENTS, beside), optional: CLOUDEVENTS_OPTIONAL };
  return mapFields(body, mapping, beside);
}

/** Members of the body that the envelope's fields are in; the payload's is not among them. */
export function membersOfEnvelope(mapping: EnvelopeMapping): Set<string> {
  if (mapping === "evp") return new Set(FIELD_NAMES);
  const { payload: _, ...sources } = mapping === "cloudevents" ? CLOUDEVENTS : mapping;
  const pointers = Object.values(sources).map((source) => (typeof source === "string" ? source : source?.pointer));
  return new Set(pointers.flatMap((pointer) => pointerParts(pointer ?? "").slice(0, 1)));
}

/** A body of 256 KiB has room for thousands of fields that are not known, and each is a violation; nobody is told of so many. */
function withFewUnknown(body: JsonObject): Pick<MappedEvent, "fields" | "omitted"> {
  const unknown = Object.keys(body).filter((name) => !KNOWN.has(name));
  if (unknown.length <= MAX_TOLD_VIOLATIONS) return { fields: { version: "1.0", ...body }, omitted: 0 };
  const names = [...KNOWN].filter((name) => Object.hasOwn(body, name)).concat(unknown.slice(0, MAX_TOLD_VIOLATIONS));
  const told = names.flatMap((name): [string, Json][] => (body[name] === undefined ? [] : [[name, body[name]]]));
  const fields = { version: "1.0", ...Object.fromEntries(told) };
  return { fields, omitted: unknown.length - MAX_TOLD_VIOLATIONS };
}

function mapFields(body: JsonObject, mapping: CustomMapping, beside: BesideBody | undefined): MappedEvent {
  const optional = optionalOf(mapping, beside);
  const mapped: MappedEvent = {
    fields: { version: "1.0" },
    omitted: 0,
    pointers: {},
    hasUnknownAlias: false,
    optional,
  };
  for (const name of FIELD_NAMES) {
    const source = mapping[name];
    if (source === undefined) continue;
    const pointer = typeof source === "string" ? source : source.pointer;
    if (pointer !== undefined) mapped.pointers[name] = pointer;
    const value = readField(name, source, body, beside);
    if (value !== undefined) mapped.fields[name] = value;
  }
  mapped.pointers.payload = mapping.payload ?? "";
  const payload = valueAt(body, mapping.payload ?? "");
  if (payload !== undefined) mapped.fields.payload = payload;
  mapped.hasUnknownAlias = isUnknownAlias(mapping.clientId, mapped.fields.clientId);
  return mapped;
}

function optionalOf(mapping: CustomMapping, beside: BesideBody | undefined): ReadonlySet<string> {
  const unmapped = MAY_BE_UNMAPPED.filter((name) => mapping[name] === undefined);
  const toCome = beside === undefined ? FIELD_NAMES.filter((name) => isBesideBody(mapping[name])) : [];
  return unmapped.length + toCome.length === 0 ? NONE : new Set([...unmapped, ...toCome]);
}

function isBesideBody(source: FieldSource | undefined): boolean {
  return typeof source === "object" && (source.attribute !== undefined || source.from !== undefined);
}

function readField(
  name: FieldName,
  source: FieldSource,
  body: JsonObject,
  beside: BesideBody | undefined,
): Json | undefined {
  if (typeof source === "string") return asText(valueAt(body, source));
  if (source.value !== undefined) return source.value;
  const found = source.pointer === undefined ? undefined : asText(valueAt(body, source.pointer));
  const value = found ?? readBeside(name, source, beside) ?? source.default ?? toCome(name, source, beside);
  const aliases = source.aliases;
  return typeof value === "string" && aliases !== undefined && Object.hasOwn(aliases, value) ? aliases[value] : value;
}

function readBeside(
  name: FieldName,
  source: Exclude<FieldSource, string>,
  beside: BesideBody | undefined,
): string | undefined {
  if (beside === undefined || !isBesideBody(source)) return undefined;
  const { attributes = {}, known } = beside;
  const { attribute, from } = source;
  const told = attribute !== undefined && Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
  if (told !== undefined) return told;
  // A message that was redriven has another message id, and is the same event.
  if (from === "messageId") return attributes[ATTRIBUTE.eventId] ?? known?.[name] ?? beside.messageId;
  return known?.[name] ?? (from && beside[from]);
}

function toCome(name: FieldName, source: FieldSource, beside: BesideBody | undefined): string | undefined {
  return name === "id" && beside === undefined && isBesideBody(source) ? ID_TO_COME : undefined;
}

/** Many producers number their events and clients. A number that a double may have rounded stays one, and is refused: it could name another event. */
function asText(value: Json | undefined): Json | undefined {
  return Number.isSafeInteger(value) ? String(value) : value;
}

function isUnknownAlias(source: FieldSource, clientId: Json | undefined): boolean {
  const hasAliases = typeof source === "object" && source.aliases !== undefined;
  return hasAliases && typeof clientId === "string" && !CLIENT_ID.test(clientId);
}
