import { describe, expect, it } from "vitest";
import { aFifoQueue, NOON, SECOND } from "./a-model.js";

// AWS: "FIFO queue delivery logic in Amazon SQS", "ReceiveMessage".
describe("receiving from a FIFO queue", () => {
  it("returns as many messages of one group as fit, in the order in which they were sent", () => {
    const queue = aFifoQueue();
    queue.send("a", ["a1", "a2", "a3"]);
    expect(queue.bodies(NOON, 2)).toEqual(["a1", "a2"]);
  });

  it("goes on with other groups when the first has fewer messages than fit", () => {
    const queue = aFifoQueue();
    queue.send("a", ["a1"]);
    queue.send("b", ["b1"]);
    queue.send("a", ["a2"]);
    queue.send("b", ["b2"]);
    expect(queue.bodies(NOON, 3)).toEqual(["a1", "a2", "b1"]);
  });

  it("returns no more of a group while messages of it are in flight", () => {
    const queue = aFifoQueue();
    queue.send("a", ["a1", "a2"]);
    queue.send("b", ["b1"]);
    expect(queue.bodies(NOON, 1)).toEqual(["a1"]);
    expect(queue.bodies()).toEqual(["b1"]);
    expect(queue.bodies()).toEqual([]);
  });

  it("goes on with the group once everything in flight was deleted", () => {
    const queue = aFifoQueue();
    queue.send("a", ["a1", "a2", "a3"]);
    const [first, second] = queue.receive(NOON, 2);
    queue.delete(first!.receiptHandle);
    expect(queue.bodies()).toEqual([]);
    queue.delete(second!.receiptHandle);
    expect(queue.bodies()).toEqual(["a3"]);
  });

  it("hands the group out again from its first message when the visibility timeout has run out", () => {
    const queue = aFifoQueue({ VisibilityTimeout: "30" });
    queue.send("a", ["a1", "a2", "a3"]);
    expect(queue.bodies(NOON, 2)).toEqual(["a1", "a2"]);
    expect(queue.bodies(NOON + 30 * SECOND - 1)).toEqual([]);
    expect(queue.bodies(NOON + 30 * SECOND)).toEqual(["a1", "a2", "a3"]);
  });

  it("hands a group out up to its first message that is still invisible", () => {
    const queue = aFifoQueue();
    queue.send("a", ["a1", "a2", "a3", "a4"]);
    const [first, second] = queue.receive(NOON, 3);
    queue.changeVisibility(first!.receiptHandle, 0);
    queue.changeVisibility(second!.receiptHandle, 0);
    expect(queue.bodies()).toEqual(["a1", "a2"]);
  });

  it("never lets a released message overtake an older one in flight", () => {
    const queue = aFifoQueue();
    queue.send("a", ["a1", "a2"]);
    const [, second] = queue.receive();
    queue.changeVisibility(second!.receiptHandle, 0);
    expect(queue.bodies()).toEqual([]);
  });

  it("takes the groups in turns, so that none starves the others", () => {
    const queue = aFifoQueue();
    queue.send("a", ["a1", "a2"]);
    queue.send("b", ["b1"]);
    const [first] = queue.receive(NOON, 1);
    queue.delete(first!.receiptHandle);
    expect(queue.bodies(NOON, 1)).toEqual(["b1"]);
    expect(queue.bodies(NOON, 1)).toEqual(["a2"]);
  });

  it("takes the groups in turns also when messages stay visible", () => {
    const queue = aFifoQueue();
    queue.send("a", ["a1"]);
    queue.send("b", ["b1"]);
    const next = () => queue.receive(NOON, 1, 0).map((message) => message.body);
    expect([next(), next(), next()]).toEqual([["a1"], ["b1"], ["a1"]]);
  });

  it("keeps order when a message is received with a visibility timeout of 0", () => {
    const queue = aFifoQueue();
    queue.send("a", ["a1", "a2"]);
    expect(queue.receive(NOON, 1, 0).map((message) => message.body)).toEqual(["a1"]);
    expect(queue.bodies()).toEqual(["a1", "a2"]);
  });

  // AWS: "Amazon SQS delay queues": a FIFO queue's delay holds for messages that wait already.
  it("delays the whole group behind a delayed message", () => {
    const queue = aFifoQueue({ DelaySeconds: "10" });
    queue.send("a", ["a1"]);
    expect(queue.counts()).toEqual([0, 0, 1]);
    queue.model.queues.setAttributes(queue.name, { DelaySeconds: "20" }, NOON + SECOND);
    expect(queue.bodies(NOON + 19 * SECOND)).toEqual([]);
    queue.model.queues.setAttributes(queue.name, { DelaySeconds: "0" }, NOON + 19 * SECOND);
    expect(queue.bodies(NOON + 19 * SECOND)).toEqual(["a1"]);
  });

  it("counts visible, in-flight and delayed messages", () => {
    const queue = aFifoQueue();
    queue.send("a", ["a1", "a2", "a3"]);
    queue.receive(NOON, 2);
    expect(queue.counts()).toEqual([1, 2, 0]);
    expect(queue.counts(NOON + 30 * SECOND)).toEqual([3, 0, 0]);
  });

  // AWS: "Amazon SQS FIFO queue quotas": at 120,000 in flight, no error and no message.
  it("hands out nothing, without an error, at 120,000 messages in flight", () => {
    const queue = aFifoQueue();
    for (let group = 0; group < 12_001; group += 1)
      queue.send(
        `g${group}`,
        Array.from({ length: 10 }, () => "x"),
      );
    for (let call = 0; call < 12_000; call += 1) queue.receive(NOON, 10, 600);
    expect(queue.counts()).toEqual([10, 120_000, 0]);
    expect(queue.receive()).toEqual([]);
  });
});

