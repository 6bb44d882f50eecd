import { describe, expect, it } from "vitest";
import { type TailOptions, tailClient } from "../../../../src/app/tail/tail-client.js";
import { createInstantClock } from "../../../doubles/instant-clock.js";
import { createMemoryClients } from "../../../doubles/memory-clients.js";
import { createMemoryQueues } from "../../../doubles/memory-queues.js";
import { eventBody } from "../../../factories/events.js";

function setUp() {
  const clock = createInstantClock();
  const queues = createMemoryQueues(clock);
  const tapQueue = queues("tap.fifo");
  const ownQueue = queues("evp-client-1.fifo");
  const taps = { opened: [] as string[], closed: 0 };
  const ports = {
    clients: createMemoryClients(),
    clock,
    queue: queues,
    taps: {
      async open(topicArn: string) {
        taps.opened.push(topicArn);
        return {
          queue: tapQueue,
          async close() {
            taps.closed += 1;
          },
        };
      },
    },
  };
  const publish = async (queue: typeof tapQueue, id: string, changes = {}, attributes = {}) => {
    const type = { "evp-type": "transaction", "evp-event-id": id, "evp-received-at": "2026-11-21T09:59:59.000Z" };
    const message = { body: eventBody({ id, ...changes }), groupId: "g", deduplicationId: id };
    await queue.send([{ ...message, attributes: { ...type, ...attributes } }]);
  };
  const tail = (options: Partial<TailOptions> = {}) =>
    tailClient(ports, { clientId: "client-1", idleTimeoutMs: 5_000, ...options });
  return { clock, tapQueue, ownQueue, taps, publish, tail };
}

async function idsOf(records: AsyncIterable<{ eventId: string | null }>): Promise<(string | null)[]> {
  const ids = [];
  for await (const { eventId } of records) ids.push(eventId);
  return ids;
}

describe("watching a client's topic", () => {
  it("yields what is published, in order, and removes its subscription", async () => {
    const { tapQueue, ownQueue, taps, publish, tail } = setUp();
    for (let index = 1; index <= 25; index++) await publish(tapQueue, `e-${index}`);
    await publish(ownQueue, "e-1");
    const ids = await idsOf(tail());
    expect(ids).toEqual(Array.from({ length: 25 }, (_, index) => `e-${index + 1}`));
    expect(taps).toEqual({ opened: ["arn:aws:sns:us-east-1:000000000000:evp-client-1.fifo"], closed: 1 });
    expect(ownQueue.contents).toHaveLength(1);
  });

  it("tells all about an event", async () => {
    const { tapQueue, publish, tail } = setUp();
    await publish(tapQueue, "e-1");
    const { value } = await tail().next();
    expect(value).toEqual({
      eventId: "e-1",
      clientId: "client-1",
      type: "transaction",
      groupId: "g",
      sequence: expect.stringMatching(/^\d{20}$/),
      receivedAt: "2026-11-21T09:59:59.000Z",
      body: eventBody({ id: "e-1" }),
    });
  });

  it("is ready once nothing can be missed", async () => {
    const { taps, tail } = setUp();
    const opened: number[] = [];
    await idsOf(tail({ onReady: () => opened.push(taps.opened.length) }));
    expect(opened).toEqual([1]);
  });

  it("ends at the limit", async () => {
    const { tapQueue, taps, publish, tail } = setUp();
    for (const id of ["e-1", "e-2", "e-3"]) await publish(tapQueue, id);
    expect(await idsOf(tail({ limit: 2, idleTimeoutMs: undefined }))).toEqual(["e-1", "e-2"]);
    expect(taps.closed).toBe(1);
  });

  it("ends when nothing came for so long", async () => {
    const { clock, tail } = setUp();
    const before = clock.now();
    expect(await idsOf(tail({ idleTimeoutMs: 30_000 }))).toEqual([]);
    expect(clock.now() - before).toBe(30_000);
  });

  it("yields what the filters let through", async () => {
    const { tapQueue, publish, tail } = setUp();
    await publish(tapQueue, "e-1", { payload: { amount: 5 } });
    await publish(tapQueue, "e-2", { payload: { amount: 7 } }, { priority: "high" });
    const filters = [
      { name: "amount", value: "7" },
      { name: "priority", value: "high" },
    ];
    expect(await idsOf(tail({ filters }))).toEqual(["e-2"]);
  });

  it("ends at once when it is interrupted, though a receive still waits, and removes its subscription", async () => {
    const { tapQueue, taps, tail } = setUp();
    const controller = new AbortController();
    tapQueue.receive = () => new Promise(() => undefined);
    const ids = idsOf(
      tail({
        signal: controller.signal,
        idleTimeoutMs: undefined,
        onReady: () => queueMicrotask(() => controller.abort()),
      }),
    );
    expect(await ids).toEqual([]);
    expect(taps.closed).toBe(1);
  });

  it("removes its subscription when the reader goes away", async () => {
    const { tapQueue, taps, publish, tail } = setUp();
    await publish(tapQueue, "e-1");
    for await (const _ of tail()) break;
    expect(taps.closed).toBe(1);
  });

  it("removes its subscription when the queue fails, after some attempts", async () => {
    const { tapQueue, taps, tail } = setUp();
    tapQueue.faultOf = () => ({ when: "before", kind: "unreachable" });
    await expect(idsOf(tail())).rejects.toThrow("unreachable");
    expect(tapQueue.calls).toHaveLength(5);
    expect(taps.closed).toBe(1);
  });

  it("goes on when a message cannot be deleted at the first attempt", async () => {
    const { tapQueue, publish, tail } = setUp();
    await publish(tapQueue, "e-1");
    let deletes = 0;
    tapQueue.faultOf = (verb) =>
      verb === "delete" && ++deletes === 1 ? { when: "before", kind: "throttled" } : undefined;
    expect(await idsOf(tail())).toEqual(["e-1"]);
    expect(tapQueue.contents).toEqual([]);
  });

  it("knows no client that is not registered", async () => {
    const { taps, tail } = setUp();
    await expect(idsOf(tail({ clientId: "client-7" }))).rejects.toMatchObject({
      code: "client-unknown",
      category: "not-found",
    });
    expect(taps.opened).toEqual([]);
  });
});

