import { expect, it } from "vitest";
import { createTally } from "../../../src/app/process/tally.js";
import { createManualClock } from "../../factories/manual-clock.js";

const message = { messageId: "m", groupId: "g", correlationId: "c", eventId: "e", clientId: "c", type: "t" };

it("counts outcomes and calls, and the rate between the first receipt and the last outcome", async () => {
  const clock = createManualClock();
  const calls = { receive: 5, publish: 1 };
  const { listener, summary } = createTally(
    clock,
    () => calls,
    () => undefined,
  );
  await clock.advance(10_000);
  listener("messages:received", { count: 0, limit: 10, bytes: 0, oldestSentAt: undefined });
  await clock.advance(10_000);
  listener("messages:received", { count: 3, limit: 10, bytes: 1500, oldestSentAt: undefined });
  await clock.advance(2_000);
  listener("event:published", { ...message, latencyMs: 1 });
  listener("event:rejected", { ...message, reason: "too-large", detail: "" });
  listener("event:duplicate", message);
  calls.publish = 7;
  await clock.advance(8_000);
  expect(summary()).toEqual({
    received: 3,
    published: 1,
    rejected: 1,
    duplicates: 1,
    durationMs: 30_000,
    eventsPerSecond: 1.5,
    apiCalls: 6,
    apiCallsPerEvent: 2,
  });
});

it("goes on when the listener fails", () => {
  const { listener, summary } = createTally(
    createManualClock(),
    () => ({}),
    () => {
      throw new Error("the screen is gone");
    },
  );
  listener("event:duplicate", message);
  expect(summary()).toMatchObject({ duplicates: 1 });
});
