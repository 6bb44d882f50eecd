import { describe, expect } from "vitest";
import { eventually } from "./eventually.js";
import {
  bodies,
  find,
  handles,
  message,
  outcomeOf,
  type QueueTarget,
  receive,
  receiveEventually,
  receiveTogether,
  send,
} from "./queue-target.js";
import { rulesOn } from "./rule.js";

const RELEASE = "ChangeMessageVisibilityBatch";
const VISIBILITY = "Amazon SQS visibility timeout";

/** How long a FIFO queue lets a receiver keep what it received, and what it counts meanwhile. */
export function queueLeaseContract({ openFifo, openWithDeadLetters, clock }: QueueTarget): void {
  const rule = rulesOn(openFifo);

  describe("acknowledging", () => {
    rule("answers for each receipt handle in its place", "DeleteMessageBatch", async (queue) => {
      await send(queue, [message("a")]);
      const [received] = await receive(queue);
      const results = await queue.delete(["no handle at all", received?.receiptHandle ?? ""]);
      expect(results.map(outcomeOf)).toEqual(["refused", "taken"]);
    });

    rule("takes a second delete of the same message for done", "Amazon SQS FAQs", async (queue) => {
      await send(queue, [message("a")]);
      const received = handles(await receive(queue));
      expect((await queue.delete(received)).map(outcomeOf)).toEqual(["taken"]);
      expect((await queue.delete(received)).map(outcomeOf)).toEqual(["taken"]);
    });

    rule("refuses an old receipt handle once the message was received again", "DeleteMessage", async (queue) => {
      await send(queue, [message("a")]);
      const old = find(await receive(queue, { visibilitySeconds: 1 }), "a").receiptHandle;
      const fresh = handles(await receiveEventually(clock, queue, ["a"]));
      expect((await queue.delete([old])).map(outcomeOf)).toEqual(["refused"]);
      expect((await queue.changeVisibility([{ receiptHandle: old, seconds: 0 }])).map(outcomeOf)).toEqual(["refused"]);
      expect((await queue.delete(fresh)).map(outcomeOf)).toEqual(["taken"]);
    });

    rule("refuses a receipt handle whose visibility timeout has run out", VISIBILITY, async (queue) => {
      // Both messages become visible at the same moment: the one that is received again tells that moment.
      await send(queue, [message("a", { groupId: "one" }), message("b", { groupId: "two" })]);
      const held = await receiveTogether(queue, ["a", "b"], { visibilitySeconds: 1 });
      const [bell] = await eventually(clock, async () => {
        const received = await receive(queue, { maxMessages: 1 });
        expect(received).toHaveLength(1);
        return bodies(received);
      });
      const other = find(held, bell === "a" ? "b" : "a");
      expect((await queue.delete([other.receiptHandle])).map(outcomeOf)).toEqual(["refused"]);
      expect(bodies(await receive(queue))).toEqual([other.body]);
    });
  });

  describe("keeping", () => {
    rule("gives a message out again, counted, when its visibility timeout has run out", VISIBILITY, async (queue) => {
      await send(queue, [message("a")]);
      expect(await receive(queue, { visibilitySeconds: 1 })).toMatchObject([{ body: "a", receiveCount: 1 }]);
      expect(await receiveEventually(clock, queue, ["a"])).toMatchObject([{ receiveCount: 2 }]);
    });

    rule("keeps a message away for as long as it was last told", RELEASE, async (queue) => {
      await send(queue, [message("longer", { groupId: "one" }), message("bell", { groupId: "two" })]);
      const held = await receiveTogether(queue, ["longer", "bell"], { visibilitySeconds: 2 });
      const { receiptHandle } = find(held, "longer");
      expect((await queue.changeVisibility([{ receiptHandle, seconds: 600 }])).map(outcomeOf)).toEqual(["taken"]);
      await receiveEventually(clock, queue, ["bell"]);
      expect((await queue.delete([receiptHandle])).map(outcomeOf)).toEqual(["taken"]);
    });
  });

  describe("releasing", () => {
    rule("makes a message visible at once, and counted, with 0 seconds", RELEASE, async (queue) => {
      await send(queue, [message("a")]);
      const { receiptHandle } = find(await receive(queue), "a");
      expect((await queue.changeVisibility([{ receiptHandle, seconds: 0 }])).map(outcomeOf)).toEqual(["taken"]);
      expect(await receive(queue)).toMatchObject([{ body: "a", receiveCount: 2 }]);
    });

    rule("gives a group back in its order, whatever the order of its release", RELEASE, async (queue) => {
      await send(queue, [message("a"), message("b"), message("c")]);
      const held = handles(await receiveTogether(queue, ["a", "b", "c"]));
      const changes = held.reverse().map((receiptHandle) => ({ receiptHandle, seconds: 0 }));
      expect((await queue.changeVisibility(changes)).map(outcomeOf)).toEqual(["taken", "taken", "taken"]);
      expect(bodies(await receive(queue))).toEqual(["a", "b", "c"]);
    });

    rule("refuses to change what is not in flight any more", "ChangeMessageVisibility", async (queue) => {
      await send(queue, [message("a")]);
      const { receiptHandle } = find(await receive(queue), "a");
      expect((await queue.changeVisibility([{ receiptHandle, seconds: 0 }])).map(outcomeOf)).toEqual(["taken"]);
      expect((await queue.changeVisibility([{ receiptHandle, seconds: 60 }])).map(outcomeOf)).toEqual(["refused"]);
      expect(bodies(await receive(queue))).toEqual(["a"]);
    });
  });

  describe("the queue's own dead-letter queue", () => {
    rulesOn(() => openWithDeadLetters(2))(
      "gets a message that was received too often, as it was, and lets its group go on",
      "Using dead-letter queues in Amazon SQS",
      async ({ queue, deadLetters }) => {
        const [sent] = await send(queue, [message("a", { attributes: { n: "1" } }), message("b")]);
        for (const count of [1, 2]) {
          const [received] = await receiveEventually(clock, queue, ["a"], { maxMessages: 1 });
          expect(received?.receiveCount).toBe(count);
          await queue.changeVisibility([{ receiptHandle: received?.receiptHandle ?? "", seconds: 0 }]);
        }
        await receiveEventually(clock, queue, ["b"], { maxMessages: 1 });
        const [moved] = await receiveEventually(clock, deadLetters, ["a"]);
        expect(moved).toMatchObject({ attributes: { n: "1" }, groupId: "g" });
        expect(moved?.messageId).toBe(sent?.messageId);
      },
    );
  });
}
