import { expect, test } from "vitest";
import { ratePerSecond, show, startView } from "../../../src/ui/live/view-state.js";

const START = Date.UTC(2026, 10, 21, 10);

function message(clientId: string | undefined, eventId = "e-1") {
  return { messageId: "m-1", groupId: "g-1", correlationId: "m-1", eventId, clientId, type: "transaction" };
}

test("outcomes are counted in all and by client", () => {
  const state = startView(START);
  show(state, "messages:received", { count: 4, limit: 10, oldestSentAt: undefined }, START);
  show(state, "event:published", { ...message("client-1"), latencyMs: 5 }, START);
  show(state, "event:published", { ...message("client-2"), latencyMs: 5 }, START);
  show(state, "event:duplicate", message("client-1"), START);
  show(state, "event:rejected", { ...message(undefined), reason: "malformed-json", detail: "no" }, START);
  expect(state.received).toBe(4);
  expect(state.totals).toEqual({ published: 2, rejected: 1, duplicates: 1 });
  expect([...state.clients]).toEqual([
    ["client-1", { published: 1, rejected: 0, duplicates: 1 }],
    ["client-2", { published: 1, rejected: 0, duplicates: 0 }],
    ["(no client)", { published: 0, rejected: 1, duplicates: 0 }],
  ]);
});

test("the last five rejections are kept, newest first", () => {
  const state = startView(START);
  for (let index = 1; index <= 7; index += 1) {
    const rejected = { ...message("client-1", `e-${index}`), reason: "too-large" as const, detail: "" };
    show(state, "event:rejected", rejected, START + index);
  }
  expect(state.rejections.map(({ eventId }) => eventId)).toEqual(["e-7", "e-6", "e-5", "e-4", "e-3"]);
});

test("the rate is that of the complete seconds of the last ten", () => {
  const state = startView(START);
  const publish = (at: number) => show(state, "event:published", { ...message("c"), latencyMs: 1 }, at);
  for (let index = 0; index < 30; index += 1) publish(START + index * 100);
  expect(ratePerSecond(state, START + 500)).toBe(0);
  expect(ratePerSecond(state, START + 3000)).toBe(10);
  expect(ratePerSecond(state, START + 10_000)).toBe(3);
  expect(ratePerSecond(state, START + 13_000)).toBe(0);
});

test("seconds that no rate needs are forgotten", () => {
  const state = startView(START);
  for (let second = 0; second < 1000; second += 1) {
    show(state, "event:published", { ...message("c"), latencyMs: 1 }, START + second * 1000);
  }
  expect(state.perSecond.size).toBeLessThanOrEqual(11);
});

test("a failure that repeats is counted, another one takes its place", () => {
  const state = startView(START);
  const fail = (text: string, at: number) =>
    show(
      state,
      "call:failed",
      { operation: "publish", fault: { code: "X", message: text, isSenderFault: false }, attempt: 1 },
      at,
    );
  fail("timeout", START);
  fail("timeout", START + 1000);
  expect(state.problem).toEqual({ text: "publish: timeout", at: START + 1000, times: 2 });
  fail("refused", START + 2000);
  expect(state.problem).toEqual({ text: "publish: refused", at: START + 2000, times: 1 });
});

test("a blocked group is there until it is unblocked, or its head has got its outcome elsewhere", () => {
  const state = startView(START);
  const head = (groupId: string) => ({
    ...message("client-1"),
    groupId,
    messageId: `m-${groupId}`,
    clientId: "client-1",
  });
  const why = { reason: "schema-violation" as const, detail: "no" };
  for (const groupId of ["a", "b", "c", "a"]) show(state, "group:blocked", { ...head(groupId), ...why }, START);
  expect([...state.blocked.keys()]).toEqual(["b", "c", "a"]);
  show(state, "group:unblocked", { groupId: "b" }, START);
  show(state, "event:published", { ...head("c"), latencyMs: 1 }, START);
  show(state, "event:published", { ...head("a"), messageId: "m-before", latencyMs: 1 }, START);
  expect([...state.blocked]).toEqual([["a", { messageId: "m-a", clientId: "client-1", ...why }]]);
});

test("a processor that stops says so", () => {
  const state = startView(START);
  show(state, "processor:stopping", { why: "signal", held: 12 }, START);
  expect(state).toMatchObject({ phase: "stopping" });
});
