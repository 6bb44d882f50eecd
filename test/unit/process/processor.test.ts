import { describe, expect, it } from "vitest";
import { bodyOf, createStack, drain, MINUTE, startProcessor } from "../../factories/running-processor.js";

describe("the happy path", () => {
  it("stores, publishes, records and deletes, each client's events on its own topic", async () => {
    const { clock, stack } = createStack();
    stack.send("g1", bodyOf("a"));
    stack.send("g2", bodyOf("b", { clientId: "client-2" }));
    const summary = await drain(stack, clock);
    expect(summary).toMatchObject({ received: 2, published: 2, rejected: 0, duplicates: 0 });
    expect([stack.delivered("client-1"), stack.delivered("client-2")]).toEqual([["a"], ["b"]]);
    expect([stack.factNames("a"), stack.factNames("b")]).toEqual([
      ["accepted", "published"],
      ["accepted", "published"],
    ]);
    expect(stack.bodies("ingress.fifo")).toEqual([]);
  });

  it("publishes the body byte for byte, in the ingress group", async () => {
    const { clock, stack } = createStack();
    const spaced = `${bodyOf("a").slice(0, -1)} ,\n "key" : "ä😀" }`.replace('"key":"account-42",', "");
    stack.send("g1", spaced);
    await drain(stack, clock);
    const [message] = stack.model.queues.receive("client-1.fifo", {}, clock.now());
    expect(message).toMatchObject({ body: spaced, groupId: "g1" });
    expect(message?.attributes["evp-event-id"]).toEqual({ dataType: "String", stringValue: "a" });
  });

  it("keeps the order of a group, one of it in a call, and fills calls from many groups", async () => {
    const { clock, stack } = createStack();
    for (let index = 0; index < 5; index++)
      for (const group of ["x", "y"]) stack.send(group, bodyOf(`${group}${index}`));
    await drain(stack, clock);
    const order = stack.delivered("client-1");
    expect(order.filter((id) => id.startsWith("x"))).toEqual(["x0", "x1", "x2", "x3", "x4"]);
    expect(order.filter((id) => id.startsWith("y"))).toEqual(["y0", "y1", "y2", "y3", "y4"]);
    expect(stack.published()).toEqual([
      ["x0", "y0"],
      ["x1", "y1"],
      ["x2", "y2"],
      ["x3", "y3"],
      ["x4", "y4"],
    ]);
  });

  it("keeps a full receive of one group waiting for nobody: the queue has no more of it while these are in flight", async () => {
    const { clock, stack } = createStack();
    for (let index = 0; index < 20; index++) stack.send("g", bodyOf(`e${index}`));
    const running = startProcessor(stack, clock);
    // Of a millisecond each: receive, read the client, insert, publish.
    await clock.advance(5);
    expect(stack.published()).toEqual([["e0"]]);
    await clock.advance(MINUTE);
    expect(await running.summary).toMatchObject({ published: 20 });
  });

  it("fills its inserts across receives while the queue is full of other groups", async () => {
    const { clock, stack } = createStack();
    for (let index = 0; index < 500; index++) stack.send(`g${index % 100}`, bodyOf(`e${index}`));
    expect(await drain(stack, clock)).toMatchObject({ published: 500 });
    const inserts = stack.calls.filter(({ operation }) => operation === "journal.insertAccepted");
    // 20 would be full; without waiting for others it would be one a receive, 50.
    expect(inserts.length).toBeLessThan(30);
  });

  it("needs no read of the journal at a first receipt, and few calls", async () => {
    const { clock, stack } = createStack();
    for (let index = 0; index < 10; index++) stack.send(`g${index}`, bodyOf(`e${index}`));
    await drain(stack, clock);
    const calls = stack.calls.map(({ operation }) => operation).filter((operation) => operation !== "ingress.receive");
    expect(calls).toEqual(["clients.get", "journal.insertAccepted", "publish", "journal.write", "ingress.delete"]);
  });
});

