import { expect } from "vitest";
import type { Clock } from "../../src/ports/clock.js";
import type { Queue } from "../../src/ports/queue.js";
import { eventually } from "./eventually.js";
import { type PublishedTopic, publication, publish } from "./publisher-contract.js";
import { receive } from "./queue-target.js";
import { rulesOn } from "./rule.js";

/** A topic whose subscription has a dead-letter queue, and no queue to hand messages to any more. */
export interface OrphanedTopic extends PublishedTopic {
  undelivered: Queue;
  clock: Clock;
}

/** Where messages go that a topic cannot hand over. `open` gives a topic of its own. */
export function undeliveredContract(open: () => Promise<OrphanedTopic>): void {
  rulesOn(open)(
    "keeps what cannot be handed over on the subscription's own dead-letter queue",
    "Amazon SNS dead-letter queues",
    async (topic) => {
      const { undelivered, clock } = topic;
      let count = 0;
      // A deleted queue takes messages for up to a minute ("DeleteQueue"), so that the first ones may be lost with it.
      await eventually(clock, async () => {
        count += 1;
        await publish(topic, [publication(`try-${count}`)]);
        const [received] = await receive(undelivered);
        expect(received).toMatchObject({ body: expect.stringMatching(/^try-\d+$/), groupId: "g" });
      });
    },
  );
}
