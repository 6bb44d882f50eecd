import { render } from "ink-testing-library";
import { describe, expect, it } from "vitest";
import type { StackStatus } from "../../../src/app/status.js";
import { noteRates, type RateHistory } from "../../../src/ui/live/rate-history.js";
import { StatusView, type WatchedStatus } from "../../../src/ui/live/status-view.js";
import { ASKED_AT, processorView, stackStatus, TROUBLED_PROCESSOR } from "./stack-status.js";

const NOON = Date.UTC(2026, 10, 21, 12);

function frameOf(status: StackStatus | undefined, rows = 23, columns = 80, changes: Partial<WatchedStatus> = {}) {
  const history: RateHistory = new Map([["p-1", { reportedAt: "", rates: [1, 2, 4, 8] }]]);
  const watched = { status, at: NOON - 1000, problem: undefined, history, ...changes };
  const size = { rows, columns, everyMs: 2000, hasKeys: true, isColourWanted: false };
  const { lastFrame, unmount } = render(<StatusView watched={watched} now={NOON} {...size} />);
  const frame = lastFrame() ?? "";
  unmount();
  return frame.split("\n").map((line) => line.trimEnd());
}

describe("the view of a stack", () => {
  it("before the first answer", () => {
    expect(frameOf(undefined)).toEqual(["Asking how the stack is …"]);
  });

  it("where nobody processes what waits", () => {
    const warnings: StackStatus["warnings"] = [{ code: "no-processor", message: "3 messages wait" }];
    const ingress = { visible: 3, inFlight: 0, delayed: 0 };
    expect(frameOf(stackStatus({ warnings, ingress }))).toEqual([
      "evp status · evp on local · 11:59:59, every 2 s",
      "warning      3 messages wait",
      "",
      "queue                       waiting  in work  delayed",
      "ingress                           3        0        0",
      "dlq                               0        0        0",
      "client-1                          0        0        0",
      "",
      "No processor has said anything of late.",
      "q or Ctrl-C ends this.",
    ]);
  });

  it("with a processor, and what is wrong", () => {
    const blocked = {
      groupId: "client-2#b",
      clientId: "client-2",
      eventId: "e-1",
      type: "transaction",
      messageId: "m-1",
      reason: "schema-violation",
      detail: "/payload/amount must be number",
      since: "2026-11-21T11:00:00.000Z",
      lastTriedAt: "2026-11-21T11:59:00.000Z",
    };
    const clients = [
      { clientId: "client-1", active: true, queue: null, askedAt: ASKED_AT },
      { clientId: "client-2", active: false, queue: { visible: 12_345, inFlight: 0, delayed: 0 }, askedAt: ASKED_AT },
    ];
    const status = stackStatus({ clients, processors: [TROUBLED_PROCESSOR], blocked: [blocked] });
    expect(frameOf(status, 23, 80, { problem: "asking the queue: no answer" })).toEqual(
      [
        "evp status · evp on local · 11:59:59, every 2 s",
        "asking the queue: no answer",
        "",
        "queue                       waiting  in work  delayed",
        "ingress                           0        0        0",
        "dlq                               0        0        0",
        "client-2                     12,345        0        0  disabled",
        "client-1                          -        -        -  its queue is gone",
        "",
        "processors",
        "ops-1:4711 · 121 events/s · p50 12 ms p99 48 ms · 7 in hand · 0:01:23",
        "  ▂▃▅█",
        "",
        "down         topic evp-client-1.fifo for 0:00:30 · ops-1:4711 · no such topic",
        "blocked      client-2#b · client-2 · schema-violation · /payload/amount must be",
        "stalled 12   client-1#a for 0:00:12 · 3 messages · waits for the topic · head order-17",
        "q or Ctrl-C ends this.",
      ].map((line) => (line.startsWith("blocked") ? expect.stringContaining(line.slice(0, 60)) : line)),
    );
  });

  it.each([
    [23, 80],
    [49, 100],
    [12, 50],
    [5, 30],
  ])("fits %d lines of %d columns, however much there is to say", (rows, columns) => {
    const many = <Item,>(count: number, item: (index: number) => Item) =>
      Array.from({ length: count }, (_, i) => item(i));
    const depth = { visible: 1_234_567, inFlight: 0, delayed: 0 };
    const status = stackStatus({
      clients: many(300, (index) => ({ clientId: `client-${index}`, active: true, queue: depth, askedAt: ASKED_AT })),
      processors: many(30, (index) => ({ ...TROUBLED_PROCESSOR, processorId: `p-${index}`, pid: index })),
      warnings: many(2, (index) => ({ code: "oldest-message" as const, message: `${index} ${"long ".repeat(100)}` })),
    });
    expect(frameOf(status, rows, columns)).toHaveLength(rows);
  });
});

describe("the rates of processors over time", () => {
  it("grow by one with each report, and end with the processor", () => {
    const history: RateHistory = new Map();
    const said = (eventsPerSecond: number, reportedAt: string) => processorView({ eventsPerSecond, reportedAt });
    noteRates(history, [said(1, "a"), processorView({ processorId: "p-2" })]);
    noteRates(history, [said(1, "a"), processorView({ processorId: "p-2" })]);
    noteRates(history, [said(2, "b")]);
    expect([...history]).toEqual([["p-1", { reportedAt: "b", rates: [1, 2] }]]);
    for (let index = 0; index < 1000; index += 1) noteRates(history, [said(index, `${index}`)]);
    expect(history.get("p-1")?.rates).toHaveLength(400);
  });
});
