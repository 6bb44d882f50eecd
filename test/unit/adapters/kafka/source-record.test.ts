import type { KafkaRecord } from "@platformatic/kafka";
import { expect, it } from "vitest";
import { sourceRecord } from "../../../../src/adapters/kafka/source-record.js";

function record(changes: Partial<Pick<KafkaRecord, "key" | "value" | "headers">>) {
  const { key = null, value = null, headers = [] } = changes;
  const given = { length: 0, attributes: 0, timestampDelta: 0n, offsetDelta: 0, key, value, headers };
  return sourceRecord("stream_producer", 3, 118n, given);
}

it("is told by topic, partition and offset", () => {
  expect(record({ value: Buffer.from("é") })).toMatchObject({
    partition: "stream_producer/3",
    position: 118n,
    text: "é",
    place: "stream_producer/3 offset 118",
    origin: { topic: "stream_producer", partition: "3", offset: "118" },
  });
});

it("has no text where it is no UTF-8, and no bytes where it is a tombstone", () => {
  const broken = record({ value: Buffer.from([0xff]) });
  expect([broken.text, broken.bytes.byteLength]).toEqual([undefined, 1]);
  const tombstone = record({ value: null });
  expect([tombstone.text, tombstone.bytes.byteLength]).toEqual([undefined, 0]);
});

it("has its key and its producer's trace, where they are text", () => {
  const headers: KafkaRecord["headers"] = [
    [Buffer.from("traceparent"), Buffer.from("old")],
    [null, null],
    [Buffer.from("traceparent"), Buffer.from("new")],
  ];
  expect(record({ key: Buffer.from("k"), headers })).toMatchObject({ key: "k", traceparent: "new" });
  expect(record({ key: Buffer.from([0xff]) })).toMatchObject({ key: undefined, traceparent: undefined });
});
