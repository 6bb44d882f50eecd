import { describe, expect, it } from "vitest";
import { producerRecord } from "../../doubles/memory-producers.js";
import { createQueueDouble, goodEvent, queueDown, startGateway } from "../../factories/gateway.js";

describe("an array", () => {
  it("is answered item by item, each byte for byte, those of a group in order", async () => {
    const { post, queue } = await startGateway();
    const bodies = Array.from({ length: 25 }, (_, index) => goodEvent(`e-${index}`, { key: `k-${index % 3}` }));
    const { status, document } = await post(`[ ${bodies.join(" ,\n")} ]`);
    expect(status).toBe(202);
    expect(
      document.items.map(({ item, status: told, eventId }: { item: number; status: string; eventId: string }) => [
        item,
        told,
        eventId,
      ]),
    ).toEqual(bodies.map((_, index) => [index, "enqueued", `e-${index}`]));
    for (const group of ["k-0", "k-1", "k-2"]) {
      const sent = queue.taken.filter(({ groupId }) => groupId === `client-1#${group}`).map(({ body }) => body);
      expect(sent).toEqual(bodies.filter((_, index) => `k-${index % 3}` === group));
    }
  });

  it("with one bad event is refused as a whole, and each is told how it is", async () => {
    const { post, queue } = await startGateway();
    const { status, document } = await post(`[${goodEvent("a")},${goodEvent("b", { payload: {} })},${goodEvent("c")}]`);
    expect(status).toBe(422);
    expect(document.items).toMatchObject([
      { item: 0, status: "valid", eventId: "a" },
      { item: 1, status: "refused", eventId: "b", reason: "schema-violation" },
      { item: 2, status: "valid", eventId: "c" },
    ]);
    expect(document.errors).toEqual([{ item: 1, pointer: "/payload/amount", detail: "is missing" }]);
    expect(queue.taken).toEqual([]);
  });

  it("with one event for another's client is forbidden as a whole", async () => {
    const { post, queue } = await startGateway({ producers: [producerRecord("p", { allowedClients: ["client-1"] })] });
    const answer = await post(`[${goodEvent("a")},${goodEvent("b", { clientId: "client-2", type: "monitoring" })}]`, {
      producer: "p",
    });
    expect(answer).toMatchObject({ status: 403, document: { code: "forbidden" } });
    expect(queue.taken).toEqual([]);
  });

  it.each([
    ["[]", 400],
    ["[{]", 400],
    ['[{"a":1} {"b":2}]', 400],
    ["[1,2]", 422],
    [`[${Array.from({ length: 101 }, () => "{}").join(",")}]`, 413],
  ])("%.30s is answered with %#", async (body, status) => {
    const { post, queue } = await startGateway();
    expect((await post(body)).status).toBe(status);
    expect(queue.taken).toEqual([]);
  });

  it("of which the queue took a part says which, and what follows a failed one in its group was not sent", async () => {
    const queue = createQueueDouble();
    const fault = { code: "InternalError", message: "inside", isSenderFault: false };
    queue.meddle = (messages) =>
      messages.map(({ body }) =>
        body.includes("bad") ? { ok: false, fault } : { ok: true, messageId: "m", sequence: "1" },
      );
    const { post } = await startGateway({ queue });
    const events = [
      goodEvent("good-1", { key: "a" }),
      goodEvent("bad", { key: "b" }),
      goodEvent("behind", { key: "b" }),
    ];
    const { status, document } = await post(`[${events.join(",")}]`);
    expect(status).toBe(207);
    expect(document.items).toMatchObject([
      { status: "enqueued", messageId: "m" },
      { status: "failed", reason: "InternalError", retryable: true },
      { status: "failed", reason: "HeldBack", retryable: true },
    ]);
    expect(queue.taken.map(({ body }) => JSON.parse(body).id)).toEqual(["good-1"]);
  });
});

describe("the same request under an idempotency key", () => {
  const headers = { "Idempotency-Key": "order-1" };

  it("is enqueued once, and answered with the same again", async () => {
    const { post, queue } = await startGateway();
    const [first, second] = await Promise.all([post(goodEvent("e"), { headers }), post(goodEvent("e"), { headers })]);
    expect(second?.document).toEqual(first?.document);
    const again = await post(goodEvent("e"), { headers: { "Idempotency-Key": '"order-1"' } });
    expect(again).toMatchObject({ status: 202, document: first?.document });
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(queue.taken).toHaveLength(1);
  });

  it("with another body is a conflict", async () => {
    const { post, queue } = await startGateway();
    await post(goodEvent("e"), { headers });
    expect(await post(goodEvent("f"), { headers })).toMatchObject({
      status: 409,
      document: { code: "idempotency-conflict" },
    });
    expect(queue.taken).toHaveLength(1);
  });

  it("of another producer is another request", async () => {
    const { post, queue } = await startGateway({ producers: [producerRecord("producer-1"), producerRecord("p")] });
    await post(goodEvent("e"), { headers });
    expect(await post(goodEvent("f"), { headers, producer: "p" })).toMatchObject({ status: 202 });
    expect(new Set(queue.taken.map(({ deduplicationId }) => deduplicationId)).size).toBe(2);
  });

  it("that failed is tried again, and is one message to the queue", async () => {
    const queue = createQueueDouble();
    const ids = new Set<string | undefined>();
    queue.meddle = (messages) => {
      for (const { deduplicationId } of messages) ids.add(deduplicationId);
      return queue.calls.length < 4 ? queueDown() : undefined;
    };
    const { post } = await startGateway({ queue });
    expect((await post(goodEvent("e"), { headers })).status).toBe(503);
    expect((await post(goodEvent("e"), { headers })).status).toBe(202);
    expect(ids.size).toBe(1);
  });
});
