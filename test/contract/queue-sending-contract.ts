import { describe, expect } from "vitest";
import { BATCH_MAX_ENTRIES, MAX_MESSAGE_ATTRIBUTES, SQS_MAX_BYTES } from "../../src/core/limits.js";
import {
  bodies,
  drain,
  expectRefused,
  handles,
  message,
  outcomeOf,
  peek,
  type QueueTarget,
  receive,
  send,
} from "./queue-target.js";
import { rulesOn } from "./rule.js";

const CONTENT_BASED = { ContentBasedDeduplication: "true" };

/** What a FIFO queue does with what is sent to it. */
export function queueSendingContract({ openFifo, clock }: QueueTarget): void {
  const rule = rulesOn(openFifo);

  describe("sending", () => {
    rule("hands a message out as it was sent, emoji included", "SendMessageBatch", async (queue) => {
      const attributes = { "evp-reason": "schema-violation", "evp-detail": "/payload/☕" };
      const outgoing = message('{"a":"😀"}', { groupId: "client-1#k", deduplicationId: "d", attributes });
      const [sent] = await send(queue, [outgoing]);
      const [received] = await receive(queue);
      expect(received).toMatchObject({
        body: '{"a":"😀"}',
        attributes,
        groupId: "client-1#k",
        deduplicationId: "d",
        receiveCount: 1,
      });
      expect(sent).toMatchObject({ messageId: received?.messageId, sequence: received?.sequence });
      expect(received?.messageId).toMatch(/./);
      expect(Math.abs((received?.sentAt ?? 0) - clock.now())).toBeLessThan(60_000);
    });

    rule("takes a whole message of 1 MiB", "Amazon SQS message quotas", async (queue) => {
      const body = "x".repeat(SQS_MAX_BYTES);
      await send(queue, [message(body, { deduplicationId: "d" })]);
      expect(bodies(await receive(queue)).map(({ length }) => length)).toEqual([SQS_MAX_BYTES]);
    });

    rule("refuses a batch of more than 1 MiB", "SendMessageBatch", async (queue) => {
      const half = "x".repeat(SQS_MAX_BYTES / 2);
      const batch = [message(half, { deduplicationId: "1" }), message(`${half}x`, { deduplicationId: "2" })];
      await expectRefused(queue.send(batch));
      expect(await peek(queue)).toEqual([]);
    });

    rule("takes ten entries in a batch and refuses eleven", "SendMessageBatch", async (queue) => {
      const eleven = Array.from({ length: BATCH_MAX_ENTRIES + 1 }, (_, index) =>
        message(`${index}`, { groupId: `${index}` }),
      );
      await expectRefused(queue.send(eleven));
      await send(queue, eleven.slice(1));
      const ten = ["1", "10", "2", "3", "4", "5", "6", "7", "8", "9"];
      expect(bodies(await drain(queue, BATCH_MAX_ENTRIES)).sort()).toEqual(ten);
    });

    rule("refuses one entry for its group and takes the others", "SendMessageBatch", async (queue) => {
      const results = await queue.send([message("a"), message("b", { groupId: "no spaces please" }), message("c")]);
      expect(results.map(outcomeOf)).toEqual(["taken", "refused", "taken"]);
      expect(bodies(await drain(queue, 2))).toEqual(["a", "c"]);
    });

    rule("takes ten attributes with a message and refuses eleven", "Amazon SQS message metadata", async (queue) => {
      const eleven = Array.from({ length: MAX_MESSAGE_ATTRIBUTES + 1 }, (_, index) => [`name-${index}`, "value"]);
      const attributes = Object.fromEntries(eleven.slice(1));
      await expectRefused(queue.send([message("a", { attributes: Object.fromEntries(eleven) })]));
      await send(queue, [message("b", { attributes })]);
      expect(await receive(queue)).toMatchObject([{ body: "b", attributes }]);
    });
  });

  describe("a queue with a limit of its own", () => {
    rulesOn(() => openFifo({ MaximumMessageSize: "1024" }))(
      "refuses one entry that is larger and takes the others",
      "SetQueueAttributes",
      async (queue) => {
        const results = await queue.send([
          message("x".repeat(1024), { deduplicationId: "1" }),
          message("x".repeat(1025), { deduplicationId: "2" }),
        ]);
        expect(results.map(outcomeOf)).toEqual(["taken", "refused"]);
        expect(bodies(await receive(queue)).map(({ length }) => length)).toEqual([1024]);
      },
    );
  });

  describe("deduplication", () => {
    const page = "Using the message deduplication ID in Amazon SQS";

    rule("takes a repeated deduplication id as if it were new, and keeps one message", page, async (queue) => {
      await send(queue, [message("a", { deduplicationId: "d" })]);
      await send(queue, [message("b", { deduplicationId: "d" }), message("c")]);
      expect(bodies(await drain(queue, 2))).toEqual(["a", "c"]);
    });

    rule("remembers a deduplication id after its message was deleted", page, async (queue) => {
      await send(queue, [message("a", { deduplicationId: "d" })]);
      await queue.delete(handles(await receive(queue)));
      await send(queue, [message("b", { deduplicationId: "d" }), message("c")]);
      expect(bodies(await receive(queue))).toEqual(["c"]);
    });

    rule(
      "keeps the same deduplication id of two groups apart",
      "High throughput for FIFO queues in Amazon SQS",
      async (queue) => {
        await send(queue, [
          message("a", { groupId: "one", deduplicationId: "d" }),
          message("b", { groupId: "two", deduplicationId: "d" }),
        ]);
        expect(bodies(await drain(queue, 2)).sort()).toEqual(["a", "b"]);
      },
    );

    rule("refuses a message without a deduplication id", page, async (queue) => {
      await expectRefused(queue.send([message("a", { deduplicationId: undefined })]));
    });

    rulesOn(() => openFifo(CONTENT_BASED))(
      "takes the body for a deduplication id, the attributes left aside, where the queue is told to",
      "SetQueueAttributes",
      async (queue) => {
        const anonymous = { deduplicationId: undefined };
        await send(queue, [message("a", { ...anonymous, attributes: { n: "1" } })]);
        await send(queue, [message("a", { ...anonymous, attributes: { n: "2" } }), message("b", anonymous)]);
        expect(await drain(queue, 2)).toMatchObject([{ body: "a", attributes: { n: "1" } }, { body: "b" }]);
      },
    );
  });
}
