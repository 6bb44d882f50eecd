import { describe, expect, it } from "vitest";
import { aFifoQueue, aModel, aStandardQueue, code, DAY, FIFO, MINUTE, NOON, only, refusal, SECOND } from "./a-model.js";

// AWS: "ReceiveMessage".
describe("the limits of a receive", () => {
  it.each([
    [
      { maxMessages: 0 },
      "InvalidParameterValue: Value 0 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
    ],
    [
      { maxMessages: 11 },
      "InvalidParameterValue: Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
    ],
    [
      { visibilitySeconds: 43_201 },
      "InvalidParameterValue: Value 43201 for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and 43200, if provided.",
    ],
    [
      { attemptId: "a b" },
      "InvalidParameterValue: Value a b for parameter ReceiveRequestAttemptId is invalid. Reason: ReceiveRequestAttemptId can only include alphanumeric and punctuation characters. 1 to 128 in length.",
    ],
    [{}, "accepted"],
  ])("%j", (options, expected) => {
    const queue = aFifoQueue();
    expect(refusal(() => queue.model.queues.receive(queue.name, options, NOON))).toBe(expected);
  });

  it("returns one message by default", () => {
    const queue = aFifoQueue();
    queue.send("a", ["a1", "a2"]);
    expect(queue.model.queues.receive(queue.name, {}, NOON)).toHaveLength(1);
  });

  it("takes an attempt id on FIFO queues alone", () => {
    const queue = aStandardQueue();
    expect(code(() => queue.model.queues.receive(queue.name, { attemptId: "a" }, NOON))).toBe("InvalidParameterValue");
  });

  it("tells how often, when first, and when sent", () => {
    const queue = aFifoQueue();
    queue.send("a", ["a1"]);
    queue.receive(NOON + SECOND);
    expect(only(queue.receive(NOON + MINUTE))).toMatchObject({
      body: "a1",
      groupId: "a",
      deduplicationId: "d-1",
      receiveCount: 2,
      firstReceivedAt: NOON + SECOND,
      sentAt: NOON,
    });
  });

  it("asks for a queue that exists", () => {
    expect(refusal(() => aModel().queues.receive("none", {}, NOON))).toBe(
      "QueueDoesNotExist: The specified queue does not exist.",
    );
  });
});

// AWS: "Amazon SQS standard queues".
describe("a standard queue", () => {
  it("hands out messages while others are in flight", () => {
    const queue = aStandardQueue();
    queue.send("", ["1", "2", "3"]);
    expect(queue.bodies(NOON, 2)).toEqual(["1", "2"]);
    expect(queue.bodies(NOON, 2)).toEqual(["3"]);
  });

  it("hands a message out again after its visibility timeout", () => {
    const queue = aStandardQueue({ VisibilityTimeout: "30" });
    queue.send("", ["1"]);
    queue.receive();
    expect(queue.bodies(NOON + 30 * SECOND - 1)).toEqual([]);
    expect(queue.bodies(NOON + 30 * SECOND)).toEqual(["1"]);
  });

  it("hands a message out once a call, even with a visibility timeout of 0", () => {
    const queue = aStandardQueue();
    queue.send("", ["1", "2"]);
    expect(queue.receive(NOON, 10, 0)).toHaveLength(2);
    expect(queue.receive(NOON, 10, 0)).toHaveLength(2);
  });

  it("carries a message group id without ordering by it", () => {
    const queue = aStandardQueue();
    queue.model.queues.send(queue.name, { body: "1", groupId: "tenant" }, NOON);
    queue.model.queues.send(queue.name, { body: "2", groupId: "tenant" }, NOON);
    expect(only(queue.receive(NOON, 1)).groupId).toBe("tenant");
    expect(queue.receive(NOON, 1)).toHaveLength(1);
  });

  it("says OverLimit at 120,000 messages in flight", () => {
    const queue = aStandardQueue();
    queue.send(
      "",
      Array.from({ length: 120_001 }, () => "x"),
    );
    for (let call = 0; call < 12_000; call += 1) queue.receive(NOON, 10, 600);
    expect(code(() => queue.receive())).toBe("OverLimit");
  });
});

