import fc from "fast-check";
import { expect, it } from "vitest";
import { type Message, placeMessage, unreceived } from "../../../src/local/model/message.js";
import { MessageHeap } from "../../../src/local/model/message-heap.js";

function aMessage(ordinal: number, wakeAt: number): Message {
  const facts = { ordinal, messageId: "", body: "", attributes: {}, sentAt: 0 };
  return placeMessage(
    {
      ...facts,
      groupId: undefined,
      deduplicationId: undefined,
      traceHeader: undefined,
      deadLetterSourceArn: undefined,
    },
    unreceived(wakeAt, 0),
  );
}

it("a heap gives its messages by time, then by arrival, whatever was moved and removed before", () => {
  const change = fc.record({ index: fc.nat(100), wakeAt: fc.option(fc.nat(20)) });
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 40 }), fc.array(change, { maxLength: 40 }), (times, changes) => {
      const heap = new MessageHeap("wakeSlot", "wakeAt");
      const messages = times.map((time, index) => aMessage(index, time));
      for (const message of messages) heap.put(message);
      const removed = new Set<Message>();
      for (const { index, wakeAt } of changes) {
        const message = messages[index % Math.max(1, messages.length)];
        if (message === undefined || removed.has(message)) continue;
        if (wakeAt === null) {
          heap.remove(message);
          removed.add(message);
        } else {
          message.wakeAt = wakeAt;
          heap.put(message);
        }
      }
      const given: Message[] = [];
      for (let first = heap.first(); first !== undefined; first = heap.first()) {
        heap.remove(first);
        given.push(first);
      }
      const kept = messages.filter((message) => !removed.has(message));
      expect(given).toEqual(kept.sort((a, b) => a.wakeAt - b.wakeAt || a.ordinal - b.ordinal));
    }),
  );
});
