import { expect, it } from "vitest";
import type { Taps } from "../../src/ports/tap.js";
import type { PublishedTopic } from "./publisher-contract.js";

/** What every tap does. `open` gives a topic of its own. */
export function tapsContract(open: () => Promise<PublishedTopic & { taps: Taps }>): void {
  it("sees what is published from now on and takes nothing from the client (Amazon SNS fanout)", async () => {
    const { publisher, topicArn, queue, taps } = await open();
    const publish = (body: string) =>
      publisher.publish(topicArn, [{ body, groupId: "g", deduplicationId: body, attributes: { "evp-type": "t" } }]);
    await publish("before");
    const tap = await taps.open(topicArn);
    await publish("after");
    expect(await tap.queue.receive({ maxMessages: 10, waitSeconds: 5 })).toMatchObject([
      { body: "after", groupId: "g", attributes: { "evp-type": "t" } },
    ]);
    expect((await queue.receive({ maxMessages: 10, waitSeconds: 5 })).map(({ body }) => body)).toEqual([
      "before",
      "after",
    ]);
    await tap.close();
    await expect(tap.queue.depth()).rejects.toMatchObject({ kind: "not-found" });
  });

  it("leaves nothing behind that is not found again", async () => {
    const { topicArn, taps } = await open();
    const tap = await taps.open(topicArn);
    expect(await taps.removeLeftovers()).toEqual([tap.queue.name]);
    expect(await taps.removeLeftovers()).toEqual([]);
    await tap.close();
  });
}
