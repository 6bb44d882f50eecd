import { describe, expect, it } from "vitest";
import type { ProcessEvents } from "../../../../src/app/process/events.js";
import { noteEvent } from "../../../../src/app/processor-reports/note-event.js";
import { toReport } from "../../../../src/app/processor-reports/processor-report.js";
import { startRun } from "../../../../src/app/processor-reports/run-state.js";
import { messageFacts } from "./message-facts.js";

const START = Date.UTC(2026, 10, 21, 10);
const IDENTITY = { processorId: "p-1", host: "ops-1", pid: 42, version: "1.2.3" };
const DAY = 24 * 60 * 60_000;

function aRun() {
  const state = startRun(START);
  const tell = <Name extends keyof ProcessEvents>(name: Name, payload: ProcessEvents[Name], now = START) =>
    noteEvent(state, name, payload, now);
  return { report: (now: number) => toReport(state, IDENTITY, now), tell };
}

const sample = (worker: number, messages: number, calls: number) => ({
  worker,
  held: { messages, bytes: messages * 500 },
  groups: messages,
  apiCalls: { ReceiveMessage: calls, PublishBatch: calls },
});
const fault = (message: string) => ({ code: "X", message, isSenderFault: false });

describe("a processor's report", () => {
  it("of one that has only begun", () => {
    expect(aRun().report(START + 1000)).toEqual({
      ...IDENTITY,
      workers: 1,
      startedAt: START,
      at: START + 1000,
      totals: { received: 0, published: 0, rejected: 0, duplicates: 0 },
      eventsPerSecond: 0,
      latencyMs: undefined,
      held: { messages: 0, bytes: 0 },
      apiCallsPerEvent: 0,
      oldestSentAt: undefined,
      down: [],
      stalled: [],
      stalledGroups: 0,
    });
  });

  it("adds up the workers, the last sample of each", () => {
    const { report, tell } = aRun();
    for (let index = 0; index < 10; index += 1) tell("event:published", { ...messageFacts(), latencyMs: 48 });
    tell("processor:sampled", sample(0, 100, 9));
    tell("processor:sampled", sample(0, 3, 10));
    tell("processor:sampled", sample(1, 4, 2));
    expect(report(START + 2000)).toMatchObject({
      workers: 2,
      held: { messages: 7, bytes: 3500 },
      apiCallsPerEvent: 2.4,
      eventsPerSecond: 5,
      latencyMs: { p50: expect.closeTo(48, -1), p99: expect.closeTo(48, -1) },
    });
  });

  it("tells of the oldest message while it waits for a topic that is down, or for an operator", () => {
    const { report, tell } = aRun();
    const later = START + 20 * 60_000;
    tell("messages:received", { count: 1, limit: 10, bytes: 500, oldestSentAt: START - 8 * DAY });
    expect(report(START).oldestSentAt).toBe(START - 8 * DAY);
    expect(report(later).oldestSentAt).toBeUndefined();
    tell("breaker:opened", { dependency: "topic evp-client-1.fifo", fault: fault("no such topic") });
    expect(report(START + DAY).oldestSentAt).toBe(START - 8 * DAY);
    tell("breaker:closed", { dependency: "topic evp-client-1.fifo", openMs: DAY });
    tell("group:blocked", { ...messageFacts(), reason: "too-large", detail: "300000 bytes" });
    expect(report(later).oldestSentAt).toBe(START - 8 * DAY);
    tell("group:unblocked", { groupId: "g-1" });
    expect(report(later).oldestSentAt).toBeUndefined();
  });

  it("has room in one item of the store, whatever goes wrong", () => {
    const { report, tell } = aRun();
    for (let index = 0; index < 900; index += 1) {
      tell("breaker:opened", { dependency: `topic evp-${index}.fifo`, fault: fault("é".repeat(5000)) });
      const longest = { clientId: "c".repeat(64), eventId: "e".repeat(128), type: "t".repeat(64) };
      const head = messageFacts({ groupId: `${index}`.padEnd(128, "g"), ...longest });
      const group = { ...head, messages: 1, delaySeconds: 1, why: "é".repeat(5000) };
      tell("group:released", group, START + index);
    }
    const told = report(START + 1000);
    expect(told).toMatchObject({ stalledGroups: 900, stalled: { length: 100 }, down: { length: 100 } });
    expect(told.stalled[0]?.since).toBe(START);
    expect(Buffer.byteLength(JSON.stringify(told))).toBeLessThan(200_000);
  });
});