// AWS: "SetQueueAttributes", MessageRetentionPeriod.
describe("retention", () => {
  it("deletes a message that is older, received or not", () => {
    const queue = aFifoQueue({ MessageRetentionPeriod: "60" });
    queue.send("a", ["a1", "a2"]);
    queue.receive(NOON + 59 * SECOND, 1);
    expect(queue.counts(NOON + 60 * SECOND - 1)).toEqual([1, 1, 0]);
    expect(queue.counts(NOON + 60 * SECOND)).toEqual([0, 0, 0]);
  });

  it("counts from the original send, whatever happened since", () => {
    const queue = aFifoQueue({ MessageRetentionPeriod: "60" });
    queue.send("a", ["a1"]);
    queue.changeVisibility(only(queue.receive(NOON + 50 * SECOND)).receiptHandle, 0, NOON + 50 * SECOND);
    expect(queue.bodies(NOON + 60 * SECOND)).toEqual([]);
  });

  it("shortened, deletes what is too old now", () => {
    const queue = aFifoQueue();
    queue.send("a", ["a1"]);
    queue.model.queues.setAttributes(queue.name, { MessageRetentionPeriod: "60" }, NOON + 2 * MINUTE);
    expect(queue.counts(NOON + 2 * MINUTE)).toEqual([0, 0, 0]);
  });

  it("unlocks the group behind a message that expired in flight", () => {
    const queue = aFifoQueue({ MessageRetentionPeriod: "60" });
    queue.send("a", ["a1"]);
    queue.receive(NOON + 30 * SECOND, 1, 600);
    queue.send("a", ["a2"], NOON + 40 * SECOND);
    expect(queue.bodies(NOON + 59 * SECOND)).toEqual([]);
    expect(queue.bodies(NOON + 60 * SECOND)).toEqual(["a2"]);
  });
});

// AWS: "Using dead-letter queues in Amazon SQS".
describe("native redrive", () => {
  const arn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;
  function withDeadLetters(isFifo: boolean, maxReceiveCount: number) {
    const suffix = isFifo ? ".fifo" : "";
    const attributes = isFifo ? FIFO : {};
    const model = aModel();
    model.queues.create({ name: `dead${suffix}`, attributes, tags: {} }, NOON);
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arn(`dead${suffix}`), maxReceiveCount });
    model.queues.create(
      { name: `live${suffix}`, attributes: { ...attributes, RedrivePolicy, VisibilityTimeout: "30" }, tags: {} },
      NOON,
    );
    return model;
  }

  it("moves a message when it would be received once more than maxReceiveCount", () => {
    const model = withDeadLetters(true, 2);
    const sent = model.queues.send("live.fifo", { body: "poison", groupId: "g", deduplicationId: "d" }, NOON);
    const receive = (now: number) => model.queues.receive("live.fifo", { maxMessages: 10 }, now);
    expect(receive(NOON)).toHaveLength(1);
    expect(receive(NOON + 30 * SECOND)).toHaveLength(1);
    expect(receive(NOON + 60 * SECOND)).toEqual([]);
    const dead = only(model.queues.receive("dead.fifo", {}, NOON + 60 * SECOND));
    expect(dead).toMatchObject({
      messageId: sent.messageId,
      body: "poison",
      groupId: "g",
      deduplicationId: "d",
      receiveCount: 3,
      sentAt: NOON + 60 * SECOND,
      deadLetterSourceArn: arn("live.fifo"),
    });
  });

  it("hands out the rest of the group in the same receive", () => {
    const model = withDeadLetters(true, 1);
    for (const id of ["1", "2"]) model.queues.send("live.fifo", { body: id, groupId: "g", deduplicationId: id }, NOON);
    model.queues.receive("live.fifo", { maxMessages: 1 }, NOON);
    const received = model.queues.receive("live.fifo", { maxMessages: 10 }, NOON + 30 * SECOND);
    expect(received.map((message) => message.body)).toEqual(["2"]);
  });

  it("pays no regard to deduplication on the dead-letter queue", () => {
    const model = withDeadLetters(true, 1);
    model.queues.send("dead.fifo", { body: "earlier", groupId: "g", deduplicationId: "d" }, NOON);
    model.queues.send("live.fifo", { body: "poison", groupId: "g", deduplicationId: "d" }, NOON);
    model.queues.receive("live.fifo", {}, NOON);
    model.queues.receive("live.fifo", {}, NOON + 30 * SECOND);
    expect(model.queues.attributes("dead.fifo", ["ApproximateNumberOfMessages"], NOON + 30 * SECOND)).toEqual({
      ApproximateNumberOfMessages: "2",
    });
  });

  it("keeps the enqueue time of a standard queue's message, so that its retention goes on", () => {
    const model = withDeadLetters(false, 1);
    model.queues.send("live", { body: "x" }, NOON);
    model.queues.receive("live", {}, NOON + 3 * DAY);
    model.queues.receive("live", {}, NOON + 3 * DAY + MINUTE);
    const count = (now: number) =>
      model.queues.attributes("dead", ["ApproximateNumberOfMessages"], now).ApproximateNumberOfMessages;
    expect(count(NOON + 4 * DAY - 1)).toBe("1");
    expect(count(NOON + 4 * DAY)).toBe("0");
  });

  it("keeps a message when its dead-letter queue is gone", () => {
    const model = withDeadLetters(true, 1);
    model.queues.send("live.fifo", { body: "x", groupId: "g", deduplicationId: "d" }, NOON);
    model.queues.delete("dead.fifo");
    model.queues.receive("live.fifo", {}, NOON);
    expect(model.queues.receive("live.fifo", {}, NOON + 30 * SECOND)).toHaveLength(1);
  });
});
