import { describe, expect, it } from "vitest";
import { aFifoQueue, aModel, aStandardQueue, code, FIFO, HOUR, NOON, only, refusal, SECOND } from "./a-model.js";

// AWS: "DeleteMessage".
describe("deleting a message", () => {
  it("takes the handle of the receive", () => {
    const queue = aFifoQueue();
    queue.send("a", ["a1"]);
    queue.delete(only(queue.receive()).receiptHandle);
    expect(queue.counts()).toEqual([0, 0, 0]);
  });

  it("is no error when the message is gone already", () => {
    const queue = aFifoQueue();
    queue.send("a", ["a1"]);
    const { receiptHandle } = only(queue.receive());
    queue.delete(receiptHandle);
    expect(code(() => queue.delete(receiptHandle))).toBe("accepted");
  });

  it("is refused on a FIFO queue when the visibility timeout has run out", () => {
    const queue = aFifoQueue({ VisibilityTimeout: "30" });
    queue.send("a", ["a1"]);
    const { receiptHandle } = only(queue.receive());
    expect(refusal(() => queue.delete(receiptHandle, NOON + 30 * SECOND))).toBe(
      `InvalidParameterValue: Value ${receiptHandle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
    );
    expect(queue.counts(NOON + 30 * SECOND)).toEqual([1, 0, 0]);
  });

  it("is refused on a FIFO queue when the message was received again since", () => {
    const queue = aFifoQueue({ VisibilityTimeout: "30" });
    queue.send("a", ["a1"]);
    const { receiptHandle } = only(queue.receive());
    const again = only(queue.receive(NOON + 30 * SECOND));
    expect(code(() => queue.delete(receiptHandle, NOON + 31 * SECOND))).toBe("InvalidParameterValue");
    expect(code(() => queue.delete(again.receiptHandle, NOON + 31 * SECOND))).toBe("accepted");
  });

  it("succeeds on a standard queue after the visibility timeout", () => {
    const queue = aStandardQueue({ VisibilityTimeout: "30" });
    queue.send("", ["a1"]);
    queue.delete(only(queue.receive()).receiptHandle, NOON + 31 * SECOND);
    expect(queue.counts(NOON + 31 * SECOND)).toEqual([0, 0, 0]);
  });

  it("succeeds on a standard queue with an old handle, but deletes nothing", () => {
    const queue = aStandardQueue({ VisibilityTimeout: "30" });
    queue.send("", ["a1"]);
    const { receiptHandle } = only(queue.receive());
    queue.receive(NOON + 30 * SECOND);
    queue.delete(receiptHandle, NOON + 31 * SECOND);
    expect(queue.counts(NOON + 31 * SECOND)).toEqual([0, 1, 0]);
  });

  it.each(["", "nonsense", "ZXZwLXJlY2VpcHQ6MTphOjE="])("refuses what is no handle: %j", (handle) => {
    expect(code(() => aFifoQueue().delete(handle))).toBe("ReceiptHandleIsInvalid");
  });

  it("refuses the handle of another queue", () => {
    const queue = aFifoQueue();
    queue.send("a", ["a1"]);
    const { receiptHandle } = only(queue.receive());
    queue.model.queues.create({ name: "other.fifo", attributes: FIFO, tags: {} }, NOON);
    expect(code(() => queue.model.queues.deleteMessage("other.fifo", receiptHandle, NOON))).toBe(
      "ReceiptHandleIsInvalid",
    );
  });

  // AWS: "DeleteMessageBatch".
  it("reports each entry of a batch by itself", () => {
    const queue = aFifoQueue({ VisibilityTimeout: "30" });
    queue.send("a", ["a1"]);
    queue.send("b", ["b1"]);
    const expired = only(queue.receive(NOON, 1));
    const fresh = only(queue.receive(NOON + 29 * SECOND, 1));
    const result = queue.model.queues.deleteMessageBatch(
      queue.name,
      [
        { id: "expired", receiptHandle: expired.receiptHandle },
        { id: "fresh", receiptHandle: fresh.receiptHandle },
        { id: "nonsense", receiptHandle: "nonsense" },
      ],
      NOON + 30 * SECOND,
    );
    expect(result.successful).toEqual([{ id: "fresh" }]);
    expect(result.failed).toEqual([
      { id: "expired", code: "ReceiptHandleIsInvalid", message: "The receipt handle has expired", senderFault: true },
      expect.objectContaining({ id: "nonsense", code: "ReceiptHandleIsInvalid" }),
    ]);
  });
});

// AWS: "ChangeMessageVisibility".
describe("changing the visibility of a message", () => {
  const received = (attributes = {}) => {
    const queue = aFifoQueue({ VisibilityTimeout: "30", ...attributes });
    queue.send("a", ["a1"]);
    return { queue, handle: only(queue.receive()).receiptHandle };
  };

  it("counts from the call on", () => {
    const { queue, handle } = received();
    queue.changeVisibility(handle, 10, NOON + 15 * SECOND);
    expect(queue.bodies(NOON + 25 * SECOND - 1)).toEqual([]);
    expect(queue.bodies(NOON + 25 * SECOND)).toEqual(["a1"]);
  });

  it("of 0 makes it visible at once, and its handle is no good any more", () => {
    const { queue, handle } = received();
    queue.changeVisibility(handle, 0);
    expect(code(() => queue.delete(handle))).toBe("InvalidParameterValue");
    expect(code(() => queue.changeVisibility(handle, 10))).toBe("MessageNotInflight");
    expect(queue.bodies()).toEqual(["a1"]);
  });

  it("leaves the timeout of the next receive alone", () => {
    const { queue, handle } = received();
    queue.changeVisibility(handle, 300);
    queue.receive(NOON + 300 * SECOND);
    expect(queue.bodies(NOON + 330 * SECOND)).toEqual(["a1"]);
  });

  it.each([
    [-1, "InvalidParameterValue"],
    [43_201, "InvalidParameterValue"],
    [43_200, "accepted"],
    [1.5, "InvalidParameterValue"],
  ])("of %d seconds: %s", (seconds, expected) => {
    const { queue, handle } = received();
    expect(code(() => queue.changeVisibility(handle, seconds))).toBe(expected);
  });

  it("reaches 12 hours after the receive at most", () => {
    const { queue, handle } = received({ VisibilityTimeout: "43200" });
    const later = NOON + 11 * HOUR;
    expect(code(() => queue.changeVisibility(handle, 3600, later))).toBe("accepted");
    expect(refusal(() => queue.changeVisibility(handle, 3601, later))).toBe(
      "InvalidParameterValue: Value 3601 for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds].",
    );
  });

  it("is refused when the message is visible again", () => {
    const { queue, handle } = received();
    expect(code(() => queue.changeVisibility(handle, 10, NOON + 30 * SECOND))).toBe("MessageNotInflight");
  });

  it("is refused on a FIFO queue when the message was received again since", () => {
    const { queue, handle } = received();
    queue.receive(NOON + 30 * SECOND);
    expect(code(() => queue.changeVisibility(handle, 10, NOON + 31 * SECOND))).toBe("InvalidParameterValue");
  });

  it("is refused when the message was deleted", () => {
    const { queue, handle } = received();
    queue.delete(handle);
    expect(refusal(() => queue.changeVisibility(handle, 10))).toBe(
      `InvalidParameterValue: Value ${handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
    );
  });

  // AWS: "ChangeMessageVisibilityBatch".
  it("reports each entry of a batch by itself", () => {
    const { queue, handle } = received();
    const result = queue.model.queues.changeVisibilityBatch(
      queue.name,
      [
        { id: "good", receiptHandle: handle, seconds: 60 },
        { id: "bad", receiptHandle: handle, seconds: 99_999 },
      ],
      NOON,
    );
    expect(result.successful).toEqual([{ id: "good" }]);
    expect(result.failed.map(({ id, code: failure }) => [id, failure])).toEqual([["bad", "InvalidParameterValue"]]);
  });

  it("counts a release as a receive", () => {
    const { queue, handle } = received();
    queue.changeVisibility(handle, 0);
    expect(only(queue.receive()).receiveCount).toBe(2);
  });
});

describe("receipt handles of a deleted queue", () => {
  it("are no good in its successor", () => {
    const model = aModel();
    const create = () => model.queues.create({ name: "q.fifo", attributes: FIFO, tags: {} }, NOON);
    create();
    model.queues.send("q.fifo", { body: "x", groupId: "g", deduplicationId: "d" }, NOON);
    const { receiptHandle } = only(model.queues.receive("q.fifo", {}, NOON));
    model.queues.delete("q.fifo");
    create();
    expect(code(() => model.queues.deleteMessage("q.fifo", receiptHandle, NOON))).toBe("ReceiptHandleIsInvalid");
  });
});
