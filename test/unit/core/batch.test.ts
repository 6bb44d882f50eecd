import { describe, expect, it } from "vitest";
import { batchFailures } from "../../../src/core/batch-failures.js";
import { batchTimes } from "../../../src/core/batch-times.js";

describe("which messages of a batch come again", () => {
  const batch = ["a1", "b1", "a2", "c1", "b2", "a3"].map((messageId) => ({ messageId, groupId: messageId.charAt(0) }));
  it.each([
    { done: ["a1", "b1", "a2", "c1", "b2", "a3"], again: [] },
    { done: [], again: ["a1", "b1", "a2", "c1", "b2", "a3"] },
    { done: ["a1", "b1", "c1", "b2"], again: ["a2", "a3"] },
    // Done though the one before it is not, as when only its record could be written.
    { done: ["a1", "b1", "c1", "b2", "a3"], again: ["a2", "a3"] },
    { done: ["a1", "a2", "a3", "c1"], again: ["b1", "b2"] },
    { done: ["a1", "b1", "a2", "b2", "a3"], again: ["c1"] },
  ])("done: $done", ({ done, again }) => {
    const failures = batchFailures(batch, ({ messageId }) => done.includes(messageId));
    expect(failures.map(({ messageId }) => messageId)).toEqual(again);
  });
});

describe("the time of a batch", () => {
  it.each([
    {
      remainingMs: 60_000,
      callTimeoutMs: 10_000,
      times: { callTimeoutMs: 10_000, giveUpAfterMs: 39_000, leaseMs: 59_000 },
    },
    {
      remainingMs: 10_000,
      callTimeoutMs: 10_000,
      times: { callTimeoutMs: 2_250, giveUpAfterMs: 4_500, leaseMs: 9_000 },
    },
    { remainingMs: 3_000, callTimeoutMs: 10_000, times: { callTimeoutMs: 500, giveUpAfterMs: 1_000, leaseMs: 2_000 } },
    {
      remainingMs: 10_000,
      callTimeoutMs: 1_000,
      times: { callTimeoutMs: 1_000, giveUpAfterMs: 7_000, leaseMs: 9_000 },
    },
    { remainingMs: 500, callTimeoutMs: 10_000, times: { callTimeoutMs: 100, giveUpAfterMs: 0, leaseMs: 0 } },
  ])("$remainingMs ms, calls of $callTimeoutMs ms", ({ remainingMs, callTimeoutMs, times }) => {
    expect(batchTimes(remainingMs, callTimeoutMs)).toEqual(times);
  });
});
