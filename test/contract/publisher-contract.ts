import { describe, expect } from "vitest";
import { BATCH_MAX_ENTRIES, MAX_MESSAGE_ATTRIBUTES, SNS_MAX_BYTES } from "../../src/core/limits.js";
import type { Publication, Publisher } from "../../src/ports/publisher.js";
import type { Queue } from "../../src/ports/queue.js";
import { allTaken, bodies, drain, expectRefused, outcomeOf } from "./queue-target.js";
import { rulesOn } from "./rule.js";

/** A FIFO topic that deduplicates by group, with one queue subscribed to it by raw delivery. */
export interface PublishedTopic {
  publisher: Publisher;
  topicArn: string;
  queue: Queue;
}

/** A publication in group `g` with its body for a deduplication id. */
export function publication(body: string, changes: Partial<Publication> = {}): Publication {
  return { body, groupId: "g", deduplicationId: body, attributes: {}, ...changes };
}

/** Publishes what must be taken. @throws Error with the first refusal */
export async function publish({ publisher, topicArn }: PublishedTopic, publications: Publication[]) {
  return allTaken(await publisher.publish(topicArn, publications));
}

/** What every publisher does. `open` gives a topic of its own. */
export function publisherContract(open: () => Promise<PublishedTopic>): void {
  const rule = rulesOn(open);
  const DEDUPLICATION = "Amazon SNS message deduplication for FIFO topics";

  describe("publishing", () => {
    rule(
      "hands over the very bytes, the group and the deduplication id",
      "Amazon SNS raw message delivery",
      async (topic) => {
        await publish(topic, [publication('{ "a":  "😀" }', { groupId: "client-1#k", deduplicationId: "d" })]);
        expect(await drain(topic.queue, 1)).toMatchObject([
          { body: '{ "a":  "😀" }', groupId: "client-1#k", deduplicationId: "d", attributes: {} },
        ]);
      },
    );

    rule("answers with an id and with sequence numbers that grow", "PublishBatch", async (topic) => {
      const taken = [...(await publish(topic, [publication("a")])), ...(await publish(topic, [publication("b")]))];
      const sequences = taken.map(({ sequence }) => sequence);
      for (const { messageId, sequence } of taken)
        expect([messageId, sequence]).toEqual([expect.stringMatching(/./), expect.stringMatching(/^\d{20}$/)]);
      expect(sequences).toEqual([...new Set(sequences)].sort());
    });

    rule("hands over ten attributes", "Amazon SNS raw message delivery", async (topic) => {
      const names = Array.from({ length: MAX_MESSAGE_ATTRIBUTES }, (_, index) => `evp-${index}`);
      const attributes = Object.fromEntries(names.map((name) => [name, `☕ ${name}`]));
      await publish(topic, [publication("a", { attributes })]);
      expect(await drain(topic.queue, 1)).toMatchObject([{ body: "a", attributes }]);
    });

    rule("keeps the order of a group", "Amazon SNS message ordering details for FIFO topics", async (topic) => {
      for (const body of ["a", "b", "c"]) await publish(topic, [publication(body)]);
      expect(bodies(await drain(topic.queue, 3))).toEqual(["a", "b", "c"]);
    });

    rule("takes ten entries in a batch and refuses eleven", "PublishBatch", async (topic) => {
      const eleven = Array.from({ length: BATCH_MAX_ENTRIES + 1 }, (_, index) =>
        publication(`${index}`, { groupId: `g-${index}` }),
      );
      await expectRefused(topic.publisher.publish(topic.topicArn, eleven));
      await publish(topic, eleven.slice(1));
      const ten = ["1", "10", "2", "3", "4", "5", "6", "7", "8", "9"];
      expect(bodies(await drain(topic.queue, BATCH_MAX_ENTRIES)).sort()).toEqual(ten);
    });

    rule("refuses one entry for its group and takes the others", "PublishBatch", async (topic) => {
      const results = await topic.publisher.publish(topic.topicArn, [
        publication("a", { groupId: "one" }),
        publication("b", { groupId: "no spaces please" }),
        publication("c", { groupId: "three" }),
      ]);
      expect(results.map(outcomeOf)).toEqual(["taken", "refused", "taken"]);
      expect(bodies(await drain(topic.queue, 2)).sort()).toEqual(["a", "c"]);
    });

    rule("takes a message of 256 KiB and refuses a larger one", "Publish", async (topic) => {
      const body = "x".repeat(SNS_MAX_BYTES);
      const tooLarge = publication(`${body}x`, { deduplicationId: "1" });
      await expectRefused(topic.publisher.publish(topic.topicArn, [tooLarge]));
      const largest = publication(body, { deduplicationId: "2" });
      await publish(topic, [largest]);
      expect(bodies(await drain(topic.queue, 1)).map(({ length }) => length)).toEqual([SNS_MAX_BYTES]);
    });

    rule("refuses a batch of more than 256 KiB", "PublishBatch", async (topic) => {
      const half = "x".repeat(SNS_MAX_BYTES / 2);
      const batch = [half, `${half}x`].map((body, index) => publication(body, { deduplicationId: `${index}` }));
      await expectRefused(topic.publisher.publish(topic.topicArn, batch));
    });

    rule(
      "takes a repeated deduplication id as if it were new, and hands one message over",
      DEDUPLICATION,
      async (topic) => {
        await publish(topic, [publication("a", { deduplicationId: "d" })]);
        await publish(topic, [publication("b", { deduplicationId: "d" })]);
        await publish(topic, [publication("c")]);
        expect(bodies(await drain(topic.queue, 2))).toEqual(["a", "c"]);
      },
    );

    rule(
      "keeps the same deduplication id of two groups apart",
      "High throughput for FIFO topics in Amazon SNS",
      async (topic) => {
        await publish(topic, [
          publication("a", { groupId: "one", deduplicationId: "d" }),
          publication("b", { groupId: "two", deduplicationId: "d" }),
        ]);
        expect(bodies(await drain(topic.queue, 2)).sort()).toEqual(["a", "b"]);
      },
    );

    rule("fails as not found where there is no topic", "PublishBatch", async (topic) => {
      const missing = topic.topicArn.replace(/\.fifo$/, "-missing.fifo");
      await expect(topic.publisher.publish(missing, [publication("a")])).rejects.toMatchObject({
        name: "CallError",
        kind: "not-found",
      });
    });
  });
}
