import { describe, expect, it } from "vitest";
import { redriveProblem } from "../../../../src/app/dlq/redrive-dead-letters.js";
import { CallError } from "../../../../src/ports/call.js";
import { sentIds, setUpStack } from "./dead-letter-fixtures.js";

describe("a redrive that does not come to its end", () => {
  it("says what failed, holds back what comes behind it, and goes on when it is run again", async () => {
    const stack = setUpStack();
    for (let index = 1; index <= 3; index++) await stack.reject({ messageId: `r-${index}`, sequence: index });
    stack.ingress.entryFaultOf = ({ body }) =>
      body.includes("e-r-2") ? { code: "InternalError", message: "try later", isSenderFault: true } : undefined;
    const report = await stack.redrive();
    expect(report).toMatchObject({
      redriven: 1,
      failed: [{ messageId: "r-2", error: "not sent: try later" }, { messageId: "r-3" }],
    });
    expect(redriveProblem(report)).toMatchObject({ category: "partly-done", retryable: true });
    stack.ingress.entryFaultOf = () => undefined;
    expect(await stack.redrive()).toMatchObject({ matched: 2, redriven: 2 });
    expect(sentIds(stack)).toEqual(["e-r-1", "e-r-2", "e-r-3"]);
  });

  it("stops after the batch in the air when it is interrupted, and releases what it holds", async () => {
    const stack = setUpStack();
    for (let index = 1; index <= 5; index++) await stack.reject({ messageId: `r-${index}`, sequence: index });
    const controller = new AbortController();
    const report = await stack.redrive({ signal: controller.signal, onProgress: () => controller.abort() });
    expect(report).toMatchObject({ matched: 5, redriven: 1, interrupted: true });
    expect(redriveProblem(report)).toMatchObject({ code: "interrupted", exitCode: 130 });
    expect(await stack.deadLetters.depth()).toEqual({ visible: 4, inFlight: 0, delayed: 0 });
    expect(stack.journal.locks.size).toBe(0);
    await stack.redrive();
    expect(sentIds(stack)).toEqual(["e-r-1", "e-r-2", "e-r-3", "e-r-4", "e-r-5"]);
  });

  it("fails as a whole when nothing could be done", async () => {
    const stack = setUpStack();
    await stack.reject({ messageId: "r-1" });
    stack.ingress.faultOf = () => ({ when: "before", kind: "unreachable" });
    await expect(stack.redrive()).rejects.toMatchObject({ name: "CallError", kind: "unreachable" });
    expect(await stack.deadLetters.depth()).toMatchObject({ visible: 1, inFlight: 0 });
  });
});