describe("rejection", () => {
  it.each([
    ["malformed-json", "{"],
    ["envelope-invalid", '{"id":"x"}'],
    ["schema-violation", bodyOf("x", { payload: {} })],
    ["client-unknown", bodyOf("x", { clientId: "nobody" })],
    ["type-forbidden", bodyOf("x", { type: "monitoring" })],
  ])(
    "%s: a fact, the dead letter with its reason in a group of its own, and the group goes on",
    async (reason, bad) => {
      const { clock, stack } = createStack();
      stack.send("g", bodyOf("before"));
      const messageId = stack.send("g", bad);
      stack.send("g", bodyOf("after"));
      expect(await drain(stack, clock)).toMatchObject({ published: 2, rejected: 1 });
      expect(stack.delivered("client-1")).toEqual(["before", "after"]);
      const [letter] = stack.model.queues.receive("dlq.fifo", {}, clock.now());
      expect(letter).toMatchObject({ body: bad, groupId: messageId, deduplicationId: messageId });
      expect(letter?.attributes["evp-reason"]?.stringValue).toBe(reason);
      expect(letter?.attributes["evp-group"]?.stringValue).toBe("g");
      expect(stack.facts.find((fact) => fact.fact === "rejected")).toMatchObject({ reason, messageId });
    },
  );

  it("is final: a message whose dead letter could not be sent is not judged again, although it would now pass", async () => {
    const { clock, stack } = createStack();
    stack.registry.get("client-1")?.allowedTypes.pop();
    stack.fault = (operation) => (operation === "dlq.send" ? "before" : undefined);
    stack.send("g", bodyOf("a"));
    const running = startProcessor(stack, clock);
    await clock.advance(30_000);
    stack.registry.get("client-1")?.allowedTypes.push("transaction");
    stack.fault = () => undefined;
    await clock.advance(5 * MINUTE);
    expect(await running.summary).toMatchObject({ published: 0, rejected: 1 });
    expect(stack.bodies("dlq.fifo")).toHaveLength(1);
  });

  it("for a message that the topic refuses alone, twice, and never sooner", async () => {
    const { clock, stack } = createStack();
    const refused = "a".repeat(3);
    const { connection } = stack;
    const publish = connection.publisher.publish.bind(connection.publisher);
    const sizes: number[] = [];
    connection.publisher.publish = async (topicArn, publications) => {
      const others = publications.filter(({ deduplicationId }) => deduplicationId !== refused);
      const results = others.length === 0 ? [] : await publish(topicArn, others);
      if (publications.some(({ deduplicationId }) => deduplicationId === refused)) sizes.push(publications.length);
      const fault = { code: "InvalidParameter", message: "no", isSenderFault: true };
      return publications.map(({ deduplicationId }) =>
        deduplicationId === refused ? { ok: false, fault } : (results.shift() ?? { ok: false, fault }),
      );
    };
    stack.send("g1", bodyOf(refused));
    stack.send("g2", bodyOf("b"));
    stack.send("g1", bodyOf("c"));
    const running = startProcessor(stack, clock, { connection });
    await clock.advance(MINUTE);
    expect(await running.summary).toMatchObject({ published: 2, rejected: 1 });
    expect(sizes).toEqual([2, 1, 1]);
    expect(stack.facts.find((fact) => fact.fact === "rejected")).toMatchObject({ reason: "delivery-refused" });
  });

  it("is recorded with the event's envelope, whose payload is in the body already", async () => {
    const { clock, stack } = createStack();
    stack.send("g", bodyOf("x", { type: "monitoring" }));
    await drain(stack, clock);
    const rejected = stack.facts.find((fact) => fact.fact === "rejected");
    const names = ["clientId", "id", "key", "source", "timestamp", "type", "version"];
    expect(Object.keys(rejected?.envelope ?? {}).sort()).toEqual(names);
  });
});

