import type { RunPicture } from "../../../src/app/processor-reports/run-picture.js";

/** A processor that runs for 83 s and has had nothing to do. */
export function runPicture(changes: Partial<RunPicture> = {}): RunPicture {
  return {
    phase: "running",
    runningForMs: 83_000,
    workers: 1,
    totals: { published: 0, rejected: 0, duplicates: 0 },
    eventsPerSecond: 0,
    rates: Array(120).fill(0),
    latencyMs: undefined,
    p99s: Array(120).fill(0),
    queue: { visible: 0, inFlight: 0, delayed: 0 },
    oldestAgeMs: undefined,
    held: { messages: 0, bytes: 0, groups: 0 },
    apiCallsPerEvent: undefined,
    cost: undefined,
    fills: [],
    clients: [],
    types: [],
    down: [],
    blocked: [],
    stalled: [],
    rejections: [],
    problem: undefined,
    ...changes,
  };
}

const NOON = Date.UTC(2026, 10, 21, 12);
const LONG = "long ".repeat(100);

/** One of which there is more to say than any terminal holds. */
export function crowdedPicture(): RunPicture {
  const counts = { published: 1_234_567, rejected: 12, duplicates: 3 };
  const numbered = <Item>(count: number, item: (index: number) => Item) =>
    Array.from({ length: count }, (_, i) => item(i));
  return runPicture({
    workers: 4,
    totals: counts,
    eventsPerSecond: 1203.4,
    rates: numbered(120, (index) => index),
    latencyMs: { p50: 12, p99: 48 },
    p99s: numbered(120, (index) => 120 - index),
    queue: { visible: 1_234_567, inFlight: 19_999, delayed: 17 },
    oldestAgeMs: 8 * 24 * 60 * 60_000,
    held: { messages: 1000, bytes: 1_234_567, groups: 99 },
    apiCallsPerEvent: 0.41,
    cost: { perMillion: 12.34, pricesOf: "November 2026" },
    fills: [
      { kind: "receive", entries: 9.8, limit: 10 },
      { kind: "insert accepted", entries: 24.1, limit: 25 },
      { kind: "publish", entries: 9.7, limit: 10 },
      { kind: "record", entries: 23.9, limit: 25 },
      { kind: "delete messages", entries: 9.9, limit: 10 },
      { kind: "send dead letters", entries: 1.2, limit: 10 },
    ],
    clients: numbered(500, (index) => [`client-with-quite-a-long-name-${index}-and-${"x".repeat(60)}`, counts]),
    types: numbered(30, (index) => [`type-${index}`, counts]),
    down: numbered(3, (index) => ({ dependency: `topic evp-client-${index}.fifo`, forMs: 10_000, why: LONG })),
    blocked: numbered(5, (index) => ({
      groupId: `b-${index}`,
      clientId: "client-1",
      reason: "too-large",
      detail: LONG,
    })),
    stalled: numbered(1000, (index) => ({ groupId: `s-${index}`, forMs: 12_000, why: LONG, messages: 3 })),
    rejections: numbered(40, (serial) => ({
      serial,
      at: NOON,
      clientId: "client-1",
      eventId: "e-1",
      reason: "schema-violation",
      detail: LONG,
    })),
    problem: { text: LONG, at: NOON, times: 3 },
  });
}