describe("one redrive at a time", () => {
  it("is refused while another one is alive", async () => {
    const stack = setUpStack();
    await stack.reject({ messageId: "r-1" });
    const renew = () => {
      stack.journal.locks.set("redrive", { name: "redrive", holder: "other", until: stack.clock.now() + 40_000 });
    };
    renew();
    const sleep = stack.clock.sleep;
    stack.clock.sleep = async (delayMs, signal) => {
      await sleep(delayMs, signal);
      renew();
    };
    await expect(stack.redrive()).rejects.toMatchObject({ code: "locked", retryable: true, exitCode: 1 });
    expect(stack.ingress.calls).toEqual([]);
  });

  /** Each lookup of the plan takes 4 s of the lock's 20 s. */
  async function slowStack() {
    const stack = setUpStack();
    for (let index = 1; index <= 10; index++) await stack.reject({ messageId: `r-${index}`, groupId: `g-${index}` });
    const { hasNewer } = stack.journal;
    stack.journal.hasNewer = (group) => {
      stack.clock.advance(4_000);
      return hasNewer(group);
    };
    return stack;
  }

  it("keeps its lock while it plans, however long that takes", async () => {
    const stack = await slowStack();
    const leftMs: number[] = [];
    const { hasNewer } = stack.journal;
    stack.journal.hasNewer = (group) => {
      leftMs.push((stack.journal.locks.get("redrive")?.until ?? 0) - stack.clock.now());
      return hasNewer(group);
    };
    expect(await stack.redrive()).toMatchObject({ redriven: 10 });
    expect(leftMs).toHaveLength(10);
    expect(Math.min(...leftMs)).toBeGreaterThan(10_000);
  });

  it("goes on after a question that took longer than its lock lasts, unless another one has begun", async () => {
    const stack = setUpStack();
    await stack.reject({ messageId: "r-1" });
    const think = async () => stack.clock.advance(60_000);
    const beOvertaken = async () => {
      await think();
      const until = stack.clock.now() + 20_000;
      stack.journal.locks.set("redrive", { name: "redrive", holder: "other", until });
    };
    await expect(stack.redrive({ confirm: beOvertaken })).rejects.toMatchObject({ code: "locked" });
    expect(stack.ingress.calls).toEqual([]);
    stack.journal.locks.clear();
    expect(await stack.redrive({ confirm: think })).toMatchObject({ redriven: 1, failed: [] });
  });

  it("keeps its lock and its letters during long pauses", async () => {
    const stack = setUpStack();
    for (let index = 1; index <= 2; index++) await stack.reject({ messageId: `r-${index}`, groupId: `g-${index}` });
    const { sleep } = stack.clock;
    const leftMs: number[] = [];
    stack.clock.sleep = async (delayMs, signal) => {
      await sleep(delayMs, signal);
      leftMs.push((stack.journal.locks.get("redrive")?.until ?? 0) - stack.clock.now());
    };
    expect(await stack.redrive({ ratePerSecond: 1 / 60 })).toMatchObject({ redriven: 2, failed: [] });
    expect(stack.deadLetters.contents).toEqual([]);
    expect(sentIds(stack)).toEqual(["e-r-1", "e-r-2"]);
    expect(Math.min(...leftMs)).toBeGreaterThan(5_000);
  });

  it("tells what was done when its lock cannot be given back", async () => {
    const stack = setUpStack();
    await stack.reject({ messageId: "r-1" });
    const fault = { code: "ThrottlingException", message: "slow down", isSenderFault: false };
    stack.journal.giveLock = () => Promise.reject(new CallError("slow down", fault, "throttled"));
    expect(await stack.redrive()).toMatchObject({ redriven: 1 });
  });

  it("sends nothing once somebody else has its lock", async () => {
    const stack = await slowStack();
    const { hasNewer } = stack.journal;
    stack.journal.hasNewer = (group) => {
      const other = { name: "redrive", holder: "other", until: stack.clock.now() + 60_000 };
      stack.journal.locks.set("redrive", other);
      return hasNewer(group);
    };
    await expect(stack.redrive()).rejects.toMatchObject({ code: "locked" });
    expect(stack.ingress.calls).toEqual([]);
  });

  it("tells what was done when its lock is lost in the middle", async () => {
    const stack = setUpStack();
    for (let index = 1; index <= 5; index++) await stack.reject({ messageId: `r-${index}`, sequence: index });
    const onProgress = () => {
      stack.clock.advance(6_000);
      const other = { name: "redrive", holder: "other", until: stack.clock.now() + 60_000 };
      stack.journal.locks.set("redrive", other);
    };
    const report = await stack.redrive({ onProgress });
    expect(report).toMatchObject({ redriven: 1, failed: [{ error: "another redrive of this stack is running" }] });
    expect(redriveProblem(report)).toMatchObject({ category: "partly-done" });
    expect(sentIds(stack)).toEqual(["e-r-1"]);
    expect(stack.journal.facts.filter(({ fact }) => fact === "redriven")).toHaveLength(1);
  });

  it("waits for the lock of one that died", async () => {
    const stack = setUpStack();
    await stack.reject({ messageId: "r-1" });
    const until = stack.clock.now() + 40_000;
    stack.journal.locks.set("redrive", { name: "redrive", holder: "other", until });
    expect(await stack.redrive()).toMatchObject({ redriven: 1 });
    expect(stack.clock.now()).toBeGreaterThanOrEqual(until);
    expect(stack.journal.locks.size).toBe(0);
  });
});
