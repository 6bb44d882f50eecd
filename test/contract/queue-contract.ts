import { beforeEach, describe, expect, it } from "vitest";
import type { OutgoingMessage, Queue, ReceivedMessage } from "../../src/ports/queue.js";

function message(body: string, changes: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return { body, groupId: "g", deduplicationId: body, ...changes };
}

function receive(queue: Queue, changes: { visibilitySeconds?: number; waitSeconds?: number } = {}) {
  return queue.receive({ maxMessages: 10, waitSeconds: 0, ...changes });
}

function bodies(messages: ReceivedMessage[]): string[] {
  return messages.map(({ body }) => body);
}

/** What every FIFO queue does. `open` gives an empty one without content-based deduplication. */
export function fifoQueueContract(open: () => Promise<Queue>): void {
  let queue: Queue;
  beforeEach(async () => {
    queue = await open();
  });

  describe("sending and receiving (SendMessageBatch, ReceiveMessage)", () => {
    it("hands a message out as it was sent, emoji included", async () => {
      const attributes = { "evp-reason": "schema-violation", "evp-detail": "/payload/☕" };
      const [sent] = await queue.send([
        message('{"a":"😀"}', { groupId: "client-1#k", deduplicationId: "d", attributes }),
      ]);
      const [received] = await receive(queue);
      expect(received).toMatchObject({
        body: '{"a":"😀"}',
        attributes,
        groupId: "client-1#k",
        deduplicationId: "d",
        receiveCount: 1,
      });
      expect(sent).toEqual({ ok: true, messageId: received?.messageId, sequence: received?.sequence });
      expect(received?.sequence).toMatch(/^\d{20}$/);
      expect(Math.abs((received?.sentAt ?? 0) - Date.now())).toBeLessThan(60_000);
    });

    it("gives nothing when there is nothing", async () => {
      expect(await receive(queue)).toEqual([]);
      expect(await receive(queue, { waitSeconds: 1 })).toEqual([]);
    });

    it("waits for a message (Amazon SQS short and long polling)", async () => {
      const waiting = receive(queue, { waitSeconds: 10 });
      await queue.send([message("a")]);
      expect(bodies(await waiting)).toEqual(["a"]);
    });

    it("keeps each group's order, with sequence numbers that grow (FIFO queue delivery logic)", async () => {
      await queue.send(["a", "b", "c"].map((body) => message(body)));
      const received = await receive(queue);
      expect(bodies(received)).toEqual(["a", "b", "c"]);
      const sequences = received.map(({ sequence }) => sequence);
      expect(sequences).toEqual([...sequences].sort());
      expect(new Set(sequences).size).toBe(3);
    });

    it("takes a repeated deduplication id and keeps one message (Using the Amazon SQS message deduplication ID)", async () => {
      await queue.send([message("a", { deduplicationId: "d" })]);
      const [repeated] = await queue.send([message("b", { deduplicationId: "d" })]);
      expect(repeated).toMatchObject({ ok: true });
      expect(bodies(await receive(queue))).toEqual(["a"]);
    });

    it("refuses one entry and takes the others (SendMessageBatch)", async () => {
      const results = await queue.send([message("a"), message("b", { groupId: "no spaces please" }), message("c")]);
      expect(results.map(({ ok }) => ok)).toEqual([true, false, true]);
      expect(results[1]).toMatchObject({ fault: { isSenderFault: true } });
    });
  });

  describe("acknowledging (DeleteMessageBatch)", () => {
    it("deletes for good, and lets the group go on", async () => {
      await queue.send([message("a"), message("b")]);
      const [first] = await queue.receive({ maxMessages: 1, waitSeconds: 0 });
      expect(await receive(queue)).toEqual([]);
      expect(await queue.delete([first?.receiptHandle ?? ""])).toEqual([{ ok: true }]);
      expect(bodies(await receive(queue))).toEqual(["b"]);
    });

    it("answers for each handle in its place", async () => {
      await queue.send([message("a")]);
      const [received] = await receive(queue);
      const results = await queue.delete(["no handle at all", received?.receiptHandle ?? ""]);
      expect(results.map(({ ok }) => ok)).toEqual([false, true]);
    });
  });

  describe("releasing (ChangeMessageVisibilityBatch)", () => {
    it("makes a message visible at once with 0 seconds, its order kept and its receive counted", async () => {
      await queue.send([message("a"), message("b")]);
      const held = await receive(queue);
      const changes = held.map(({ receiptHandle }) => ({ receiptHandle, seconds: 0 }));
      expect(await queue.changeVisibility(changes)).toEqual([{ ok: true }, { ok: true }]);
      const again = await receive(queue);
      expect(again.map(({ body, receiveCount }) => [body, receiveCount])).toEqual([
        ["a", 2],
        ["b", 2],
      ]);
    });

    it("keeps a message away for as long as it says, and its group with it", async () => {
      await queue.send([message("a"), message("b"), message("c", { groupId: "other" })]);
      const held = await receive(queue);
      await queue.changeVisibility(
        held.map(({ receiptHandle, body }) => ({ receiptHandle, seconds: body === "a" ? 600 : 0 })),
      );
      expect(bodies(await receive(queue))).toEqual(["c"]);
    });
  });

  describe("looking at it (GetQueueAttributes)", () => {
    it("counts what is visible and what is in flight", async () => {
      await queue.send([message("a"), message("b"), message("c", { groupId: "other" })]);
      expect(await queue.depth()).toEqual({ visible: 3, inFlight: 0, delayed: 0 });
      const held = await queue.receive({ maxMessages: 1, waitSeconds: 0 });
      expect(await queue.depth()).toEqual({ visible: 2, inFlight: held.length, delayed: 0 });
    });
  });
}

/** What every standard queue does. `open` gives an empty one. */
export function standardQueueContract(open: () => Promise<Queue>): void {
  it("makes each message its own group, and promises no sequence (Amazon SQS standard queues)", async () => {
    const queue = await open();
    await queue.send([message("a", { deduplicationId: "same" }), message("b", { deduplicationId: "same" })]);
    const received = await receive(queue);
    expect(bodies(received).sort()).toEqual(["a", "b"]);
    for (const { messageId, groupId, sequence } of received) {
      expect(groupId).toBe(messageId);
      expect(sequence).toBe("");
    }
  });
}

/** What every queue that does not exist does. */
export function missingQueueContract(open: () => Promise<Queue>): void {
  it("fails every call as not found (QueueDoesNotExist)", async () => {
    const queue = await open();
    const notFound = { name: "CallError", kind: "not-found" };
    await expect(receive(queue)).rejects.toMatchObject(notFound);
    await expect(queue.send([message("a")])).rejects.toMatchObject(notFound);
    await expect(queue.depth()).rejects.toMatchObject(notFound);
  });
}
