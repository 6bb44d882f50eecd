import type { KafkaRecord, RecordsBatch } from "@platformatic/kafka";
import { describe, expect, it } from "vitest";
import { committedRecords } from "../../../../src/adapters/kafka/committed-records.js";

const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;

interface Given {
  first: number;
  /** Offsets within the batch that have a record. */
  deltas?: number[];
  lastDelta?: number;
  producer?: number;
  attributes?: number;
  key?: Buffer;
}

function batch({ first, deltas = [0], lastDelta = deltas.at(-1) ?? 0, producer = -1, attributes = 0, key }: Given) {
  const records = deltas.map(
    (offsetDelta): KafkaRecord => ({
      length: 0,
      attributes: 0,
      timestampDelta: 0n,
      offsetDelta,
      key: key ?? null,
      value: null,
      headers: [],
    }),
  );
  return {
    firstOffset: BigInt(first),
    lastOffsetDelta: lastDelta,
    attributes,
    producerId: BigInt(producer),
    records,
  } as RecordsBatch;
}

/** The end of a producer's transaction: a version, then 0 for one that was given up and 1 for one that was committed. */
function marker(first: number, producer: number, type: "abort" | "commit") {
  const key = Buffer.from([0, 0, 0, type === "abort" ? 0 : 1]);
  return batch({ first, producer, attributes: TRANSACTIONAL | CONTROL, key });
}

function inTransaction(first: number, deltas: number[], producer: number) {
  return batch({ first, deltas, producer, attributes: TRANSACTIONAL });
}

function read(records: RecordsBatch[], position: number, aborted: [producer: number, first: number][] = []) {
  const abortedTransactions = aborted.map(([producer, first]) => ({
    producerId: BigInt(producer),
    firstOffset: BigInt(first),
  }));
  const result = committedRecords({ records, abortedTransactions }, BigInt(position));
  return { offsets: result.records.map(({ offset }) => Number(offset)), next: Number(result.next) };
}

describe("of what a broker answers", () => {
  it("the records are read, and the position moves behind them", () => {
    expect(read([batch({ first: 5, deltas: [0, 1] }), batch({ first: 7 })], 5)).toEqual({
      offsets: [5, 6, 7],
      next: 8,
    });
  });

  it("nothing changes the position when there is nothing", () => {
    expect(read([], 5)).toEqual({ offsets: [], next: 5 });
    expect(committedRecords({ records: null, abortedTransactions: null }, 5n)).toEqual({ records: [], next: 5n });
  });

  it("what a batch holds before the position was read before", () => {
    expect(read([batch({ first: 5, deltas: [0, 1, 2] })], 7)).toEqual({ offsets: [7], next: 8 });
    expect(read([batch({ first: 5, deltas: [0, 1] })], 9)).toEqual({ offsets: [], next: 9 });
  });

  it("gaps that compaction has left stop nothing, be it a whole batch or the end of one", () => {
    const compacted = [
      batch({ first: 5, deltas: [1, 3], lastDelta: 9 }),
      batch({ first: 20, deltas: [], lastDelta: 4 }),
    ];
    expect(read(compacted, 5)).toEqual({ offsets: [6, 8], next: 25 });
  });

  it("markers are no records, and the position passes them", () => {
    const batches = [inTransaction(5, [0, 1], 1), marker(7, 1, "commit")];
    expect(read(batches, 5)).toEqual({ offsets: [5, 6], next: 8 });
    expect(read([marker(7, 1, "commit")], 7)).toEqual({ offsets: [], next: 8 });
  });
});

describe("transactions that were given up", () => {
  it("leave none of their records, while other producers' stay", () => {
    const batches = [
      inTransaction(1, [0], 1),
      inTransaction(2, [0], 2),
      batch({ first: 3 }),
      marker(4, 1, "abort"),
      marker(5, 2, "commit"),
    ];
    expect(read(batches, 1, [[1, 1]])).toEqual({ offsets: [2, 3], next: 6 });
  });

  it("end with their marker: what the same producer then commits is read", () => {
    const batches = [
      inTransaction(1, [0], 1),
      marker(2, 1, "abort"),
      inTransaction(3, [0], 1),
      marker(4, 1, "commit"),
      inTransaction(5, [0], 1),
      marker(6, 1, "abort"),
    ];
    const aborted: [number, number][] = [
      [1, 5],
      [1, 1],
    ];
    expect(read(batches, 1, aborted)).toEqual({ offsets: [3], next: 7 });
  });

  it("whose marker is not here yet are left out too", () => {
    expect(read([inTransaction(1, [0, 1], 1), batch({ first: 3 })], 1, [[1, 1]])).toEqual({ offsets: [3], next: 4 });
  });

  it("hold back nothing that the producer sent outside of one", () => {
    expect(read([batch({ first: 1, producer: 1 })], 1, [[1, 1]])).toEqual({ offsets: [1], next: 2 });
  });
});
