import { Writable } from "node:stream";
import { describe, expect, it, test } from "vitest";
import type { ProcessEvents } from "../../../src/app/process/events.js";
import { readJson } from "../../../src/core/read-json.js";
import { createProcessLog } from "../../../src/ui/log.js";
import { createManualClock } from "../../factories/manual-clock.js";

const MESSAGE = {
  messageId: "m-1",
  groupId: "client-1#a",
  correlationId: "4bf92f3577b34da6a3ce929d0e0e4736",
  eventId: "e-1",
  clientId: "client-1",
  type: "transaction",
};
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);

function logOf(level: "debug" | "info") {
  const written: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk.toString());
      done();
    },
  });
  const clock = createManualClock();
  const { listener } = createProcessLog(stream, level, clock.now);
  const sample = (changes: Partial<ProcessEvents["processor:sampled"]> = {}) =>
    listener("processor:sampled", { held: { messages: 0, bytes: 0 }, groups: 0, apiCalls: {}, worker: 0, ...changes });
  return {
    clock,
    listener,
    sample,
    text: () => written.join(""),
    lines: () => written.map((line) => JSON.parse(line)),
  };
}

test("a rejection is one line of JSON with the correlation id", () => {
  const { listener, lines } = logOf("info");
  listener("event:rejected", { ...MESSAGE, reason: "too-large", detail: "300000 bytes" });
  expect(lines()).toEqual([
    { level: "info", time: TIME, msg: "rejected", ...MESSAGE, reason: "too-large", detail: "300000 bytes" },
  ]);
});

test("what needs attention is a warning", () => {
  const { listener, lines } = logOf("info");
  listener("group:released", { ...MESSAGE, messages: 3, delaySeconds: 30, why: "the topic does not answer" });
  expect(lines()).toMatchObject([{ level: "warn", msg: "group released", ...MESSAGE, delaySeconds: 30 }]);
});

test("receives and events that go well are told one by one only when asked for", () => {
  const tell = ({ listener }: ReturnType<typeof logOf>) => {
    listener("messages:received", { count: 10, limit: 10, bytes: 5000, oldestSentAt: undefined });
    listener("event:published", { ...MESSAGE, latencyMs: 12 });
    listener("event:duplicate", MESSAGE);
  };
  const quiet = logOf("info");
  tell(quiet);
  expect(quiet.lines()).toEqual([]);
  const verbose = logOf("debug");
  tell(verbose);
  expect(verbose.lines()).toMatchObject([
    { level: "debug", msg: "received", count: 10 },
    { level: "debug", msg: "published", eventId: "e-1", latencyMs: 12 },
    { level: "debug", msg: "duplicate", eventId: "e-1" },
  ]);
});

describe("the status line", () => {
  it("tells once a second how it goes", async () => {
    const { clock, listener, sample, lines } = logOf("info");
    sample({ apiCalls: { ReceiveMessage: 10 } });
    await clock.advance(1_000);
    sample({ apiCalls: { ReceiveMessage: 10 } });
    for (let latencyMs = 1; latencyMs <= 200; latencyMs++) listener("event:published", { ...MESSAGE, latencyMs });
    listener("event:duplicate", MESSAGE);
    await clock.advance(1_005);
    sample({ held: { messages: 7, bytes: 70 }, apiCalls: { ReceiveMessage: 40, PublishBatch: 60 } });
    expect(lines()).toEqual([
      {
        level: "info",
        time: TIME,
        msg: "status",
        published: 200,
        rejected: 0,
        duplicates: 1,
        eventsPerSecond: 200,
        inFlight: 7,
        latencyMs: { p50: 100, p99: 198 },
        apiCallsPerEvent: 0.45,
      },
    ]);
  });

  it("counts the whole run, and measures the time since the last one", async () => {
    const { clock, listener, sample, lines } = logOf("info");
    for (const latencyMs of [10, 20]) {
      listener("event:published", { ...MESSAGE, latencyMs });
      await clock.advance(1_000);
      sample();
    }
    expect(lines()).toMatchObject([
      { published: 1, latencyMs: { p50: 10, p99: 10 } },
      { published: 2, eventsPerSecond: 1, latencyMs: { p50: 20, p99: 20 } },
    ]);
  });

  it("comes once a minute where nothing happens", async () => {
    const { clock, sample, lines } = logOf("info");
    for (let second = 0; second < 150; second++) {
      await clock.advance(1_000);
      sample({ held: { messages: 3, bytes: 30 } });
    }
    expect(lines()).toHaveLength(2);
    expect(lines()[1]).toEqual({
      ...{ level: "info", time: TIME, msg: "status", published: 0, rejected: 0, duplicates: 0 },
      ...{ eventsPerSecond: 0, inFlight: 3 },
    });
  });

  it("is one for all workers", async () => {
    const { clock, listener, sample, lines } = logOf("info");
    listener("messages:received", { count: 5, limit: 10, bytes: 2500, oldestSentAt: undefined });
    await clock.advance(1_000);
    sample({ worker: 0, held: { messages: 2, bytes: 20 } });
    await clock.advance(100);
    sample({ worker: 1, held: { messages: 3, bytes: 30 } });
    listener("event:duplicate", MESSAGE);
    await clock.advance(900);
    sample({ worker: 0, held: { messages: 2, bytes: 20 } });
    expect(lines()).toMatchObject([{ inFlight: 2 }, { inFlight: 5, duplicates: 1 }]);
  });
});

describe("bodies", () => {
  it.each([
    '{"card": 4111-1111}',
    "4111-1111 is no JSON at all, and rather long besides",
    '{"note": "x", "card": "4111-1111" "next"}',
    '{"a":\n"4111-1111",\n oops "4111-1111"}',
    'x"4111-1111" is not valid JSON',
  ])("are not quoted, where %j cannot be read", (body) => {
    const read = readJson(body);
    const { listener, text, lines } = logOf("debug");
    listener("event:rejected", { ...MESSAGE, reason: "malformed-json", detail: read.ok ? "" : read.detail });
    expect(text()).not.toContain("4111");
    expect(lines()[0].detail).toMatch(/JSON/);
  });

  it("stay out even where something that is told should hold one", () => {
    const { listener, text } = logOf("debug");
    const told = { ...MESSAGE, latencyMs: 1, body: "4111", held: { message: 1, payload: { card: "4111" } } };
    listener("event:published", told);
    expect(text()).not.toContain("4111");
    expect(text()).toContain("[not logged]");
  });
});
