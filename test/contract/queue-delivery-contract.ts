import { describe, expect } from "vitest";
import {
  bodies,
  drain,
  find,
  handles,
  message,
  outcomeOf,
  peek,
  type QueueTarget,
  receive,
  receiveTogether,
  send,
} from "./queue-target.js";
import { rulesOn } from "./rule.js";

const LOGIC = "FIFO queue delivery logic in Amazon SQS";

/** In which order, and how many at a time, a FIFO queue hands its messages out. */
export function queueDeliveryContract({ openFifo }: QueueTarget): void {
  const rule = rulesOn(openFifo);

  describe("receiving", () => {
    rule("gives nothing when there is nothing", "ReceiveMessage", async (queue) => {
      expect(await peek(queue)).toEqual([]);
      expect(await receive(queue, { waitSeconds: 1 })).toEqual([]);
    });

    rule("hands out many messages of a group at once, in the order in which they were sent", LOGIC, async (queue) => {
      for (const body of ["a", "b", "c"]) await send(queue, [message(body)]);
      expect(bodies(await receive(queue))).toEqual(["a", "b", "c"]);
    });

    rule(
      "numbers the messages of a group in their order, with 20 digits",
      "Amazon SQS FIFO queue and message identifiers",
      async (queue) => {
        const sent = [...(await send(queue, [message("a"), message("b")])), ...(await send(queue, [message("c")]))];
        const sequences = (await drain(queue, 3)).map(({ sequence }) => sequence);
        expect(sequences).toEqual(sent.map(({ sequence }) => sequence));
        expect(sequences).toEqual([...new Set(sequences)].sort());
        for (const sequence of sequences) expect(sequence).toMatch(/^\d{20}$/);
      },
    );

    rule("fills a receive with messages of other groups", LOGIC, async (queue) => {
      await send(
        queue,
        ["a", "b", "c"].map((body) => message(body, { groupId: body })),
      );
      expect(bodies(await receive(queue)).sort()).toEqual(["a", "b", "c"]);
    });

    rule("hands out no more messages than were asked for", "ReceiveMessage", async (queue) => {
      await send(
        queue,
        ["a", "b", "c"].map((body) => message(body, { groupId: body })),
      );
      expect(await receive(queue, { maxMessages: 2 })).toHaveLength(2);
    });
  });

  describe("groups", () => {
    rule("hands out no more of a group of which a message is in flight", LOGIC, async (queue) => {
      await send(queue, [message("a"), message("b")]);
      expect(bodies(await receive(queue, { maxMessages: 1 }))).toEqual(["a"]);
      await send(queue, [message("c")]);
      expect(await peek(queue)).toEqual([]);
    });

    rule("goes on with other groups meanwhile", LOGIC, async (queue) => {
      await send(queue, [message("a"), message("b")]);
      expect(bodies(await receive(queue, { maxMessages: 1 }))).toEqual(["a"]);
      await send(queue, [message("c", { groupId: "other" })]);
      expect(bodies(await receive(queue))).toEqual(["c"]);
    });

    rule("goes on with the group once the message in flight is deleted", LOGIC, async (queue) => {
      await send(queue, [message("a"), message("b")]);
      expect((await queue.delete(handles(await receive(queue, { maxMessages: 1 })))).map(outcomeOf)).toEqual(["taken"]);
      expect(bodies(await receive(queue))).toEqual(["b"]);
    });

    rule("keeps a group back behind a message that stays away for longer", LOGIC, async (queue) => {
      await send(
        queue,
        ["a", "b", "c"].map((body) => message(body)),
      );
      const held = await receiveTogether(queue, ["a", "b", "c"]);
      await queue.changeVisibility(
        held.map(({ receiptHandle, body }) => ({ receiptHandle, seconds: body === "a" ? 600 : 0 })),
      );
      await send(queue, [message("other", { groupId: "other" })]);
      expect(bodies(await receive(queue))).toEqual(["other"]);
    });

    rule("hands a group out up to its first message that is still away", LOGIC, async (queue) => {
      await send(
        queue,
        ["a", "b", "c"].map((body) => message(body)),
      );
      const held = await receiveTogether(queue, ["a", "b", "c"]);
      await queue.changeVisibility(
        held.map(({ receiptHandle, body }) => ({ receiptHandle, seconds: body === "b" ? 600 : 0 })),
      );
      expect(bodies(await receive(queue))).toEqual(["a"]);
    });
  });

  describe("a receive whose answer was lost", () => {
    const page = "Using the Amazon SQS receive request attempt ID";

    rule("gives the same messages with the same handles for the same attempt id", page, async (queue) => {
      await send(queue, [message("a", { groupId: "one" }), message("b", { groupId: "two" })]);
      const first = await receiveTogether(queue, ["a", "b"], { attemptId: "attempt-1" });
      const again = await receive(queue, { attemptId: "attempt-1" });
      expect(again.map(({ messageId, receiptHandle }) => [messageId, receiptHandle])).toEqual(
        first.map(({ messageId, receiptHandle }) => [messageId, receiptHandle]),
      );
      expect((await queue.delete(handles(again))).map(outcomeOf)).toEqual(["taken", "taken"]);
    });

    rule("gives nothing for another attempt id", page, async (queue) => {
      await send(queue, [message("a")]);
      expect(find(await receive(queue, { attemptId: "attempt-1" }), "a")).toMatchObject({ receiveCount: 1 });
      expect(await receive(queue, { attemptId: "attempt-2", waitSeconds: 0 })).toEqual([]);
    });
  });
}
