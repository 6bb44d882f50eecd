import { describe, expect, it } from "vitest";
import { emptyDiagnosis, processorDiagnosis } from "../../../../src/app/doctor/backlog-checkups.js";
import { runCheckups } from "../../../../src/app/doctor/check.js";
import { nodeDiagnosis } from "../../../../src/app/doctor/environment-checkups.js";
import { type LocalStackSight, localStackDiagnosis } from "../../../../src/app/doctor/local-stack.js";
import { quotaDiagnosis } from "../../../../src/app/doctor/quota-checkup.js";
import { clockDiagnosis, reachDiagnosis } from "../../../../src/app/doctor/reach-checkups.js";
import { sizeFindings } from "../../../../src/app/doctor/size-checkup.js";
import { timeoutDiagnosis } from "../../../../src/app/doctor/timeout-checkup.js";
import { EvpError } from "../../../../src/core/errors.js";
import type { ProcessorReport } from "../../../../src/core/processor-report.js";
import { CallError, type CallErrorKind } from "../../../../src/ports/call.js";
import { settingsOf } from "../../../factories/settings.js";

function callError(kind: CallErrorKind, code = "Code", message = "what it said"): CallError {
  return new CallError(`asking: ${message}`, { code, message, isSenderFault: false }, kind);
}

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

describe("a service", () => {
  const { target } = settingsOf();
  const probe = {
    service: "sqs" as const,
    host: "127.0.0.1:4566",
    serverTime: 1000,
    answeredAt: 1500,
    error: undefined,
  };

  it.each<[string, object, string, string]>([
    ["answers", {}, "ok", "answers at 127.0.0.1:4566"],
    ["knows no such queue", { error: callError("not-found") }, "ok", "answers at 127.0.0.1:4566"],
    ["does not know us", { error: callError("credentials") }, "ok", "answers at 127.0.0.1:4566"],
    [
      "does not answer",
      { serverTime: undefined, error: callError("unreachable") },
      "fail",
      "does not answer at 127.0.0.1:4566: what it said",
    ],
    [
      "is another program",
      { error: callError("refused", "UnknownError") },
      "warn",
      "answers at 127.0.0.1:4566, but not as SQS does: UnknownError",
    ],
    [
      "cannot even be asked",
      { host: undefined, serverTime: undefined, error: callError("credentials", "CredentialsProviderError") },
      "fail",
      "asking: what it said",
    ],
  ])("%s", (_name, changes, status, detail) => {
    expect(reachDiagnosis({ ...probe, ...changes }, "SQS", target)).toMatchObject({ status, detail });
  });

  it.each<[number, string, string]>([
    [0, "ok", "within 1 s of the services'"],
    [29_000, "ok", "within 29 s of the services'"],
    [31_000, "warn", "31 s ahead of the services'"],
    [-120_000, "warn", "120 s behind the services'"],
    [301_000, "fail", "301 s ahead of the services': AWS refuses signatures that are 5 minutes off"],
  ])("whose clock is %d ms off", (skew, status, detail) => {
    const answers = [{ serverTime: 1_000_000, answeredAt: 1_000_500 + skew }];
    expect(clockDiagnosis(answers)).toMatchObject({ status, detail });
  });

  it("that was slow does not make the clock look fast", () => {
    const answers = [40_000, 100, 90_000].map((late) => ({ serverTime: 1_000_000, answeredAt: 1_000_500 + late }));
    expect(clockDiagnosis(answers).status).toBe("ok");
    expect(clockDiagnosis([{ serverTime: undefined, answeredAt: 5 }]).status).toBe("skipped");
  });
});

