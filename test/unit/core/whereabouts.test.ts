import { describe, expect, it } from "vitest";
import type { BlockedGroup } from "../../../src/core/blocked-group.js";
import type { ProcessorReport } from "../../../src/core/processor-report.js";
import { depthText, type Surroundings } from "../../../src/core/surroundings.js";
import { explainWaiting } from "../../../src/core/waiting.js";
import { type Unknown, whereabouts } from "../../../src/core/whereabouts.js";

const NOW = Date.parse("2026-11-21T10:00:00Z");
const EMPTY = { visible: 0, inFlight: 0, delayed: 0 };
const SOME = { visible: 12, inFlight: 1, delayed: 0 };

function processor(changes: Partial<ProcessorReport> = {}): ProcessorReport {
  return {
    processorId: "p-1",
    host: "here",
    pid: 42,
    version: "1.0.0",
    workers: 1,
    startedAt: NOW - 1000,
    at: NOW,
    totals: { received: 0, published: 0, rejected: 0, duplicates: 0 },
    eventsPerSecond: 0,
    held: { messages: 3, bytes: 9 },
    apiCallsPerEvent: 0,
    down: [],
    stalled: [],
    stalledGroups: 0,
    ...changes,
  };
}

const blocked: BlockedGroup = {
  groupId: "g",
  clientId: "client-1",
  messageId: "m-head",
  eventId: "e-head",
  type: "transaction",
  reason: "type-forbidden",
  detail: "it may not",
  since: NOW - 5000,
  lastTriedAt: NOW,
};

function around(changes: Partial<Surroundings> = {}): Surroundings {
  return { ingress: EMPTY, dlq: EMPTY, processors: [processor()], blocked: [], ...changes };
}

describe("where an unknown event may be", () => {
  const unknown: Unknown = { eventId: "e-1", otherClients: [], target: "local", stack: "evp", retentionDays: 30 };
  const places = (changes?: Partial<Surroundings>) => whereabouts(unknown, around(changes));

  it("is the queue first, as long as anything is on it", () => {
    expect(places({ ingress: SOME, processors: [] })[0]).toEqual({
      place: "ingress",
      likelihood: "likely",
      detail:
        "still on the ingress queue: 12 wait, 1 is in work; no processor has said within the last minute that it runs",
      hint: "evp process",
    });
    expect(places({ ingress: SOME })[0]).toMatchObject({
      detail: "still on the ingress queue: 12 wait, 1 is in work; a processor runs, with 3 messages in hand",
      hint: "ask again in a moment",
    });
    expect(places({ ingress: SOME, blocked: [blocked] })[0]).toMatchObject({
      detail: expect.stringContaining("; 1 group waits for an operator, with all that is behind its head"),
      hint: "evp groups",
    });
  });

  it("is not the queue, and not the DLQ, where nothing is on them", () => {
    const last = places().slice(-2);
    expect(last).toMatchObject([
      { place: "ingress", likelihood: "unlikely" },
      { place: "dlq", likelihood: "unlikely" },
    ]);
    expect(places({ dlq: SOME })[0]).toMatchObject({ place: "dlq", likelihood: "possible" });
  });

  it("is another client's before all else, where there is one", () => {
    const [first] = whereabouts({ ...unknown, otherClients: ["a", "b"] }, around({ ingress: SOME }));
    expect(first).toEqual({
      place: "other-client",
      likelihood: "likely",
      detail: "an event of this id is known of a, b",
      hint: "evp why e-1",
    });
  });

  it("names the stack that was asked, and how long it remembers", () => {
    const text = JSON.stringify(places());
    expect(text).toContain("this is stack evp on local");
    expect(text).toContain("more than 30 days ago");
  });
});

describe("what keeps an event that has no outcome", () => {
  const open = { groupId: "g", messageId: "m-1", at: NOW - 1000, topic: "evp-client-1.fifo" };
  const stalled = { groupId: "g", since: NOW - 9000, lastTriedAt: NOW, why: "publish: throttled", messages: 3 };
  const down = { dependency: "store", since: NOW - 7000, why: "no answer" };
  const waiting = (changes: Partial<Surroundings>, at = open.at) =>
    explainWaiting({ ...open, at }, around(changes), NOW);

  it.each<[string, Partial<Surroundings>, object]>([
    [
      "its own message blocks its group",
      { blocked: [{ ...blocked, messageId: "m-1" }] },
      { why: "blocked", detail: "type-forbidden: it may not", since: NOW - 5000 },
    ],
    [
      "another one blocks its group",
      { blocked: [blocked], processors: [processor({ stalled: [stalled] })] },
      {
        why: "behind",
        detail: "it waits behind event e-head, which waits for an operator: type-forbidden: it may not",
        hints: ["evp why e-head tells what can be done"],
      },
    ],
    [
      "a message that names no event blocks its group",
      { blocked: [{ ...blocked, eventId: undefined }] },
      { detail: expect.stringContaining("behind message m-head"), hints: ["evp why m-head tells what can be done"] },
    ],
    [
      "its group was given back",
      { processors: [processor({ stalled: [stalled], down: [down] })] },
      { why: "stalled", detail: "its group was given back to the queue: publish: throttled", since: NOW - 9000 },
    ],
    ["no processor runs", { ingress: SOME, processors: [] }, { why: "no-processor", hints: ["evp process"] }],
    [
      "something is down",
      { ingress: SOME, processors: [processor(), processor({ down: [down] })] },
      { why: "down", detail: "the store is down: no answer", since: NOW - 7000 },
    ],
    [
      "another client's topic is not its own",
      { processors: [processor({ down: [{ ...down, dependency: "topic evp-client-2.fifo" }] })] },
      { why: "in-work" },
    ],
    ["another group's troubles are not its own", { blocked: [{ ...blocked, groupId: "h" }] }, { why: "in-work" }],
    [
      "nothing does",
      { processors: [processor(), processor()] },
      { why: "in-work", detail: "2 processors run, with 6 messages in hand" },
    ],
  ])("is told: %s", (_, changes, told) => {
    expect(waiting(changes)).toMatchObject(told);
  });

  it("is nothing any more, once the queue has been empty for a while", () => {
    const long = NOW - 3 * 60_000;
    expect(waiting({}, long)).toMatchObject({ why: "left", since: long });
    expect(waiting({ ingress: SOME }, long)).toMatchObject({ why: "in-work" });
  });
});

describe("how full a queue is", () => {
  it.each([
    [{ visible: 1, inFlight: 2, delayed: 1 }, "1 waits, 2 are in work, 1 is delayed"],
    [{ visible: 0, inFlight: 1, delayed: 0 }, "1 is in work"],
    [EMPTY, ""],
  ])("%o", (depth, text) => {
    expect(depthText(depth)).toBe(text);
  });
});
