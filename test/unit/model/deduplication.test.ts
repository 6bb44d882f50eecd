import { describe, expect, it } from "vitest";
import { aFifoQueue, aModel, code, FIFO, HIGH_THROUGHPUT, MINUTE, NOON, refusal } from "./a-model.js";

const WINDOW = 5 * MINUTE;

// AWS: "Using the message deduplication ID in Amazon SQS", "SendMessage" (MessageDeduplicationId).
describe("deduplication on a FIFO queue", () => {
  const send = (
    queue: ReturnType<typeof aFifoQueue>,
    groupId: string,
    deduplicationId: string,
    now = NOON,
    body = "x",
  ) => queue.model.queues.send(queue.name, { body, groupId, deduplicationId }, now);

  it("answers a repeated id with the original's message id and sequence number, and delivers one message", () => {
    const queue = aFifoQueue();
    const first = send(queue, "a", "d");
    expect(send(queue, "a", "d", NOON + 1)).toEqual(first);
    expect(queue.bodies()).toHaveLength(1);
  });

  it("compares the id alone, not the body", () => {
    const queue = aFifoQueue();
    send(queue, "a", "d", NOON, "one");
    send(queue, "a", "d", NOON, "two");
    expect(queue.bodies()).toEqual(["one"]);
  });

  it("lasts 5 minutes from the first send", () => {
    const queue = aFifoQueue();
    const first = send(queue, "a", "d");
    expect(send(queue, "a", "d", NOON + WINDOW - 1)).toEqual(first);
    expect(send(queue, "a", "d", NOON + WINDOW)).not.toEqual(first);
  });

  it("goes on after the message was received and deleted, and after a purge", () => {
    const queue = aFifoQueue();
    const first = send(queue, "a", "d");
    for (const { receiptHandle } of queue.receive()) queue.delete(receiptHandle);
    expect(send(queue, "a", "d", NOON + MINUTE)).toEqual(first);
    queue.model.queues.purge(queue.name, NOON + MINUTE);
    expect(send(queue, "a", "d", NOON + 2 * MINUTE)).toEqual(first);
    expect(queue.bodies(NOON + 2 * MINUTE)).toEqual([]);
  });

  it("spans all groups of the queue by default", () => {
    const queue = aFifoQueue();
    send(queue, "a", "d");
    send(queue, "b", "d");
    expect(queue.counts()).toEqual([1, 0, 0]);
  });

  it("is kept per group with DeduplicationScope messageGroup", () => {
    const queue = aFifoQueue(HIGH_THROUGHPUT);
    send(queue, "a", "d");
    send(queue, "b", "d");
    send(queue, "b", "d");
    expect(queue.counts()).toEqual([2, 0, 0]);
  });

  it("starts anew with a new queue of the same name", () => {
    const queue = aFifoQueue();
    const first = send(queue, "a", "d");
    queue.model.queues.delete(queue.name);
    queue.model.queues.create({ name: queue.name, attributes: FIFO, tags: {} }, NOON);
    expect(send(queue, "a", "d").messageId).not.toBe(first.messageId);
  });

  it("counts the earlier entries of the same batch", () => {
    const queue = aFifoQueue();
    const entry = { body: "x", groupId: "a", deduplicationId: "d" };
    const { successful } = queue.model.queues.sendBatch(
      queue.name,
      [
        { id: "1", ...entry },
        { id: "2", ...entry },
      ],
      NOON,
    );
    expect(successful[1]).toEqual({ ...successful[0], id: "2" });
    expect(queue.counts()).toEqual([1, 0, 0]);
  });

  it("forgets nothing of a window while others run out", () => {
    const queue = aFifoQueue();
    for (let minute = 0; minute < 20; minute += 1) send(queue, "a", `d-${minute}`, NOON + minute * MINUTE);
    const last = NOON + 19 * MINUTE;
    const before = queue.counts(last)[0];
    for (let minute = 15; minute < 20; minute += 1) send(queue, "a", `d-${minute}`, last);
    expect(queue.counts(last)[0]).toBe(before);
    send(queue, "a", "d-14", last);
    expect(queue.counts(last)[0]).toBe(before! + 1);
  });
});

// AWS: "SendMessage", ContentBasedDeduplication.
describe("content-based deduplication", () => {
  it("takes the SHA-256 of the body, not of the attributes", () => {
    const queue = aFifoQueue({ ContentBasedDeduplication: "true" });
    queue.model.queues.send(queue.name, { body: "same", groupId: "a" }, NOON);
    const attributes = { kind: { dataType: "String", stringValue: "other" } };
    queue.model.queues.send(queue.name, { body: "same", groupId: "a", attributes }, NOON);
    const [message] = queue.receive();
    expect(message!.deduplicationId).toBe("0967115f2813a3541eaef77de9d9d5773f1c0c04314b0bbfe4ff3b3b1c55b5d5");
    expect(queue.receive()).toEqual([]);
  });

  it("gives way to an id of the sender's own, and treats the hash given as an id as the same", () => {
    const queue = aFifoQueue({ ContentBasedDeduplication: "true" });
    queue.model.queues.send(queue.name, { body: "same", groupId: "a", deduplicationId: "own" }, NOON);
    queue.model.queues.send(queue.name, { body: "same", groupId: "a" }, NOON);
    const deduplicationId = "0967115f2813a3541eaef77de9d9d5773f1c0c04314b0bbfe4ff3b3b1c55b5d5";
    queue.model.queues.send(queue.name, { body: "other", groupId: "a", deduplicationId }, NOON);
    expect(queue.counts()).toEqual([2, 0, 0]);
  });

  it("must be on for a message without an id", () => {
    const queue = aFifoQueue();
    expect(refusal(() => queue.model.queues.send(queue.name, { body: "x", groupId: "a" }, NOON))).toBe(
      "InvalidParameterValue: The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
  });
});

// AWS: "Amazon SQS FIFO queue and message identifiers".
describe("sequence numbers", () => {
  it("are 20 digits and grow with each message, across groups", () => {
    const queue = aFifoQueue();
    const numbers = [...queue.send("a", ["1", "2"]), ...queue.send("b", ["3"])].map(
      (answer) => answer.sequenceNumber ?? "",
    );
    expect(numbers.every((number) => /^\d{20}$/.test(number))).toBe(true);
    expect(numbers).toEqual([...numbers].sort());
    expect(new Set(numbers).size).toBe(3);
  });

  it("are absent on a standard queue", () => {
    const model = aModel();
    model.queues.create({ name: "jobs", attributes: {}, tags: {} }, NOON);
    expect(model.queues.send("jobs", { body: "x" }, NOON).sequenceNumber).toBeUndefined();
    expect(code(() => model.queues.send("jobs", { body: "x", deduplicationId: "d" }, NOON))).toBe(
      "InvalidParameterValue",
    );
  });
});