describe("consuming as the client", () => {
  it("takes from the client's own queue and acknowledges each record once it was dealt with", async () => {
    const { ownQueue, taps, publish, tail } = setUp();
    for (let index = 1; index <= 12; index++) await publish(ownQueue, `e-${index}`);
    expect(await idsOf(tail({ consume: true }))).toHaveLength(12);
    expect(ownQueue.contents).toEqual([]);
    expect(taps.opened).toEqual([]);
  });

  it("takes no more than the limit", async () => {
    const { ownQueue, publish, tail } = setUp();
    for (let index = 1; index <= 12; index++) await publish(ownQueue, `e-${index}`);
    expect(await idsOf(tail({ consume: true, limit: 11 }))).toHaveLength(11);
    expect(ownQueue.contents.map(({ body }) => JSON.parse(body).id)).toEqual(["e-12"]);
    expect(await ownQueue.depth()).toMatchObject({ visible: 1, inFlight: 0 });
  });

  it("gives back at once what the reader did not deal with", async () => {
    const { ownQueue, publish, tail } = setUp();
    for (const id of ["e-1", "e-2", "e-3"]) await publish(ownQueue, id);
    for await (const { eventId } of tail({ consume: true })) if (eventId === "e-2") break;
    expect(ownQueue.contents.map(({ body }) => JSON.parse(body).id)).toEqual(["e-2", "e-3"]);
    expect(await ownQueue.depth()).toMatchObject({ visible: 2, inFlight: 0 });
  });

  it("stops when it is interrupted, and gives the record at hand back", async () => {
    const { ownQueue, publish, tail } = setUp();
    for (const id of ["e-1", "e-2"]) await publish(ownQueue, id);
    const controller = new AbortController();
    const ids: (string | null)[] = [];
    for await (const { eventId } of tail({ consume: true, signal: controller.signal })) {
      ids.push(eventId);
      controller.abort();
    }
    expect(ids).toEqual(["e-1"]);
    expect(ownQueue.contents.map(({ body }) => JSON.parse(body).id)).toEqual(["e-1", "e-2"]);
    expect(await ownQueue.depth()).toMatchObject({ visible: 2, inFlight: 0 });
  });

  it("acknowledges again what could not be acknowledged at first", async () => {
    const { ownQueue, publish, tail } = setUp();
    await publish(ownQueue, "e-1");
    const remove = ownQueue.delete;
    const fault = { code: "InternalError", message: "try later", isSenderFault: false };
    let deletes = 0;
    ownQueue.delete = async (handles) => (++deletes < 3 ? [{ ok: false, fault }] : remove(handles));
    expect(await idsOf(tail({ consume: true }))).toEqual(["e-1"]);
    expect(ownQueue.contents).toEqual([]);
  });

  it("says so when a record cannot be acknowledged, whatever else fails then", async () => {
    const { ownQueue, publish, tail } = setUp();
    await publish(ownQueue, "e-1");
    const fault = { code: "ReceiptHandleIsInvalid", message: "the handle has expired", isSenderFault: true };
    ownQueue.delete = async () => [{ ok: false, fault }];
    ownQueue.changeVisibility = () => Promise.reject(new Error("and this failed too"));
    await expect(idsOf(tail({ consume: true }))).rejects.toThrow("the handle has expired");
  });

  it("refuses filters, which would hide what is taken", async () => {
    const { tail } = setUp();
    const filters = [{ name: "type", value: "x" }];
    await expect(idsOf(tail({ consume: true, filters }))).rejects.toMatchObject({ category: "usage" });
  });
});