// AWS: "ReceiveMessage", ReceiveRequestAttemptId.
describe("repeating a receive by its attempt id", () => {
  const attempt = (queue: ReturnType<typeof aFifoQueue>, now: number, attemptId = "try-1") =>
    queue.model.queues.receive(queue.name, { maxMessages: 2, attemptId }, now);

  it("gives the same messages with the same receipt handles, and resets the visibility timeout", () => {
    const queue = aFifoQueue({ VisibilityTimeout: "30" });
    queue.send("a", ["a1", "a2", "a3"]);
    const first = attempt(queue, NOON);
    expect(attempt(queue, NOON + 20 * SECOND)).toEqual(first);
    expect(queue.bodies(NOON + 49 * SECOND)).toEqual([]);
    queue.delete(first[0]!.receiptHandle, NOON + 49 * SECOND);
  });

  it("receives anew with another attempt id", () => {
    const queue = aFifoQueue();
    queue.send("a", ["a1"]);
    attempt(queue, NOON);
    expect(attempt(queue, NOON, "try-2")).toEqual([]);
  });

  it.each([
    ["deleted", (queue: ReturnType<typeof aFifoQueue>, handle: string) => queue.delete(handle)],
    [
      "changed in visibility",
      (queue: ReturnType<typeof aFifoQueue>, handle: string) => queue.changeVisibility(handle, 60),
    ],
  ])("gives nothing again once one of the messages was %s", (_, touch) => {
    const queue = aFifoQueue();
    queue.send("a", ["a1", "a2"]);
    const [first] = attempt(queue, NOON);
    touch(queue, first!.receiptHandle);
    expect(attempt(queue, NOON)).toEqual([]);
  });

  it("receives anew after 5 minutes", () => {
    const queue = aFifoQueue({ VisibilityTimeout: "600" });
    queue.send("a", ["a1"]);
    attempt(queue, NOON);
    expect(attempt(queue, NOON + 300 * SECOND - 1)).toHaveLength(1);
    expect(attempt(queue, NOON + 300 * SECOND)).toEqual([]);
  });

  it("receives anew, with new receipt handles, after the visibility timeout", () => {
    const queue = aFifoQueue({ VisibilityTimeout: "30" });
    queue.send("a", ["a1"]);
    const [first] = attempt(queue, NOON);
    const [again] = attempt(queue, NOON + 30 * SECOND);
    expect(again!.receiveCount).toBe(2);
    expect(again!.receiptHandle).not.toBe(first!.receiptHandle);
  });
});
