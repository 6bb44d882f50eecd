import { beforeEach, describe, expect, it } from "vitest";
import type { Publication, Publisher } from "../../src/ports/publisher.js";
import type { Queue, ReceivedMessage } from "../../src/ports/queue.js";

/** A topic with one queue subscribed to it by raw delivery. */
export interface PublishedTopic {
  publisher: Publisher;
  topicArn: string;
  queue: Queue;
}

function publication(body: string, changes: Partial<Publication> = {}): Publication {
  return { body, groupId: "g", deduplicationId: body, attributes: {}, ...changes };
}

/** What every publisher does. `open` gives a topic of its own. */
export function publisherContract(open: () => Promise<PublishedTopic>): void {
  let topic: PublishedTopic;
  beforeEach(async () => {
    topic = await open();
  });

  async function delivered(count: number): Promise<ReceivedMessage[]> {
    const messages: ReceivedMessage[] = [];
    while (messages.length < count) {
      const received = await topic.queue.receive({ maxMessages: 10, waitSeconds: 5 });
      if (received.length === 0) break;
      messages.push(...received);
    }
    return messages;
  }

  describe("publishing (PublishBatch)", () => {
    it("delivers the very bytes, the attributes and the group (Amazon SNS raw message delivery)", async () => {
      const attributes = { "evp-event-id": "e-1", priority: "high" };
      const [result] = await topic.publisher.publish(topic.topicArn, [
        publication('{ "a":  "😀" }', { groupId: "client-1#k", deduplicationId: "d", attributes }),
      ]);
      expect(result).toMatchObject({
        ok: true,
        messageId: expect.stringMatching(/./),
        sequence: expect.stringMatching(/^\d+$/),
      });
      expect(await delivered(1)).toMatchObject([{ body: '{ "a":  "😀" }', attributes, groupId: "client-1#k" }]);
    });

    it("keeps the order of each group (Amazon SNS message delivery for FIFO topics)", async () => {
      for (const body of ["a", "b", "c"]) await topic.publisher.publish(topic.topicArn, [publication(body)]);
      expect((await delivered(3)).map(({ body }) => body)).toEqual(["a", "b", "c"]);
    });

    it("takes ten groups at once", async () => {
      const ten = Array.from({ length: 10 }, (_, index) => publication(`${index}`, { groupId: `g-${index}` }));
      const results = await topic.publisher.publish(topic.topicArn, ten);
      expect(results.every(({ ok }) => ok)).toBe(true);
      expect(await delivered(10)).toHaveLength(10);
    });

    it("answers a repeated deduplication id as done, and delivers it once (Amazon SNS message deduplication for FIFO topics)", async () => {
      const [first] = await topic.publisher.publish(topic.topicArn, [publication("a", { deduplicationId: "d" })]);
      const [second] = await topic.publisher.publish(topic.topicArn, [publication("a", { deduplicationId: "d" })]);
      expect([first?.ok, second?.ok]).toEqual([true, true]);
      await topic.publisher.publish(topic.topicArn, [publication("b")]);
      expect((await delivered(2)).map(({ body }) => body)).toEqual(["a", "b"]);
    });

    it("delivers the same deduplication id of another group (FifoThroughputScope MessageGroup)", async () => {
      await topic.publisher.publish(topic.topicArn, [
        publication("a", { groupId: "one", deduplicationId: "d" }),
        publication("b", { groupId: "two", deduplicationId: "d" }),
      ]);
      expect((await delivered(2)).map(({ body }) => body).sort()).toEqual(["a", "b"]);
    });

    it("fails as not found where there is no topic (NotFound)", async () => {
      const missing = topic.publisher.publish(`${topic.topicArn.slice(0, -5)}-missing.fifo`, [publication("a")]);
      await expect(missing).rejects.toMatchObject({ name: "CallError", kind: "not-found" });
    });
  });
}
