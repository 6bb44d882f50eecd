import { describe, expect, it } from "vitest";
import type { ProcessSummary } from "../../../src/app/process/events.js";
import { createTeller, runWorkers } from "../../../src/cli/process-workers.js";
import type { WorkerOrder, WorkerProcess } from "../../../src/ports/worker-process.js";
import { createManualClock } from "../../factories/manual-clock.js";

const SUMMARY: ProcessSummary = {
  received: 10,
  published: 8,
  rejected: 1,
  duplicates: 1,
  durationMs: 500,
  eventsPerSecond: 20.5,
  apiCalls: 4,
  apiCallsPerEvent: 0.4,
  blocked: 1,
  blockedGroups: [{ groupId: "g", clientId: "c", reason: "too-large" }],
};

/** A worker that does what the test says. */
function fakeWorker() {
  const orders: WorkerOrder[] = [];
  let listener: (told: unknown) => void = () => undefined;
  let printer: (text: string) => void = () => undefined;
  let end: (why: string | undefined) => void = () => undefined;
  const ended = new Promise<string | undefined>((resolve) => {
    end = resolve;
  });
  const process: WorkerProcess = {
    order: (order) => void orders.push(order),
    listen: (given) => {
      listener = given;
    },
    listenErrors: (given) => {
      printer = given;
    },
    ended,
  };
  return { process, orders, tell: (told: unknown) => listener(told), print: (text: string) => printer(text), end };
}

function start() {
  const fakes = [fakeWorker(), fakeWorker()];
  const waiting = [...fakes];
  const told: string[] = [];
  const printed: string[] = [];
  const stop = new AbortController();
  const force = new AbortController();
  const done = runWorkers({
    context: { startWorker: () => waiting.shift()?.process as WorkerProcess, clock: createManualClock() },
    workers: 2,
    listener: (name) => void told.push(name),
    onPrinted: (text) => void printed.push(text),
    stop: stop.signal,
    force: force.signal,
  });
  const [first, second] = fakes as [ReturnType<typeof fakeWorker>, ReturnType<typeof fakeWorker>];
  return { first, second, told, printed, stop, force, done };
}

describe("workers", () => {
  it("have what they print heard", async () => {
    const { first, second, printed, done } = start();
    first.print("evp: no such table\n");
    second.print("Warning: old\n");
    expect(printed).toEqual(["evp: no such table\n", "Warning: old\n"]);
    for (const worker of [first, second]) worker.end(undefined);
    await done;
  });

  it("are told to stop, and to hurry, and their summaries are one", async () => {
    const { first, second, stop, force, done } = start();
    stop.abort();
    force.abort();
    for (const worker of [first, second]) {
      expect(worker.orders).toEqual(["stop", "force"]);
      worker.tell({ summary: SUMMARY });
      worker.end(undefined);
    }
    expect(await done).toEqual({
      received: 20,
      published: 16,
      rejected: 2,
      duplicates: 2,
      durationMs: 500,
      eventsPerSecond: 41,
      apiCalls: 8,
      apiCallsPerEvent: 0.4,
      blocked: 1,
      blockedGroups: [{ groupId: "g", clientId: "c", reason: "too-large" }],
    });
  });

  it("show what they do, each in its order", async () => {
    const { first, second, told, done } = start();
    first.tell({ events: [["messages:received", received(3)]] });
    second.tell({ events: [["lease:lost", { messageId: "m", groupId: "g" }]] });
    for (const worker of [first, second]) worker.end(undefined);
    await done;
    expect(told).toEqual(["messages:received", "lease:lost"]);
  });

  it("of which one ends unexpectedly stop all, and the command fails", async () => {
    const { first, second, done } = start();
    first.end("SIGKILL");
    const failed = expect(done).rejects.toMatchObject({ code: "worker-failed", category: "failed" });
    await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    expect(second.orders).toEqual(["stop"]);
    second.end(undefined);
    await failed;
  });
});

const received = (count: number) => ({ count, limit: 10, bytes: 500 * count, oldestSentAt: undefined });

describe("a worker's teller", () => {
  it("tells in batches, and the summary after everything else", async () => {
    const clock = createManualClock();
    const told: object[] = [];
    const parent = { wantsEvents: true, tell: async (each: object) => void told.push(each) };
    const { listener, finish } = createTeller(parent, clock);
    listener("messages:received", received(1));
    listener("messages:received", received(2));
    await clock.advance(200);
    listener("messages:received", received(3));
    await finish(SUMMARY);
    expect(told).toEqual([
      {
        events: [
          ["messages:received", received(1)],
          ["messages:received", received(2)],
        ],
      },
      { events: [["messages:received", received(3)]] },
      { summary: SUMMARY },
    ]);
  });

  it("keeps quiet where nobody looks", async () => {
    const told: object[] = [];
    const parent = { wantsEvents: false, tell: async (each: object) => void told.push(each) };
    const { listener, finish } = createTeller(parent, createManualClock());
    listener("messages:received", received(1));
    await finish(SUMMARY);
    expect(told).toEqual([{ summary: SUMMARY }]);
  });
});
