import { expect } from "vitest";
import type { Taps } from "../../src/ports/tap.js";
import { eventually } from "./eventually.js";
import { type PublishedTopic, publication, publish } from "./publisher-contract.js";
import { bodies, drain, type QueueTarget, receive } from "./queue-target.js";
import { OWN_RULE, rulesOn } from "./rule.js";

/** What every tap does. `open` gives a topic of its own. */
export function tapsContract(open: () => Promise<PublishedTopic & { taps: Taps; clock: QueueTarget["clock"] }>): void {
  const rule = rulesOn(open);

  rule(
    "sees what is published from now on and takes nothing from the client",
    "Amazon SNS fanout to Amazon SQS queues",
    async (topic) => {
      const { topicArn, queue, taps, clock } = topic;
      const attributes = { "evp-type": "t" };
      await publish(topic, [publication("before", { attributes })]);
      const tap = await taps.open(topicArn);
      await publish(topic, [publication("after", { attributes })]);
      expect(await receive(tap.queue)).toMatchObject([{ body: "after", groupId: "g", attributes }]);
      expect(bodies(await drain(queue, 2))).toEqual(["before", "after"]);
      await tap.close();
      await eventually(clock, () => expect(tap.queue.depth()).rejects.toMatchObject({ kind: "not-found" }));
    },
  );

  rule("leaves nothing behind that is not found again", OWN_RULE, async ({ topicArn, taps, clock }) => {
    const tap = await taps.open(topicArn);
    await eventually(clock, async () => expect(await taps.removeLeftovers()).toEqual([tap.queue.name]));
    await eventually(clock, async () => expect(await taps.removeLeftovers()).toEqual([]));
    await tap.close();
  });
}
