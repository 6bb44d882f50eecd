import { describe, expect, it, vi } from "vitest";
import { CallError } from "../../../src/ports/call.js";
import { createMemoryClients } from "../../doubles/memory-clients.js";
import { createMemoryProducers, producerRecord } from "../../doubles/memory-producers.js";
import { eventBody } from "../../factories/events.js";
import { createQueueDouble, queueDown, startGateway } from "../../factories/gateway.js";

const good = (id: string, changes: Parameters<typeof eventBody>[0] = {}) =>
  eventBody({ id, clientId: "client-1", type: "transaction", payload: { amount: 1 }, ...changes });

describe("one event", () => {
  it("is answered with its message id when it is on the queue, byte for byte", async () => {
    const { post, queue } = await startGateway();
    const body = ` ${good("e-1").replace('"amount":1', '"amount": 1.0')}\n`;
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
      expect(await post(good("e"), { headers: { authorization } })).toMatchObject({ status: 202 });
    },
  );

  it("goes into the group that the header names, within its client's", async () => {
    const { post, queue } = await startGateway();
    await post(good("e"), { headers: { MessageGroupId: "order-7" } });
    expect(queue.taken[0]?.groupId).toBe("client-1#order-7");
    expect(await post(good("f"), { headers: { MessageGroupId: "a b" } })).toMatchObject({ status: 400 });
  });

  it("carries its producer's trace context, where that can be read", async () => {
    const { post, queue } = await startGateway();
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    await post(good("e"), { headers: { traceparent } });
    await post(good("f"), { headers: { traceparent: "nonsense" } });
    expect(queue.taken.map(({ attributes }) => attributes)).toEqual([{ traceparent }, undefined]);
  });

  const REFUSED: [string, string, number, object][] = [
    ["that is no JSON", "{", 400, { code: "malformed-json" }],
    ["that says a member twice", '{"id":"a","id":"b"}', 400, { code: "malformed-json" }],
    ["that is empty", " ", 400, { code: "malformed-json", detail: "the body is empty" }],
    ["that is no object", '"text"', 422, { code: "event-refused", reason: "envelope-invalid" }],
    ["that is too large", good("e", { payload: { amount: 1, text: "x".repeat(5000) } }), 413, { code: "too-large" }],
    ["for nobody's client", good("e", { clientId: "client-9" }), 422, { reason: "client-unknown" }],
    ["that its client may not have", good("e", { clientId: "client-2" }), 422, { reason: "type-forbidden" }],
    [
      "that breaks its schema",
      good("e", { payload: { amount: "1" } }),
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
    expect(await post(good("e"), { headers: { "content-type": type } })).toMatchObject({ status });
  });
});

describe("a sender", () => {
  it("without a token, or with one that is not believed, is asked for one", async () => {
    const { post, queue } = await startGateway();
    const none = await post(good("e"), { headers: { authorization: "" } });
    expect(none).toMatchObject({ status: 401, document: { code: "unauthenticated" } });
    expect(none.headers.get("www-authenticate")).toBe('Bearer realm="evp"');
    const wrong = await post(good("e"), { headers: { authorization: "Bearer wrong" } });
    expect(wrong.status).toBe(401);
    expect(wrong.headers.get("www-authenticate")).toBe('Bearer realm="evp", error="invalid_token"');
    expect(queue.taken).toEqual([]);
  });

  it("that is not registered, or disabled, is refused", async () => {
    const { post } = await startGateway({ producers: [producerRecord("p", { active: false })] });
    expect(await post(good("e"), { producer: "p" })).toMatchObject({
      status: 403,
      document: { code: "producer-unknown" },
    });
    expect(await post(good("e"), { producer: "q" })).toMatchObject({
      status: 403,
      document: { code: "producer-unknown" },
    });
  });

  it("that was just registered, or enabled, is let in at once", async () => {
    const registry = createMemoryProducers(producerRecord("p", { active: false }));
    const { post } = await startGateway({ registry });
    expect(await post(good("e"), { producer: "p" })).toMatchObject({ status: 403 });
    await registry.put(producerRecord("p"), producerRecord("p", { active: false }));
    expect(await post(good("e"), { producer: "p" })).toMatchObject({ status: 202 });
  });

  it("may send only for its clients, and its types", async () => {
    const bound = producerRecord("p", { allowedClients: ["client-2"], allowedTypes: ["monitoring"] });
    const { post, queue } = await startGateway({ producers: [bound] });
    const other = await post(good("e"), { producer: "p" });
    expect(other).toMatchObject({
      status: 403,
      document: { code: "forbidden", detail: "producer p may not send for client client-1" },
    });
    const type = await post(good("e", { clientId: "client-2", type: "user_action" }), { producer: "p" });
    expect(type).toMatchObject({ status: 403, document: { code: "forbidden" } });
    expect(await post(good("e", { clientId: "client-2", type: "monitoring" }), { producer: "p" })).toMatchObject({
      status: 202,
    });
    expect(queue.taken).toHaveLength(1);
  });

  it("learns nothing about the schemas of what it may not send", async () => {
    const { post } = await startGateway({ producers: [producerRecord("p", { allowedClients: ["client-2"] })] });
    const { document } = await post(good("e", { payload: { amount: "x" } }), { producer: "p" });
    expect(JSON.stringify(document)).not.toContain("amount");
  });

  it("has its own rate, and is told when to come again", async () => {
    const { post, queue } = await startGateway({ producers: [producerRecord("p", { ratePerSecond: 0.01 })] });
    expect((await post(good("e"), { producer: "p" })).status).toBe(202);
    const { status, headers, document } = await post(good("f"), { producer: "p" });
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
    const { status, headers } = await post(good("e"));
    expect({ status, retryAfter: headers.get("retry-after") }).toEqual({ status: 503, retryAfter: "5" });
  });
});

