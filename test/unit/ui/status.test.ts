import { Chalk } from "chalk";
import { describe, expect, it } from "vitest";
import { renderStatus } from "../../../src/ui/plain/status.js";
import { renderStatusLine } from "../../../src/ui/plain/status-line.js";
import { processorView, stackStatus, TROUBLED_PROCESSOR } from "./stack-status.js";

const style = { width: 100, colour: new Chalk({ level: 0 }) };
const WARNING = { code: "no-processor" as const, message: "3 messages wait" };

describe("the status as text", () => {
  it("of a stack where nobody processes", () => {
    expect(renderStatus(stackStatus({ warnings: [WARNING] }), style)).toBe(
      [
        "stack evp on local",
        "QUEUE     WAITING  IN WORK  DELAYED",
        "ingress         0        0        0",
        "dlq             0        0        0",
        "client-1        0        0        0",
        "",
        "warning: 3 messages wait",
        "",
      ].join("\n"),
    );
  });

  it("names the processors, and what each waits for", () => {
    const idle = processorView({ processorId: "p-2", pid: 4712, latencyMs: null, eventsPerSecond: 0, workers: 4 });
    const text = renderStatus(stackStatus({ processors: [TROUBLED_PROCESSOR, idle] }), style);
    expect(text.split("\n").slice(6)).toEqual([
      "PROCESSOR   EVENTS/S  P50 MS  P99 MS  IN HAND  WORKERS  RUNS SINCE",
      "ops-1:4711     120.5      12      48        7        1  2026-11-21T11:58:37Z",
      "ops-1:4712       0.0       -       -        7        4  2026-11-21T11:58:37Z",
      "down since 2026-11-21T11:59:30Z: topic evp-client-1.fifo (ops-1:4711): no such topic",
      "",
      "12 groups stalled",
      "client-1#a",
      "  3 messages, since 2026-11-21T11:59:48Z, last tried 2026-11-21T11:59:59Z",
      "  waits for the topic",
      "  and 11 more",
      "",
    ]);
  });

  it("keeps to the width, and lets no text from outside move the cursor", () => {
    const processor = processorView({
      host: "host\u001b[2J".repeat(20),
      down: [{ dependency: "store", since: "2026-11-21T11:59:30.000Z", why: "long ".repeat(100) }],
    });
    const text = renderStatus(stackStatus({ processors: [processor] }), { ...style, width: 60 });
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(60);
    expect(text).not.toContain("\u001b");
  });
});

describe("the status on a line", () => {
  it.each([
    [stackStatus(), "0 waiting, 0 in work, 0 delayed · dlq 0 · no processor\n"],
    [
      stackStatus({ processors: [processorView(), TROUBLED_PROCESSOR], warnings: [WARNING] }),
      "0 waiting, 0 in work, 0 delayed · dlq 0 · 2 processors, 241.0 events/s · down: topic evp-client-1.fifo · 12 groups stalled · warning: 3 messages wait\n",
    ],
  ])("%#", (status, line) => {
    expect(renderStatusLine(status, style)).toBe(line);
  });
});
