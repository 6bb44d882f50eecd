import { hash } from "node:crypto";
import type { ProducerRecord } from "./producer.js";
import { onlyOne } from "./producer-permission.js";

/** How a body that is no event is made the payload of one. What is left out comes from what its producer is bound to. */
export interface WrapSettings {
  clientId?: string | undefined;
  type?: string | undefined;
  version?: string | undefined;
}

/** What a request says beside its body. */
export interface WrapFacts {
  producer: ProducerRecord;
  /** `MessageGroupId`. */
  key: string | undefined;
  idempotencyKey: string | undefined;
  /** Of the body in its array; undefined: it came alone. */
  index: number | undefined;
  /** ms since 1970. */
  now: number;
  newUuid: () => string;
}

const MAX_ID_LENGTH = 128;
const MAX_KEY_LENGTH = 64;
const SHORT_HASH_LENGTH = 22;
/** Version 7, whose first 48 bits are ms since 1970 ("Universally Unique IDentifiers", RFC 9562, section 5.7). */
const UUID_V7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/**
 * An event in evp's own envelope with `body` as its payload, byte for byte. The same request gives the same event: with an
 * idempotency key, id and time come from it, so that evp knows the event again however much later it comes.
 */
export function wrapEvent(body: string, settings: WrapSettings, facts: WrapFacts): string {
  const { producer, key, idempotencyKey, index, now, newUuid } = facts;
  const clientId = settings.clientId ?? onlyOne(producer.allowedClients);
  const type = settings.type ?? onlyOne(producer.allowedTypes);
  const at = idempotencyKey === undefined ? now : timeOf(idempotencyKey);
  const envelope = {
    id: idempotencyKey === undefined ? newUuid() : keyedEventId(producer.producerId, idempotencyKey, index),
    ...(type === undefined ? {} : { type }),
    version: settings.version ?? "1.0",
    ...(clientId === undefined ? {} : { clientId }),
    source: producer.producerId,
    timestamp: new Date(at).toISOString(),
    ...(key === undefined ? {} : { key: shortened(key, MAX_KEY_LENGTH) }),
  };
  return `${JSON.stringify(envelope).slice(0, -1)},"payload":${body}}`;
}

/** The id of what comes under an idempotency key; two producers may use the same keys. */
export function keyedEventId(producerId: string, idempotencyKey: string, index: number | undefined): string {
  return shortened(`${producerId}.${idempotencyKey}${index === undefined ? "" : `.${index}`}`, MAX_ID_LENGTH);
}

/** 1970 where the key does not tell: the time of the request would make the same event another one. */
function timeOf(idempotencyKey: string): number {
  const [, high = "0", low = "0"] = UUID_V7.exec(idempotencyKey) ?? [];
  return Number.parseInt(high + low, 16);
}

function shortened(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : hash("sha256", text, "base64url").slice(0, SHORT_HASH_LENGTH);
}
