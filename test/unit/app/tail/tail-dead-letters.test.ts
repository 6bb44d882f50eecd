import { describe, expect, it } from "vitest";
import { type TailDeadLettersOptions, tailDeadLetters } from "../../../../src/app/tail/tail-dead-letters.js";
import { CallError } from "../../../../src/ports/call.js";
import { setUpStack } from "../dlq/dead-letter-fixtures.js";

/** Tails the DLQ; `rejectLater` maps the number of a sleep to the message that is rejected meanwhile. */
async function tail(
  stack: ReturnType<typeof setUpStack>,
  rejectLater: Record<number, string>,
  options: TailDeadLettersOptions = {},
) {
  const sleep = stack.clock.sleep;
  let sleeps = 0;
  stack.clock.sleep = async (delayMs, signal) => {
    await sleep(delayMs, signal);
    const messageId = rejectLater[++sleeps];
    if (messageId !== undefined)
      await stack.reject({ messageId, reason: messageId.startsWith("c") ? "id-conflict" : "type-forbidden" });
  };
  const ids: string[] = [];
  for await (const { messageId } of tailDeadLetters(stack.ports, { idleTimeoutMs: 5_000, ...options }))
    ids.push(messageId);
  return ids;
}

describe("watching the DLQ", () => {
  it("yields each rejection from now on once, and takes nothing", async () => {
    const stack = setUpStack();
    await stack.reject({ messageId: "before" });
    expect(await tail(stack, { 1: "r-1", 2: "r-2", 5: "r-3" })).toEqual(["r-1", "r-2", "r-3"]);
    expect(stack.deadLetters.calls.filter(({ verb }) => verb !== "send")).toEqual([]);
  });

  it("finds what the index shows late", async () => {
    const stack = setUpStack();
    const { rejections } = stack.journal;
    const hiddenUntil = stack.clock.now() + 10_000;
    stack.journal.rejections = async function* (range) {
      for await (const entry of rejections(range)) {
        if (entry.rejected.messageId !== "r-1" || stack.clock.now() >= hiddenUntil) yield entry;
      }
    };
    expect(await tail(stack, { 1: "r-1", 2: "r-2" }, { idleTimeoutMs: 20_000 })).toEqual(["r-2", "r-1"]);
  });

  it("ends at the limit, and yields what the filters let through", async () => {
    const stack = setUpStack();
    const later = { 1: "r-1", 2: "c-1", 3: "r-2", 4: "c-2" };
    const filters = [{ name: "reason", operator: "=", value: "id-conflict" } as const];
    expect(await tail(stack, later, { filters, limit: 1 })).toEqual(["c-1"]);
  });

  it("ends when it is interrupted", async () => {
    const stack = setUpStack();
    const controller = new AbortController();
    controller.abort();
    expect(await tail(stack, {}, { signal: controller.signal, idleTimeoutMs: undefined })).toEqual([]);
  });

  it("begins with what was rejected since, and goes on", async () => {
    const stack = setUpStack();
    await stack.reject({ messageId: "old" });
    stack.clock.advance(3_600_000);
    const since = stack.clock.now();
    await stack.reject({ messageId: "r-1" });
    stack.clock.advance(600_000);
    expect(await tail(stack, { 2: "r-2" }, { since })).toEqual(["r-1", "r-2"]);
    expect(await tail(stack, {}, { since, follow: false })).toEqual(["r-1", "r-2"]);
  });

  it("goes on after a read that failed half way, with nothing twice", async () => {
    const stack = setUpStack();
    const since = stack.clock.now();
    for (const messageId of ["r-1", "r-2", "r-3"]) await stack.reject({ messageId });
    const { rejections } = stack.journal;
    let failures = 1;
    stack.journal.rejections = async function* (range) {
      for await (const entry of rejections(range)) {
        if (entry.rejected.messageId === "r-2" && failures-- > 0) throw throttled();
        yield entry;
      }
    };
    expect(await tail(stack, {}, { since, follow: false })).toEqual(["r-1", "r-2", "r-3"]);
  });
});

function throttled(): CallError {
  return new CallError("slow down", { code: "Throttling", message: "slow down", isSenderFault: false }, "throttled");
}
