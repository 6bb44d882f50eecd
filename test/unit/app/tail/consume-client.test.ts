import { describe, expect, it } from "vitest";
import { consumeClient } from "../../../../src/app/tail/consume-client.js";
import type { ConsumeOptions } from "../../../../src/app/tail/consume-queue.js";
import { createInstantClock } from "../../../doubles/instant-clock.js";
import { createMemoryClients } from "../../../doubles/memory-clients.js";
import { createMemoryQueues } from "../../../doubles/memory-queues.js";
import { eventBody } from "../../../factories/events.js";

function setUp() {
  const clock = createInstantClock();
  const queues = createMemoryQueues(clock);
  const ownQueue = queues("evp-client-1.fifo");
  const ports = { clients: createMemoryClients(), clock, queue: queues };
  const publish = async (...ids: string[]) => {
    for (const id of ids) {
      const attributes = {
        "evp-type": "transaction",
        "evp-event-id": id,
        "evp-received-at": "2026-11-21T09:59:59.000Z",
      };
      await ownQueue.send([{ body: eventBody({ id }), groupId: "g", deduplicationId: id, attributes }]);
    }
  };
  const consume = (options: Partial<ConsumeOptions> = {}) =>
    consumeClient(ports, { clientId: "client-1", idleTimeoutMs: 5_000, ...options });
  const leftOver = () => ownQueue.contents.map(({ body }) => JSON.parse(body).id);
  return { ownQueue, publish, consume, leftOver };
}

async function idsOf(records: AsyncIterable<{ eventId: string | null }>): Promise<(string | null)[]> {
  const ids = [];
  for await (const { eventId } of records) ids.push(eventId);
  return ids;
}

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `e-${index + 1}`);

describe("consuming as the client", () => {
  it("tells all about an event", async () => {
    const { publish, consume } = setUp();
    await publish("e-1");
    const { value } = await consume().next();
    expect(value).toEqual({
      eventId: "e-1",
      clientId: "client-1",
      type: "transaction",
      groupId: "g",
      sequence: expect.stringMatching(/^\d{20}$/),
      receivedAt: "2026-11-21T09:59:59.000Z",
      publishedAt: "2026-11-21T10:00:00.000Z",
      replayId: null,
      from: "queue",
      body: eventBody({ id: "e-1" }),
    });
  });

  it("takes from the client's own queue and acknowledges each record once it was dealt with", async () => {
    const { publish, consume, leftOver } = setUp();
    await publish(...numbered(12));
    expect(await idsOf(consume())).toEqual(numbered(12));
    expect(leftOver()).toEqual([]);
  });

  it("takes no more than the limit", async () => {
    const { ownQueue, publish, consume, leftOver } = setUp();
    await publish(...numbered(12));
    expect(await idsOf(consume({ limit: 11 }))).toHaveLength(11);
    expect(leftOver()).toEqual(["e-12"]);
    expect(await ownQueue.depth()).toMatchObject({ visible: 1, inFlight: 0 });
  });

  it("gives back at once what the reader did not deal with", async () => {
    const { ownQueue, publish, consume, leftOver } = setUp();
    await publish("e-1", "e-2", "e-3");
    for await (const { eventId } of consume()) if (eventId === "e-2") break;
    expect(leftOver()).toEqual(["e-2", "e-3"]);
    expect(await ownQueue.depth()).toMatchObject({ visible: 2, inFlight: 0 });
  });

  it("stops when it is interrupted, and gives the record at hand back", async () => {
    const { ownQueue, publish, consume, leftOver } = setUp();
    await publish("e-1", "e-2");
    const controller = new AbortController();
    const ids: (string | null)[] = [];
    for await (const { eventId } of consume({ signal: controller.signal })) {
      ids.push(eventId);
      controller.abort();
    }
    expect(ids).toEqual(["e-1"]);
    expect(leftOver()).toEqual(["e-1", "e-2"]);
    expect(await ownQueue.depth()).toMatchObject({ visible: 2, inFlight: 0 });
  });

  it("acknowledges again what could not be acknowledged at first", async () => {
    const { ownQueue, publish, consume, leftOver } = setUp();
    await publish("e-1");
    const remove = ownQueue.delete;
    const fault = { code: "InternalError", message: "try later", isSenderFault: false };
    let deletes = 0;
    ownQueue.delete = async (handles) => (++deletes < 3 ? [{ ok: false, fault }] : remove(handles));
    expect(await idsOf(consume())).toEqual(["e-1"]);
    expect(leftOver()).toEqual([]);
  });

  it("says so when a record cannot be acknowledged, whatever else fails then", async () => {
    const { ownQueue, publish, consume } = setUp();
    await publish("e-1");
    const fault = { code: "ReceiptHandleIsInvalid", message: "the handle has expired", isSenderFault: true };
    ownQueue.delete = async () => [{ ok: false, fault }];
    ownQueue.changeVisibility = () => Promise.reject(new Error("and this failed too"));
    await expect(idsOf(consume())).rejects.toThrow("the handle has expired");
  });

  it("knows no client that is not registered", async () => {
    const { consume } = setUp();
    const unknown = { code: "client-unknown", category: "not-found" };
    await expect(idsOf(consume({ clientId: "client-7" }))).rejects.toMatchObject(unknown);
  });
});
