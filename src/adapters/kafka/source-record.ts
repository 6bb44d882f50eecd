import { isUtf8 } from "node:buffer";
import type { KafkaRecord } from "@platformatic/kafka";
import type { SourceRecord } from "../../ports/record-source.js";

const TRACEPARENT = "traceparent";
const NO_BYTES = new Uint8Array(0);

/** A record as the rest of evp knows it. A tombstone, which has no value, has no text and no bytes. */
export function sourceRecord(topic: string, partition: number, offset: bigint, record: KafkaRecord): SourceRecord {
  const { key, value, headers } = record;
  const trace = headers.findLast(([name]) => name?.toString() === TRACEPARENT)?.[1];
  return {
    partition: partitionName(topic, partition),
    position: offset,
    text: textOf(value),
    bytes: value ?? NO_BYTES,
    key: textOf(key),
    place: `${topic}/${partition} offset ${offset}`,
    origin: { topic, partition: String(partition), offset: String(offset) },
    traceparent: textOf(trace),
  };
}

/** As people write it, for instance `stream_producer/0`. */
export function partitionName(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}

function textOf(bytes: Buffer | null | undefined): string | undefined {
  return bytes === null || bytes === undefined || !isUtf8(bytes) ? undefined : bytes.toString("utf8");
}
