import { describe, expect, it, vi } from "vitest";
import { createMemoryProducers, producerRecord } from "../../doubles/memory-producers.js";
import { goodEvent, startGateway } from "../../factories/gateway.js";

describe("one event", () => {
  it("is answered with its message id when it is on the queue, byte for byte", async () => {
    const { post, queue } = await startGateway();
    const body = ` ${goodEvent("e-1").replace('"amount":1', '"amount": 1.0')}\n`;
    const { status, document, headers } = await post(body);
    expect({ status, document }).toEqual({
      status: 202,
      document: {
        messageId: "m-1-0",
        eventId: "e-1",
        clientId: "client-1",
        type: "transaction",
        groupId: queue.taken[0]?.groupId,
      },
    });
    expect(queue.taken).toMatchObject([{ body, groupId: expect.stringMatching(/^client-1#/) }]);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("access-control-allow-origin")).toBeNull();
  });

  it.each(["token-producer-1", "Bearer token-producer-1", "bearer  token-producer-1"])(
    "is taken with %j",
    async (authorization) => {
      const { post } = await startGateway();
      expect(await post(goodEvent("e"), { headers: { authorization } })).toMatchObject({ status: 202 });
    },
  );

  it("goes into the group that the header names, within its client's", async () => {
    const { post, queue } = await startGateway();
    await post(goodEvent("e"), { headers: { MessageGroupId: "order-7" } });
    expect(queue.taken[0]?.groupId).toBe("client-1#order-7");
    expect(await post(goodEvent("f"), { headers: { MessageGroupId: "a b" } })).toMatchObject({ status: 400 });
  });

  it("carries its producer's trace context, where that can be read", async () => {
    const { post, queue } = await startGateway();
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    await post(goodEvent("e"), { headers: { traceparent } });
    await post(goodEvent("f"), { headers: { traceparent: "nonsense" } });
    expect(queue.taken.map(({ attributes }) => attributes)).toEqual([{ traceparent }, undefined]);
  });

  const REFUSED: [string, string, number, object][] = [
    ["that is no JSON", "{", 400, { code: "malformed-json" }],
    ["that says a member twice", '{"id":"a","id":"b"}', 400, { code: "malformed-json" }],
    ["that is empty", " ", 400, { code: "malformed-json", detail: "the body is empty" }],
    ["that is no object", '"text"', 422, { code: "event-refused", reason: "envelope-invalid" }],
    [
      "that is too large",
      goodEvent("e", { payload: { amount: 1, text: "x".repeat(5000) } }),
      413,
      { code: "too-large" },
    ],
    ["for nobody's client", goodEvent("e", { clientId: "client-9" }), 422, { reason: "client-unknown" }],
    ["that its client may not have", goodEvent("e", { clientId: "client-2" }), 422, { reason: "type-forbidden" }],
    [
      "that breaks its schema",
      goodEvent("e", { payload: { amount: "1" } }),
      422,
      { reason: "schema-violation", errors: [{ pointer: "/payload/amount", detail: "must be number" }] },
    ],
  ];
  it.each(REFUSED)("%s is refused, and nothing is enqueued", async (_, body, status, expected) => {
    const { post, queue } = await startGateway();
    const answer = await post(body);
    expect(answer).toMatchObject({ status, document: { status, retryable: false, ...expected } });
    expect(answer.headers.get("content-type")).toContain("application/problem+json");
    expect(queue.taken).toEqual([]);
  });

  it("tells every violation of the envelope with its pointer", async () => {
    const { post } = await startGateway();
    const { document } = await post({ id: "", type: "transaction", extra: 1, payload: {} });
    expect(document.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual(
      ["/clientId", "/extra", "/id", "/source", "/timestamp"].sort(),
    );
  });

  it("that is not UTF-8 is refused", async () => {
    const { post } = await startGateway();
    expect(await post(Buffer.from([0x7b, 0xff, 0x7d]))).toMatchObject({
      status: 400,
      document: { code: "malformed-json" },
    });
  });

  it.each([
    ["text/plain", 415],
    ["application/x-www-form-urlencoded", 415],
    ["application/json; charset=latin1", 415],
    ["application/cloudevents+json", 202],
    ["application/json; charset=utf-8", 202],
  ])("of type %s is answered with %i", async (type, status) => {
    const { post } = await startGateway();
    expect(await post(goodEvent("e"), { headers: { "content-type": type } })).toMatchObject({ status });
  });
});

describe("a sender", () => {
  it("without a token, or with one that is not believed, is asked for one", async () => {
    const { post, queue } = await startGateway();
    const none = await post(goodEvent("e"), { headers: { authorization: "" } });
    expect(none).toMatchObject({ status: 401, document: { code: "unauthenticated" } });
    expect(none.headers.get("www-authenticate")).toBe('Bearer realm="evp"');
    const wrong = await post(goodEvent("e"), { headers: { authorization: "Bearer wrong" } });
    expect(wrong.status).toBe(401);
    expect(wrong.headers.get("www-authenticate")).toBe('Bearer realm="evp", error="invalid_token"');
    expect(queue.taken).toEqual([]);
  });

  it("that is not registered, or disabled, is refused", async () => {
    const { post } = await startGateway({ producers: [producerRecord("p", { active: false })] });
    expect(await post(goodEvent("e"), { producer: "p" })).toMatchObject({
      status: 403,
      document: { code: "producer-unknown" },
    });
    expect(await post(goodEvent("e"), { producer: "q" })).toMatchObject({
      status: 403,
      document: { code: "producer-unknown" },
    });
  });

  it("that was just registered, or enabled, is let in at once", async () => {
    const registry = createMemoryProducers(producerRecord("p", { active: false }));
    const { post } = await startGateway({ registry });
    expect(await post(goodEvent("e"), { producer: "p" })).toMatchObject({ status: 403 });
    await registry.put(producerRecord("p"), producerRecord("p", { active: false }));
    expect(await post(goodEvent("e"), { producer: "p" })).toMatchObject({ status: 202 });
  });

  it("may send only for its clients, and its types", async () => {
    const bound = producerRecord("p", { allowedClients: ["client-2"], allowedTypes: ["monitoring"] });
    const { post, queue } = await startGateway({ producers: [bound] });
    const other = await post(goodEvent("e"), { producer: "p" });
    expect(other).toMatchObject({
      status: 403,
      document: { code: "forbidden", detail: "producer p may not send for client client-1" },
    });
    const type = await post(goodEvent("e", { clientId: "client-2", type: "user_action" }), { producer: "p" });
    expect(type).toMatchObject({ status: 403, document: { code: "forbidden" } });
    expect(await post(goodEvent("e", { clientId: "client-2", type: "monitoring" }), { producer: "p" })).toMatchObject({
      status: 202,
    });
    expect(queue.taken).toHaveLength(1);
  });

  it("learns nothing about the schemas of what it may not send", async () => {
    const { post } = await startGateway({ producers: [producerRecord("p", { allowedClients: ["client-2"] })] });
    const { document } = await post(goodEvent("e", { payload: { amount: "x" } }), { producer: "p" });
    expect(JSON.stringify(document)).not.toContain("amount");
  });

  it("has its own rate, and is told when to come again", async () => {
    const { post, queue } = await startGateway({ producers: [producerRecord("p", { ratePerSecond: 0.01 })] });
    expect((await post(goodEvent("e"), { producer: "p" })).status).toBe(202);
    const { status, headers, document } = await post(goodEvent("f"), { producer: "p" });
    expect({ status, code: document.code, retryable: document.retryable }).toEqual({
      status: 429,
      code: "rate-limited",
      retryable: true,
    });
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(90);
    expect(headers.get("ratelimit")).toBe('"events";r=0;t=1');
    expect(queue.taken).toHaveLength(1);
  });

  it("of very many wrong tokens is made to wait before the next is even looked at", async () => {
    const verify = vi.fn(async () => ({ ok: false as const, failure: { kind: "invalid" as const, detail: "wrong" } }));
    const { post } = await startGateway({ verifier: { known: () => undefined, verify } });
    const statuses = new Set<number>();
    for (let count = 0; count < 200 && !statuses.has(429); count++) statuses.add((await post("{}")).status);
    expect(statuses).toEqual(new Set([401, 429]));
    expect(verify.mock.calls.length).toBeLessThan(200);
  });

  it("is told that nobody can tell while an issuer's keys cannot be had", async () => {
    const failure = { kind: "unavailable" as const, detail: "no keys" };
    const { post } = await startGateway({
      verifier: { known: () => undefined, verify: async () => ({ ok: false, failure }) },
    });
    const { status, headers } = await post(goodEvent("e"));
    expect({ status, retryAfter: headers.get("retry-after") }).toEqual({ status: 503, retryAfter: "5" });
  });
});

describe("a path that wraps", () => {
  const bound = producerRecord("producer-1", { allowedClients: ["client-1"], allowedTypes: ["transaction"] });
  const world = {
    producers: [bound],
    settings: {
      paths: [
        { path: "/", wrap: {} },
        { path: "/in", wrap: { type: "monitoring", clientId: "client-2" } },
      ],
    },
  };

  it("makes the body the payload of an event for what its producer is bound to, and answers as before", async () => {
    const { post, queue } = await startGateway(world);
    const body = '{ "amount" : 1.50, "message":"…" }';
    const headers = { authorization: "token-producer-1", MessageGroupId: "g-1" };
    const { status, document } = await post(body, { path: "/", headers });
    expect({ status, id: document.MessageId }).toEqual({ status: 202, id: document.messageId });
    const sent = queue.taken[0]?.body ?? "";
    expect(sent.endsWith(`,"payload":${body}}`)).toBe(true);
    expect(JSON.parse(sent)).toMatchObject({
      clientId: "client-1",
      type: "transaction",
      source: "producer-1",
      key: "g-1",
    });
  });

  it("lets nobody out of what they are bound to", async () => {
    const { post, queue } = await startGateway(world);
    expect((await post({ amount: 1 }, { path: "/in" })).status).toBe(403);
    expect((await post('{"amount":1},"clientId":"client-2"', { path: "/" })).status).toBe(400);
    expect((await post('{"amount":1},"key":"x"', { path: "/" })).status).toBe(400);
    expect(queue.taken).toEqual([]);
  });

  it("makes the same event of the same request, however much later", async () => {
    const headers = { "Idempotency-Key": "0192f0c1-7c1e-7b1a-9d5e-2f6a6d0c9b11" };
    const bodies: (string | undefined)[] = [];
    for (let round = 0; round < 2; round++) {
      const { post, queue } = await startGateway(world);
      await post({ amount: 1 }, { path: "/", headers });
      bodies.push(queue.taken[0]?.body);
    }
    expect(bodies[0]).toBe(bodies[1]);
    expect(JSON.parse(bodies[0] ?? "")).toMatchObject({
      id: "producer-1.0192f0c1-7c1e-7b1a-9d5e-2f6a6d0c9b11",
      timestamp: new Date(0x0192f0c17c1e).toISOString(),
    });
  });
});