describe("the same event again", () => {
  it("is a duplicate, and not published", async () => {
    const { clock, stack } = createStack();
    stack.send("g", bodyOf("a"));
    stack.send("g", bodyOf("a"));
    stack.send("other-group", ` ${bodyOf("a")}`);
    expect(await drain(stack, clock, 5 * MINUTE)).toMatchObject({ published: 1, duplicates: 2 });
    expect(stack.delivered("client-1")).toEqual(["a"]);
    expect(stack.factNames("a")).toEqual(["accepted", "published", "duplicate", "duplicate"]);
  });

  it("is a duplicate at its first receipt, also when the journal was read just before the record", async () => {
    const { clock, stack } = createStack();
    const { connection } = stack;
    const read = connection.journal.read.bind(connection.journal);
    connection.journal.read = async (address) => {
      const facts = await read(address);
      await clock.sleep(100);
      return facts;
    };
    stack.send("g", bodyOf("a"));
    stack.send("g", bodyOf("a"));
    const running = startProcessor(stack, clock, { connection });
    await clock.advance(MINUTE);
    expect(await running.summary).toMatchObject({ received: 2, published: 1, duplicates: 1 });
  });

  it("with other content is a conflict", async () => {
    const { clock, stack } = createStack();
    stack.send("g", bodyOf("a"));
    stack.send("g", bodyOf("a", { payload: { amount: 2 } }));
    expect(await drain(stack, clock)).toMatchObject({ published: 1, rejected: 1 });
    expect(stack.facts.find((fact) => fact.fact === "rejected")).toMatchObject({ reason: "id-conflict" });
  });

  it("for another client is another event", async () => {
    const { clock, stack } = createStack();
    stack.send("g", bodyOf("a"));
    stack.send("g", bodyOf("a", { clientId: "client-2" }));
    expect(await drain(stack, clock)).toMatchObject({ published: 2 });
  });

  it("is published once its owner was rejected, but not while the owner's own publish may be on the topic", async () => {
    const { clock, stack } = createStack();
    // Accepted, then forbidden before it could be published.
    stack.fault = (operation) => (operation === "publish" ? "before" : undefined);
    stack.send("g", bodyOf("a"));
    const running = startProcessor(stack, clock, { drain: false });
    await clock.advance(5_000);
    stack.registry.get("client-1")?.allowedTypes.pop();
    await clock.advance(10_000);
    expect(stack.factNames("a")).toEqual(["accepted", "rejected"]);
    stack.registry.get("client-1")?.allowedTypes.push("transaction");
    stack.fault = () => undefined;
    stack.send("g", bodyOf("a"));
    await clock.advance(5 * MINUTE);
    expect(stack.published()).toEqual([]);
    await clock.advance(10 * MINUTE);
    expect(stack.delivered("client-1")).toEqual(["a"]);
    running.stop.abort();
    await clock.advance(MINUTE);
    await running.summary;
  });

  it("keeps no group waiting for what is behind its own copy", async () => {
    const { clock, stack } = createStack();
    stack.fault = (operation) => (operation === "publish" ? "before" : undefined);
    stack.send("owners", bodyOf("b"));
    stack.send("owners", bodyOf("a"));
    const first = startProcessor(stack, clock, { drain: false });
    await clock.advance(2_000);
    first.force.abort();
    await clock.advance(10_000);
    await first.summary;
    stack.fault = () => undefined;
    // The copies come first, in the other order: one of them waits for an owner that is behind the other's.
    stack.model.queues.receive("ingress.fifo", { maxMessages: 10, visibilitySeconds: 10 }, clock.now());
    stack.send("copies", bodyOf("a"));
    stack.send("copies", bodyOf("b"));
    const { summary } = startProcessor(stack, clock);
    await clock.advance(40_000);
    expect(stack.delivered("client-1")).toEqual(["b", "a"]);
    await clock.advance(MINUTE);
    expect(await summary).toMatchObject({ published: 2, duplicates: 2 });
  });
});
