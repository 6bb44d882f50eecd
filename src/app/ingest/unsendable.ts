import { hash } from "node:crypto";
import { carriableText, isCarriable } from "../../core/carriable-text.js";
import { SQS_MAX_BYTES } from "../../core/limits.js";
import type { Rejection } from "../../core/outcome.js";
import type { Fault } from "../../ports/call.js";
import type { SourceRecord } from "../../ports/record-source.js";

/** A dead letter of a record holds so much of it; the whole stands where the record came from. */
const KEPT_BYTES = 64 * 1024;

/** A record that no message can carry. */
export interface Unsendable {
  rejection: Rejection;
  /** What its dead letter holds. */
  body: string;
}

/** Why SQS cannot carry a record; undefined: it can, and whether it is an event is for the processor to say. */
export function unsendable(record: SourceRecord): Unsendable | undefined {
  const { text, bytes, cut } = record;
  const sizeBytes = cut?.sizeBytes ?? bytes.byteLength;
  if (sizeBytes > SQS_MAX_BYTES) {
    return refuse(record, "too-large", `${sizeBytes} bytes; SQS carries ${SQS_MAX_BYTES}`);
  }
  if (text === undefined) return refuse(record, "malformed-json", "not UTF-8");
  if (!isCarriable(text)) return refuse(record, "malformed-json", "it holds characters that SQS does not carry");
  return undefined;
}

/** A record that the queue itself has refused for good. */
export function refusedByQueue(record: SourceRecord, { message }: Fault, maxEventBytes: number): Unsendable {
  const isLarge = record.bytes.byteLength > maxEventBytes;
  return refuse(record, isLarge ? "too-large" : "delivery-refused", `the ingress queue refuses it: ${message}`);
}

function refuse(record: SourceRecord, reason: Rejection["reason"], why: string): Unsendable {
  const { bytes, cut, place } = record;
  const { sizeBytes, sha256 } = cut ?? { sizeBytes: bytes.byteLength, sha256: hash("sha256", bytes) };
  const extent = sizeBytes > KEPT_BYTES ? `; only its beginning is here, all of it is ${sizeBytes} bytes` : "";
  const detail = `${place}: ${why}${extent} (SHA-256 ${sha256})`;
  return { rejection: { reason, detail }, body: carriableText(bytes, KEPT_BYTES) };
}
