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
      const tap = await taps.open({ arns: [topicArn] });
      await publish(topic, [publication("after", { attributes })]);
      expect(await receive(tap.queue)).toMatchObject([{ body: "after", groupId: "g", attributes }]);
      expect(bodies(await drain(queue, 2))).toEqual(["before", "after"]);
      await tap.close();
      await eventually(clock, () => expect(tap.queue.depth()).rejects.toMatchObject({ kind: "not-found" }));
    },
  );

  rule("watches topics that fit its pattern later", "Amazon SNS fanout to Amazon SQS queues", async (topic) => {
    const { topicArn, taps } = topic;
    const elsewhere = topicArn.replace(/[^:]+$/, "elsewhere.fifo");
    const pattern = topicArn.replace(/[^:]+$/, "*");
    const tap = await taps.open({ arns: [topicArn], pattern });
    await expect(tap.watch(elsewhere)).rejects.toMatchObject({ kind: "not-found" });
    await tap.watch(topicArn);
    await publish(topic, [publication("seen")]);
    expect(bodies(await receive(tap.queue))).toEqual(["seen"]);
    await tap.close();
  });

  rule("is known to be in use while its owner runs", OWN_RULE, async ({ topicArn, taps, clock }) => {
    const tap = await taps.open({ arns: [topicArn] });
    await tap.renew();
    await eventually(clock, async () => {
      const seen = await taps.list();
      expect(seen).toMatchObject([
        { name: tap.queue.name, state: "in-use", owner: expect.stringContaining(`process ${process.pid} on `) },
      ]);
      expect(seen[0]?.aliveAt).toBeGreaterThan(clock.now() - 60_000);
    });
    await tap.close();
    await eventually(clock, async () => expect(await taps.list()).toEqual([]));
  });

  rule("is removed with its subscription by its name alone", OWN_RULE, async (topic) => {
    const { topicArn, taps, clock } = topic;
    const tap = await taps.open({ arns: [topicArn] });
    await eventually(clock, async () => expect(await taps.remove(tap.queue.name, [])).toBe(true));
    await eventually(clock, async () => expect(await taps.remove(tap.queue.name, [])).toBe(false));
    await tap.close();
  });

  rule("leaves nothing behind that is not found again", OWN_RULE, async ({ topicArn, taps, clock }) => {
    const tap = await taps.open({ arns: [topicArn] });
    await eventually(clock, async () => expect(await taps.removeLeftovers()).toEqual([tap.queue.name]));
    await eventually(clock, async () => expect(await taps.removeLeftovers()).toEqual([]));
    await tap.close();
  });
}
