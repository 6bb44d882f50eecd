import { describe, expect, it } from "vitest";
import { createHandler } from "../../../src/function/handler.js";
import type { ReceivedMessage } from "../../../src/ports/queue.js";

const context = { getRemainingTimeInMillis: () => 9_000 };
const event = {
  Records: ["m-1", "m-2"].map((messageId) => ({ messageId, receiptHandle: "r", body: "{}", attributes: {} })),
};
const failing = { process: async (batch: readonly ReceivedMessage[]) => batch.slice(1) };

describe("the handler", () => {
  it("answers the ids of what is to come again", async () => {
    const handler = createHandler(async () => ({ isFifo: true, processor: failing }));
    expect(await handler(event, context)).toEqual({ batchItemFailures: [{ itemIdentifier: "m-2" }] });
  });

  it("opens once, by the time of its first invocation", async () => {
    const opened: number[] = [];
    const handler = createHandler(async (remainingMs) => {
      opened.push(remainingMs);
      return { isFifo: true, processor: failing };
    });
    await handler(event, context);
    await handler(event, { getRemainingTimeInMillis: () => 1 });
    expect(opened).toEqual([9_000]);
  });

  it("fails the whole batch when it cannot open, and opens again for the next", async () => {
    let openings = 0;
    const handler = createHandler(async () => {
      if (++openings === 1) throw new Error("evp.config.json is not JSON");
      return { isFifo: true, processor: failing };
    });
    await expect(handler(event, context)).rejects.toThrow("evp.config.json is not JSON");
    expect(await handler(event, context)).toEqual({ batchItemFailures: [{ itemIdentifier: "m-2" }] });
  });

  it("refuses what is no event of SQS, instead of answering that all went well", async () => {
    const handler = createHandler(async () => ({ isFifo: true, processor: failing }));
    // @ts-expect-error as another trigger would invoke it
    await expect(handler({ detail: {} }, context)).rejects.toThrow("holds no Records");
  });
});
