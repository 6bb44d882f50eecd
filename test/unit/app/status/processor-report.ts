import type { ProcessorReport } from "../../../../src/core/processor-report.js";

const NOON = Date.parse("2026-11-21T12:00:00Z");

/** What a processor says that is well. */
export function processorReport(changes: Partial<ProcessorReport> = {}): ProcessorReport {
  return {
    processorId: "p-1",
    host: "ops-1",
    pid: 4711,
    version: "1.2.3",
    workers: 1,
    startedAt: NOON - 60_000,
    at: NOON,
    totals: { received: 3, published: 1, rejected: 1, duplicates: 1 },
    eventsPerSecond: 120.5,
    latencyMs: { p50: 12, p99: 48 },
    held: { messages: 7, bytes: 3500 },
    apiCallsPerEvent: 0.41,
    oldestSentAt: NOON - 2000,
    down: [],
    stalled: [],
    stalledGroups: 0,
    ...changes,
  };
}
