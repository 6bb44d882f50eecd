import { describe, expect, it } from "vitest";
import { emptyDiagnosis, processorDiagnosis } from "../../../../src/app/doctor/backlog-checkups.js";
import { runCheckups } from "../../../../src/app/doctor/check.js";
import { nodeDiagnosis } from "../../../../src/app/doctor/environment-checkups.js";
import { type LocalStackSight, localStackDiagnosis } from "../../../../src/app/doctor/local-stack.js";
import { EvpError } from "../../../../src/core/errors.js";
import type { ProcessorReport } from "../../../../src/core/processor-report.js";
import { callError } from "./call-error.js";

const ignore = () => undefined;

describe("checks", () => {
  it("are made in turn; what needs one that failed is skipped, and the rest is not", async () => {
    const looked: string[] = [];
    const checks = await runCheckups(
      [
        { id: "a", title: "A", needs: [], look: () => ({ status: "fail", detail: "broken", hint: "mend it" }) },
        { id: "b", title: "B", needs: ["a"], look: () => ({ status: "ok", detail: "never seen" }) },
        { id: "c", title: "C", needs: ["b"], look: () => ({ status: "ok", detail: "fine" }) },
        { id: "d", title: "D", needs: [], look: () => ({ status: "warn", detail: "well", blocks: true }) },
        { id: "e", title: "E", needs: ["d"], look: () => ({ status: "ok", detail: "never seen" }) },
      ],
      (title) => looked.push(title),
    );
    expect(checks).toEqual([
      { id: "a", title: "A", status: "fail", detail: "broken", hint: "mend it" },
      { id: "b", title: "B", status: "skipped", detail: "not looked at: A has to be well first" },
      { id: "c", title: "C", status: "ok", detail: "fine" },
      { id: "d", title: "D", status: "warn", detail: "well" },
      { id: "e", title: "E", status: "skipped", detail: "not looked at: D has to be well first" },
    ]);
    expect(looked).toEqual(["A", "C", "D"]);
  });

  it.each<[string, Error, object]>([
    [
      "a refused call",
      callError("credentials", "AccessDenied"),
      { status: "fail", hint: "Grant this identity the action, or use another one with --profile." },
    ],
    [
      "what is not there",
      callError("not-found"),
      { status: "skipped", detail: "nothing there to look at: asking: what it said" },
    ],
    [
      "a failure of evp's own",
      new EvpError("it is wrong", { code: "x", category: "usage", hint: "change it" }),
      { status: "fail", detail: "it is wrong", hint: "change it" },
    ],
    ["any other error", new Error("unheard of"), { status: "fail", detail: "unheard of" }],
  ])("%s is what the check tells", async (_name, error, expected) => {
    const look = () => Promise.reject(error);
    expect(await runCheckups([{ id: "a", title: "A", needs: [], look }], ignore)).toMatchObject([expected]);
  });
});

describe("Node", () => {
  it.each([
    ["26.10.0", "ok"],
    ["22.22.0", "ok"],
    ["22.21.9", "fail"],
    ["20.99.0", "fail"],
  ])("%s is %s", (version, status) => {
    expect(nodeDiagnosis(version).status).toBe(status);
  });
});

describe("the embedded stack", () => {
  const sight: LocalStackSight = {
    stateDir: "/home/me/.evp",
    wantedPort: 4566,
    running: undefined,
    record: undefined,
    portHolder: "nobody",
  };
  const record = { pid: 7, port: 4567, isAlive: false };

  it.each<[string, Partial<LocalStackSight>, string, string]>([
    [
      "runs",
      { running: { endpoint: "http://127.0.0.1:4566", pid: 7 } },
      "ok",
      "runs on http://127.0.0.1:4566 (process 7)",
    ],
    ["never ran", {}, "warn", "does not run, and never did in /home/me/.evp"],
    [
      "never ran, and its port is another's",
      { portHolder: { pid: 8, stateDir: "/home/you/.evp" } },
      "warn",
      "does not run, and never did in /home/me/.evp; port 4566 belongs to the embedded stack of /home/you/.evp now, so it would take another one",
    ],
    ["was stopped, or its process is gone", { record }, "warn", "does not run (process 7 is gone)"],
    [
      "is gone, and another program has its port",
      { record, portHolder: "somebody" },
      "warn",
      "does not run (process 7 is gone); port 4567 belongs to another program now, so it would take another one",
    ],
    [
      "is there and silent",
      { record: { ...record, isAlive: true } },
      "warn",
      "does not answer on port 4567, though process 7 of /home/me/.evp is there",
    ],
    [
      "is there, has its port, and is silent",
      { record: { ...record, isAlive: true }, portHolder: "silent" },
      "warn",
      "does not answer on port 4567, though process 7 of /home/me/.evp is there",
    ],
    [
      "is gone, and its process id is another's",
      { record: { ...record, isAlive: true }, portHolder: "somebody" },
      "warn",
      "does not run; port 4567 belongs to another program now, so it would take another one",
    ],
  ])("%s", (_name, changes, status, detail) => {
    const diagnosis = localStackDiagnosis({ ...sight, ...changes });
    expect(diagnosis).toMatchObject({ status, detail });
    expect(diagnosis.blocks ?? false).toBe(status !== "ok");
    expect(diagnosis.hint === undefined).toBe(status === "ok");
  });
});

describe("work", () => {
  const none = { visible: 0, inFlight: 0, delayed: 0 };
  const processor: ProcessorReport = {
    processorId: "p",
    host: "build-7",
    pid: 9,
    version: "1.2.3",
    startedAt: 0,
    at: 0,
    totals: { received: 0, published: 0, rejected: 0, duplicates: 0 },
    eventsPerSecond: 0,
    held: { messages: 0, bytes: 0 },
    apiCallsPerEvent: 0,
    down: [],
    stalled: [],
    workers: 1,
    stalledGroups: 0,
  };

  it.each<[string, ProcessorReport[], object, string, string]>([
    ["nobody, and nothing to do", [], {}, "ok", "none runs, and nothing waits"],
    ["nobody, and work", [], { visible: 1 }, "warn", "none runs, and 1 message waits"],
    ["somebody", [processor], { visible: 2 }, "ok", "1 runs; 2 messages wait"],
    [
      "somebody whose topic is down",
      [{ ...processor, down: [{ dependency: "store", since: 0, why: "timed out" }] }],
      {},
      "warn",
      "process 9 on build-7: store does not answer (timed out)",
    ],
    [
      "somebody whose groups stall",
      [{ ...processor, stalledGroups: 1 }],
      {},
      "warn",
      "process 9 on build-7: 1 stalled group",
    ],
    [
      "somebody of another version",
      [{ ...processor, version: "1.0.0" }],
      {},
      "warn",
      "process 9 on build-7 is evp 1.0.0, this is 1.2.3",
    ],
  ])("%s", (_name, processors, depth, status, detail) => {
    expect(processorDiagnosis(processors, { ...none, ...depth }, "1.2.3")).toMatchObject({ status, detail });
  });

  it("queues that should be empty", () => {
    expect(emptyDiagnosis(none, "dead letter", "look")).toEqual({ status: "ok", detail: "empty" });
    expect(emptyDiagnosis({ ...none, visible: 1 }, "dead letter", "look")).toMatchObject({
      status: "warn",
      detail: "1 dead letter",
    });
    expect(emptyDiagnosis({ ...none, inFlight: 2 }, "message that a topic", "look")).toMatchObject({
      status: "warn",
      detail: "2 messages that a topic",
      hint: "look",
    });
  });
});