describe("an array", () => {
  it("is answered item by item, each byte for byte, those of a group in order", async () => {
    const { post, queue } = await startGateway();
    const bodies = Array.from({ length: 25 }, (_, index) => good(`e-${index}`, { key: `k-${index % 3}` }));
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
    const { status, document } = await post(`[${good("a")},${good("b", { payload: {} })},${good("c")}]`);
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
    const answer = await post(`[${good("a")},${good("b", { clientId: "client-2", type: "monitoring" })}]`, {
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
    const events = [good("good-1", { key: "a" }), good("bad", { key: "b" }), good("behind", { key: "b" })];
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
    const [first, second] = await Promise.all([post(good("e"), { headers }), post(good("e"), { headers })]);
    expect(second?.document).toEqual(first?.document);
    const again = await post(good("e"), { headers: { "Idempotency-Key": '"order-1"' } });
    expect(again).toMatchObject({ status: 202, document: first?.document });
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(queue.taken).toHaveLength(1);
  });

  it("with another body is a conflict", async () => {
    const { post, queue } = await startGateway();
    await post(good("e"), { headers });
    expect(await post(good("f"), { headers })).toMatchObject({
      status: 409,
      document: { code: "idempotency-conflict" },
    });
    expect(queue.taken).toHaveLength(1);
  });

  it("of another producer is another request", async () => {
    const { post, queue } = await startGateway({ producers: [producerRecord("producer-1"), producerRecord("p")] });
    await post(good("e"), { headers });
    expect(await post(good("f"), { headers, producer: "p" })).toMatchObject({ status: 202 });
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
    expect((await post(good("e"), { headers })).status).toBe(503);
    expect((await post(good("e"), { headers })).status).toBe(202);
    expect(ids.size).toBe(1);
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

describe("while something is down", () => {
  it("the queue, nothing is said to be taken, and then the gateway does not even ask", async () => {
    const queue = createQueueDouble();
    queue.meddle = queueDown;
    const { post, told } = await startGateway({ queue });
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) => post(good(`e-${index}`, { key: `k${index}` }))),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
    expect(Number(answers[0]?.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    expect(answers[0]?.document).toMatchObject({ code: "unavailable", retryable: true });
    await vi.waitFor(async () => {
      await post(good("more"));
      expect(told.map(({ name }) => name)).toContain("breaker:opened");
    });
    const before = queue.calls.length;
    expect((await post(good("again"))).status).toBe(503);
    expect(queue.calls.length - before).toBeLessThanOrEqual(1);
  });

  it("the queue, it is taken up again by itself", async () => {
    const queue = createQueueDouble();
    queue.meddle = queueDown;
    const { post, told } = await startGateway({ queue });
    await vi.waitFor(async () => {
      await post(good("e"));
      expect(told.map(({ name }) => name)).toContain("breaker:opened");
    });
    queue.meddle = undefined;
    await vi.waitFor(async () => expect((await post(good("e"))).status).toBe(202), { timeout: 10_000, interval: 50 });
    expect(told.map(({ name }) => name)).toContain("breaker:closed");
  });

  it("a registry, nothing is taken", async () => {
    const down = async () => {
      throw new CallError("reading", { code: "ECONNREFUSED", message: "down", isSenderFault: false }, "unreachable");
    };
    const producers = await startGateway({ registry: { ...createMemoryProducers(), get: down } });
    expect((await producers.post(good("e"))).status).toBe(503);
    const clients = await startGateway({ clients: { ...createMemoryClients(), get: down } });
    expect((await clients.post(good("e"))).status).toBe(503);
    expect([...producers.queue.taken, ...clients.queue.taken]).toEqual([]);
  });
});

it("an event that the queue refuses takes nobody else's with it", async () => {
  const queue = createQueueDouble();
  queue.delay = () => new Promise((resolve) => setTimeout(resolve, 20));
  queue.meddle = (messages) => {
    if (!messages.some(({ body }) => body.includes("poison"))) return undefined;
    const fault = { code: "InvalidMessageContents", message: "characters", isSenderFault: true };
    throw new CallError("sending", fault, "refused");
  };
  const { post } = await startGateway({ queue });
  const ids = ["a", "b", "poison", "c", "d"];
  const answers = await Promise.all(ids.map((id) => post(good(id, { key: id }))));
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 422, 202, 202]);
});

it("requests that come together share calls to the queue, at most ten events in each and one of a group", async () => {
  const queue = createQueueDouble();
  queue.delay = () => new Promise((resolve) => setTimeout(resolve, 20));
  const { post } = await startGateway({ queue });
  await Promise.all(Array.from({ length: 60 }, (_, index) => post(good(`e-${index}`, { key: `k-${index % 30}` }))));
  expect(queue.taken).toHaveLength(60);
  expect(Math.max(...queue.calls)).toBeGreaterThan(1);
  expect(Math.max(...queue.calls)).toBeLessThanOrEqual(10);
  expect(queue.calls.length).toBeLessThan(40);
});

it("events of one group are on their way one at a time, whoever sends them", async () => {
  const queue = createQueueDouble();
  let underWay = 0;
  let most = 0;
  queue.delay = async () => {
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise((resolve) => setTimeout(resolve, 15));
    underWay -= 1;
  };
  const { post } = await startGateway({ queue });
  await Promise.all(Array.from({ length: 8 }, (_, index) => post(good(`e-${index}`, { key: "hot" }))));
  expect({ most, calls: queue.calls }).toEqual({ most: 1, calls: Array.from({ length: 8 }, () => 1) });
});
