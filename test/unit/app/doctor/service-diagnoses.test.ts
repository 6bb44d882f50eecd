import { describe, expect, it } from "vitest";
import { quotaDiagnosis } from "../../../../src/app/doctor/quota-checkup.js";
import { clockDiagnosis, reachDiagnosis } from "../../../../src/app/doctor/reach-checkups.js";
import { sizeFindings } from "../../../../src/app/doctor/size-checkup.js";
import { timeoutDiagnosis } from "../../../../src/app/doctor/timeout-checkup.js";
import { settingsOf } from "../../../factories/settings.js";
import { callError } from "./call-error.js";

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
