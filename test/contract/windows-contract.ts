import { describe, expect } from "vitest";
import { DEDUPLICATION_SECONDS } from "../../src/core/limits.js";
import type { Clock } from "../../src/ports/clock.js";
import { type PublishedTopic, publication, publish } from "./publisher-contract.js";
import { bodies, drain, handles, message, type QueueTarget, receive, send } from "./queue-target.js";
import { rulesOn } from "./rule.js";

const WINDOW_MS = DEDUPLICATION_SECONDS * 1000;
const SECOND_MS = 1000;

/** What a FIFO queue remembers for five minutes, and no longer. Only where nobody has to wait for them. */
export function queueWindowsContract({ openFifo, clock }: QueueTarget): void {
  const rule = rulesOn(openFifo);

  describe("windows of five minutes", () => {
    rule(
      "forgets a deduplication id after five minutes, and not sooner",
      "Using the message deduplication ID in Amazon SQS",
      async (queue) => {
        const repeated = (body: string) => message(body, { deduplicationId: "d" });
        await send(queue, [repeated("a")]);
        expect(bodies(await drain(queue, 1))).toEqual(["a"]);
        await clock.sleep(WINDOW_MS - SECOND_MS);
        await send(queue, [repeated("b"), message("c")]);
        expect(bodies(await drain(queue, 1))).toEqual(["c"]);
        await clock.sleep(SECOND_MS);
        await send(queue, [repeated("d")]);
        expect(bodies(await drain(queue, 1))).toEqual(["d"]);
      },
    );

    rule(
      "forgets a receive attempt after five minutes",
      "Using the Amazon SQS receive request attempt ID",
      async (queue) => {
        await send(queue, [message("a")]);
        const options = { attemptId: "attempt-1", visibilitySeconds: 3600 };
        const first = handles(await receive(queue, options));
        expect(handles(await receive(queue, options))).toEqual(first);
        await clock.sleep(WINDOW_MS);
        expect(await receive(queue, { ...options, waitSeconds: 0 })).toEqual([]);
      },
    );
  });
}

/** What a FIFO topic remembers for five minutes, and no longer. */
export function topicWindowsContract(open: () => Promise<PublishedTopic>, clock: Pick<Clock, "sleep">): void {
  rulesOn(open)(
    "forgets a deduplication id after five minutes, and not sooner",
    "Amazon SNS message deduplication for FIFO topics",
    async (topic) => {
      const repeated = (body: string) => publication(body, { deduplicationId: "d" });
      await publish(topic, [repeated("a")]);
      await clock.sleep(WINDOW_MS - 10 * SECOND_MS);
      await publish(topic, [repeated("b")]);
      expect(bodies(await drain(topic.queue, 2))).toEqual(["a"]);
      await clock.sleep(10 * SECOND_MS);
      await publish(topic, [repeated("c")]);
      expect(bodies(await drain(topic.queue, 1))).toEqual(["c"]);
    },
  );
}
