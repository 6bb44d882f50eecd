import { describe, expect, it } from "vitest";
import { OrderedSender } from "../../../src/app/ordered-sender.js";
import type { OutgoingMessage } from "../../../src/ports/queue.js";
import { createInstantClock } from "../../doubles/instant-clock.js";
import { createMemoryQueues, type MemoryQueue } from "../../doubles/memory-queues.js";

function setUp(signal?: AbortSignal) {
  const clock = createInstantClock();
  const queue = createMemoryQueues(clock)("ingress.fifo");
  const ends: Record<string, string> = {};
  const sender = new OrderedSender<OutgoingMessage>({
    send: queue.send.bind(queue),
    clock,
    onSettled: (settled) => {
      for (const { item, result } of settled) ends[item.body] = result.ok ? "sent" : result.fault.code;
    },
    signal,
  });
  return { clock, queue, ends, sender };
}

function message(groupId: string, body: string): OutgoingMessage {
  return { groupId, body, deduplicationId: `d-${body.slice(0, 20)}` };
}

async function sendAll(sender: OrderedSender<OutgoingMessage>, messages: OutgoingMessage[]): Promise<void> {
  for (const each of messages) await sender.offer(each);
  await sender.finish();
}

const batches = (queue: MemoryQueue) =>
  queue.calls.map(({ detail }) => (detail as OutgoingMessage[]).map(({ body }) => body));
const bodiesOf = (queue: MemoryQueue, groupId: string) =>
  queue.contents.filter((each) => each.groupId === groupId).map(({ body }) => body);
const transient = { code: "ServiceUnavailable", message: "try again", isSenderFault: false };

describe("sending in order", () => {
  it("puts at most one message of a group and ten in all into a batch", async () => {
    const { queue, sender } = setUp();
    const messages = Array.from({ length: 60 }, (_, index) => message(`g${index % 15}`, `${index}`));
    await sendAll(sender, messages);
    expect(queue.contents).toHaveLength(60);
    for (const batch of batches(queue)) {
      expect(batch.length).toBeLessThanOrEqual(10);
      expect(new Set(batch.map((body) => Number(body) % 15)).size).toBe(batch.length);
    }
    expect(bodiesOf(queue, "g3")).toEqual(["3", "18", "33", "48"]);
  });

  it("keeps a batch within 1 MiB, attributes included", async () => {
    const { queue, sender } = setUp();
    const large = Array.from({ length: 6 }, (_, index) => message(`g${index}`, `${index}${"x".repeat(300_000)}`));
    await sendAll(sender, large);
    expect(queue.contents).toHaveLength(6);
    const sizes = batches(queue).map((batch) => batch.reduce((sum, body) => sum + body.length, 0));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1024 * 1024);
  });

  it("sends again an entry that failed for a passing reason, before the later ones of its group", async () => {
    const { queue, ends, sender, clock } = setUp();
    let failures = 2;
    queue.entryFaultOf = ({ body }) => (body === "a1" && failures-- > 0 ? transient : undefined);
    await sendAll(sender, [message("a", "a1"), message("b", "b1"), message("a", "a2"), message("b", "b2")]);
    expect(bodiesOf(queue, "a")).toEqual(["a1", "a2"]);
    expect(bodiesOf(queue, "b")).toEqual(["b1", "b2"]);
    expect(ends).toEqual({ a1: "sent", a2: "sent", b1: "sent", b2: "sent" });
    expect(clock.slept).toEqual([100, 200]);
  });

  it("gives up after 5 attempts and holds back the later ones of that group only", async () => {
    const { queue, ends, sender } = setUp();
    queue.entryFaultOf = ({ body }) => (body === "a1" ? transient : undefined);
    await sendAll(sender, [message("a", "a1"), message("a", "a2"), message("b", "b1")]);
    await sender.offer(message("a", "a3"));
    expect(ends).toEqual({ a1: "ServiceUnavailable", a2: "HeldBack", a3: "HeldBack", b1: "sent" });
    expect(batches(queue).filter((batch) => batch.includes("a1"))).toHaveLength(5);
    expect(queue.contents.map(({ body }) => body)).toEqual(["b1"]);
  });

  it("does not repeat what the queue refuses for good", async () => {
    const { queue, ends, sender } = setUp();
    queue.entryFaultOf = ({ body }) =>
      body === "a1" ? { code: "InvalidMessageContents", message: "no", isSenderFault: true } : undefined;
    await sendAll(sender, [message("a", "a1"), message("a", "a2")]);
    expect(ends).toEqual({ a1: "InvalidMessageContents", a2: "HeldBack" });
    expect(queue.calls).toHaveLength(1);
  });

  it("repeats a call of which no answer came; the queue drops what it had taken", async () => {
    const { queue, ends, sender } = setUp();
    queue.faultOf = (_, call) => (call === 0 ? { when: "after", kind: "unreachable" } : undefined);
    await sendAll(sender, [message("a", "a1"), message("a", "a2")]);
    expect(queue.contents.map(({ body }) => body)).toEqual(["a1", "a2"]);
    expect(ends).toEqual({ a1: "sent", a2: "sent" });
  });

  it("stops everything when a call fails for good", async () => {
    const { queue, ends, sender } = setUp();
    queue.faultOf = () => ({ when: "before", kind: "unreachable" });
    await expect(sendAll(sender, [message("a", "a1"), message("b", "b1")])).rejects.toThrow("unreachable");
    expect(sender.isStopped).toBe(true);
    await sender.offer(message("c", "c1"));
    expect(ends).toEqual({});
  });

  it("does not repeat a call that nobody may make", async () => {
    const { queue, sender } = setUp();
    queue.faultOf = () => ({ when: "before", kind: "credentials" });
    await expect(sendAll(sender, [message("a", "a1")])).rejects.toThrow("credentials");
    expect(queue.calls).toHaveLength(1);
  });

  it("finds the message for which a whole batch was refused", async () => {
    const { queue, ends, sender } = setUp();
    const send = queue.send.bind(queue);
    const strict: MemoryQueue["send"] = (messages) => {
      queue.faultOf = () =>
        messages.some(({ body }) => body === "bad") ? { when: "before", kind: "refused" } : undefined;
      return send(messages);
    };
    const strictSender = new OrderedSender<OutgoingMessage>({
      send: strict,
      clock: createInstantClock(),
      onSettled: (settled) => {
        for (const { item, result } of settled) ends[item.body] = result.ok ? "sent" : result.fault.code;
      },
    });
    await sender.finish();
    await sendAll(strictSender, [message("a", "a1"), message("b", "bad"), message("b", "b2"), message("c", "c1")]);
    expect(ends).toEqual({ a1: "sent", bad: "refused", b2: "HeldBack", c1: "sent" });
  });

  it("sends nothing more once it is interrupted, and settles what is in the air", async () => {
    const controller = new AbortController();
    const { queue, ends, sender } = setUp(controller.signal);
    for (let index = 0; index < 5; index++) await sender.offer(message("a", `a${index}`));
    controller.abort();
    await sender.finish();
    expect(queue.contents.map(({ body }) => body)).toEqual(["a0"]);
    expect(ends).toEqual({ a0: "sent" });
  });
});