describe("size limits", () => {
  const wide = {
    maxEventBytes: 262_144,
    ingress: 1_015_808,
    deadLetters: 1_048_576,
    clients: [{ clientId: "c", topic: 262_144, queue: 1_048_576 }],
  };

  it.each<[string, object, string[]]>([
    ["are wide enough", {}, []],
    [
      "of the ingress queue",
      { ingress: 1024 },
      ["warn: the ingress queue takes 1024 bytes, and 262144 may come: producers cannot send the largest events"],
    ],
    [
      "of the DLQ",
      { deadLetters: 262_144 },
      ["fail: the DLQ takes 262144 bytes, and 1015808 may come: what is rejected may not fit on it"],
    ],
    [
      "of a topic",
      { maxEventBytes: 300_000 },
      ["fail: the topic of c takes 262144 bytes, and 300000 may come: the largest events cannot be published"],
    ],
    [
      "of a client's queue",
      { clients: [{ clientId: "c", topic: 262_144, queue: 1024 }] },
      ["fail: the queue of c takes 1024 bytes, and 262144 may come: the largest events are not delivered"],
    ],
    [
      "of an item",
      { maxEventBytes: 409_000, clients: [] },
      ["fail: a journal item takes 401408 bytes, and 409000 may come: the largest events cannot be stored"],
    ],
  ])("%s", (_name, changes, expected) => {
    expect(sizeFindings({ ...wide, ...changes }).map(({ status, text }) => `${status}: ${text}`)).toEqual(expected);
  });
});

describe("quotas", () => {
  const few = { fifoTopics: 12, isCut: false, subscriptions: [{ clientId: "c", count: 1 }], inFlight: 0 };

  it.each<[string, object, string, string]>([
    ["far away", {}, "ok", "12 of 1000 FIFO topics; no client topic near 100 subscriptions"],
    ["near", { fifoTopics: 800 }, "warn", "800 FIFO topics in this account and region, 1000 are allowed"],
    ["reached", { fifoTopics: 1000 }, "fail", "1000 FIFO topics in this account and region, 1000 are allowed"],
    [
      "of subscriptions",
      { subscriptions: [{ clientId: "c", count: 90 }] },
      "warn",
      "90 subscriptions of the topic of c, 100 are allowed",
    ],
    [
      "of messages in flight",
      { inFlight: 100_000 },
      "warn",
      "100000 messages of the ingress queue in flight, 120000 are allowed",
    ],
    [
      "that were not counted to the end",
      { isCut: true },
      "ok",
      "at least 12 of 1000 FIFO topics; no client topic near 100 subscriptions",
    ],
  ])("%s", (_name, changes, status, detail) => {
    expect(quotaDiagnosis({ ...few, ...changes })).toMatchObject({ status, detail });
  });
});

describe("timeouts", () => {
  const { ingress, process } = settingsOf();
  const attributes = { VisibilityTimeout: "60", RedrivePolicy: '{"maxReceiveCount":"1000"}', DelaySeconds: "0" };

  it.each<[string, object, object, string]>([
    [
      "fit",
      {},
      {},
      "calls end within 10000 ms, messages are ours for 60 s and that is renewed, a processor stops within 30000 ms",
    ],
    [
      "of a queue that somebody has changed",
      {},
      { VisibilityTimeout: "15" },
      "a call may take 10000 ms, more than half of the 15 s",
    ],
    [
      "of a short stop",
      { stopTimeoutMs: 5000 },
      {},
      "process.stopTimeoutMs is 5000, less than one call may take (10000)",
    ],
    ["of a queue that delays", {}, { DelaySeconds: "30" }, "the ingress queue delays every message by 30 s"],
    [
      "of few receives",
      {},
      { RedrivePolicy: '{"maxReceiveCount":3}' },
      "the ingress queue moves a message to the DLQ after 3 receives",
    ],
    ["of no redrive policy", {}, { RedrivePolicy: "" }, "calls end within"],
  ])("%s", (_name, changes, found, detail) => {
    const diagnosis = timeoutDiagnosis({ ingress, process: { ...process, ...changes } }, { ...attributes, ...found });
    expect(diagnosis.detail).toContain(detail);
    expect(diagnosis.status).toBe(detail.startsWith("calls") ? "ok" : "warn");
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
