import { describe, expect, it } from "vitest";
import type { ProcessEvents } from "../../../../src/app/process/events.js";
import { noteEvent } from "../../../../src/app/processor-reports/note-event.js";
import { startRun } from "../../../../src/app/processor-reports/run-state.js";
import { messageFacts } from "./message-facts.js";

const START = Date.UTC(2026, 10, 21, 10);
const fault = (message: string) => ({ code: "X", message, isSenderFault: false });

function aRun() {
  const state = startRun(START);
  const tell = <Name extends keyof ProcessEvents>(name: Name, payload: ProcessEvents[Name], now = START) =>
    noteEvent(state, name, payload, now);
  return { state, tell };
}

const BLOCKED = { reason: "schema-violation", detail: "no" } as const;

describe("outcomes", () => {
  it("are counted in all, by client and by type", () => {
    const { state, tell } = aRun();
    tell("messages:received", { count: 4, limit: 10, bytes: 2000, oldestSentAt: undefined });
    tell("event:published", { ...messageFacts(), latencyMs: 5 });
    tell("event:published", { ...messageFacts({ clientId: "client-2", type: "user_action" }), latencyMs: 5 });
    tell("event:duplicate", messageFacts());
    const nameless = { ...messageFacts(), clientId: undefined, type: undefined };
    tell("event:rejected", { ...nameless, reason: "malformed-json", detail: "no" });
    expect(state.received).toBe(4);
    expect(state.totals).toEqual({ published: 2, rejected: 1, duplicates: 1 });
    expect([...state.clients]).toEqual([
      ["client-1", { published: 1, rejected: 0, duplicates: 1 }],
      ["client-2", { published: 1, rejected: 0, duplicates: 0 }],
      ["(none)", { published: 0, rejected: 1, duplicates: 0 }],
    ]);
    expect([...state.types.keys()]).toEqual(["transaction", "user_action", "(none)"]);
  });

  it("of whatever producers write as a client do not fill the memory", () => {
    const { state, tell } = aRun();
    for (let index = 0; index < 2000; index += 1) {
      const message = messageFacts({ clientId: `c-${index}` });
      tell("event:rejected", { ...message, reason: "client-unknown", detail: "" });
    }
    expect(state.clients.size).toBe(501);
    expect(state.clients.get("(others)")).toEqual({ published: 0, rejected: 1500, duplicates: 0 });
    expect(state.rejections).toHaveLength(40);
    expect(state.rejections[0]?.clientId).toBe("c-1999");
  });
});

describe("what fails", () => {
  it("is counted while it repeats, and another failure takes its place", () => {
    const { state, tell } = aRun();
    for (const now of [START, START + 1000])
      tell("call:failed", { operation: "publish", fault: fault("timeout"), attempt: 1 }, now);
    expect(state.problem).toEqual({ text: "publish: timeout", at: START + 1000, times: 2 });
    tell("call:failed", { operation: "publish", fault: fault("refused"), attempt: 1 }, START + 2000);
    expect(state.problem).toEqual({ text: "publish: refused", at: START + 2000, times: 1 });
  });

  it("is down until it is up for every worker", () => {
    const { state, tell } = aRun();
    tell("breaker:opened", { dependency: "store", fault: fault("first") });
    tell("breaker:opened", { dependency: "store", fault: fault("second") }, START + 1000);
    expect([...state.down]).toEqual([["store", { since: START, why: "first", workers: 2 }]]);
    tell("breaker:closed", { dependency: "store", openMs: 1 });
    expect(state.down.size).toBe(1);
    tell("breaker:closed", { dependency: "store", openMs: 1 });
    expect(state.down.size).toBe(0);
  });
});

describe("a blocked group", () => {
  it("is there until it is unblocked, or its head has got its outcome elsewhere", () => {
    const { state, tell } = aRun();
    const head = (groupId: string) => messageFacts({ groupId, messageId: `m-${groupId}` });
    for (const groupId of ["a", "b", "c", "a"]) tell("group:blocked", { ...head(groupId), ...BLOCKED });
    expect([...state.blocked.keys()]).toEqual(["b", "c", "a"]);
    tell("group:unblocked", { groupId: "b" });
    tell("event:published", { ...head("c"), latencyMs: 1 });
    tell("event:published", { ...head("a"), messageId: "m-before", latencyMs: 1 });
    expect([...state.blocked]).toEqual([["a", { messageId: "m-a", clientId: "client-1", ...BLOCKED }]]);
  });
});

describe("a stalled group", () => {
  const released = (groupId: string) => ({
    ...messageFacts({ groupId, messageId: `m-${groupId}`, eventId: `e-${groupId}` }),
    messages: 2,
    delaySeconds: 30,
    why: "the topic does not answer",
  });

  it("is one that was given back, with what its head is, until it has an outcome", () => {
    const { state, tell } = aRun();
    tell("group:released", released("a"));
    tell("group:released", released("b"));
    tell("event:published", { ...messageFacts({ groupId: "a" }), latencyMs: 1 });
    const times = { since: START, lastTriedAt: START };
    const head = { messageId: "m-b", eventId: "e-b", clientId: "client-1", type: "transaction" };
    expect([...state.stalled.values()]).toEqual([
      { groupId: "b", ...head, messages: 2, why: "the topic does not answer", ...times },
    ]);
  });

  it("is none that waits for an operator", () => {
    const { state, tell } = aRun();
    tell("group:released", released("a"));
    tell("group:blocked", { ...messageFacts({ groupId: "a" }), ...BLOCKED });
    tell("group:released", released("a"));
    expect(state.stalled.size).toBe(0);
  });

  it("is none that was given back by a processor that stops", () => {
    const { state, tell } = aRun();
    tell("processor:stopping", { why: "signal", held: 12 });
    tell("group:released", released("a"));
    expect(state).toMatchObject({ phase: "stopping", stalled: new Map() });
  });
});
