import { describe, expect } from "vitest";
import type { Queue } from "../../src/ports/queue.js";
import { eventually } from "./eventually.js";
import { queueDeliveryContract } from "./queue-delivery-contract.js";
import { queueLeaseContract } from "./queue-lease-contract.js";
import { queueSendingContract } from "./queue-sending-contract.js";
import { bodies, drain, message, type QueueTarget, receive, send } from "./queue-target.js";
import { rulesOn } from "./rule.js";

/** What every FIFO queue does. */
export function fifoQueueContract(target: QueueTarget): void {
  queueSendingContract(target);
  queueDeliveryContract(target);
  queueLeaseContract(target);
  queueDepthContract(target);
}

function queueDepthContract({ openFifo, clock }: QueueTarget): void {
  describe("counting", () => {
    rulesOn(openFifo)("counts what is visible and what is in flight", "GetQueueAttributes", async (queue) => {
      await send(queue, [message("a"), message("b"), message("c", { groupId: "other" })]);
      await eventually(clock, async () => expect(await queue.depth()).toEqual({ visible: 3, inFlight: 0, delayed: 0 }));
      expect(await receive(queue, { maxMessages: 1 })).toHaveLength(1);
      await eventually(clock, async () => expect(await queue.depth()).toEqual({ visible: 2, inFlight: 1, delayed: 0 }));
    });
  });
}

/** What every standard queue does. */
export function standardQueueContract(open: () => Promise<Queue>): void {
  const rule = rulesOn(open);

  rule(
    "hands out each message alone, with no deduplication and no sequence",
    "Amazon SQS standard queues",
    async (queue) => {
      await send(queue, [message("a", { deduplicationId: "same" }), message("b", { deduplicationId: "same" })]);
      const received = await drain(queue, 2);
      expect(bodies(received).sort()).toEqual(["a", "b"]);
      for (const { messageId, groupId, sequence } of received) {
        expect(groupId).toBe(messageId);
        expect(sequence).toBe("");
      }
    },
  );
}

/** How a queue lets its receivers wait. Only where time passes by itself. */
export function waitingQueueContract({ openFifo }: Pick<QueueTarget, "openFifo">): void {
  rulesOn(openFifo)("lets a receive wait for what comes", "Amazon SQS short and long polling", async (queue) => {
    const waiting = queue.receive({ maxMessages: 10, waitSeconds: 20 });
    await send(queue, [message("a")]);
    expect(bodies(await waiting)).toEqual(["a"]);
  });
}

/** What every queue that does not exist does. */
export function missingQueueContract(open: () => Promise<Queue>): void {
  rulesOn(open)("fails every call as not found", "QueueDoesNotExist", async (queue) => {
    const notFound = { name: "CallError", kind: "not-found" };
    await expect(receive(queue)).rejects.toMatchObject(notFound);
    await expect(queue.send([message("a")])).rejects.toMatchObject(notFound);
    await expect(queue.depth()).rejects.toMatchObject(notFound);
  });
}
