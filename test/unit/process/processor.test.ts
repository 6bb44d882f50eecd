import { describe, expect, it } from "vitest";
import type { ProcessSummary } from "../../../src/app/process/events.js";
import { runProcessor } from "../../../src/app/process/processor.js";
import { createExaminer } from "../../../src/core/examine.js";
import { compileSchemas } from "../../../src/core/schema-compiler.js";
import { eventBody } from "../../factories/events.js";
import { createManualClock, type ManualClock } from "../../factories/manual-clock.js";
import { ModelStack } from "../../factories/model-stack.js";

const MINUTE = 60_000;
const schema = { type: "object", required: ["amount"] };
const schemas = compileSchemas([{ file: "default", text: JSON.stringify(schema) }], []);
const examine = createExaminer({ mapping: "evp", schemas, maxEventBytes: 256 * 1024 });
const settings = {
  ingress: { kind: "fifo", visibilitySeconds: 60, maxReceiveCount: 1000 },
  journal: { retentionDays: 30, replayIndex: true, rejectionIndex: true },
  process: { concurrency: 100, attempts: 5, callTimeoutMs: 10_000, stopTimeoutMs: 20_000 },
} as const;

interface Running {
  told: string[];
  stop: AbortController;
  force: AbortController;
  summary: Promise<ProcessSummary>;
}

function start(stack: ModelStack, clock: ManualClock, { drain = true } = {}): Running {
  const told: string[] = [];
  const stop = new AbortController();
  const force = new AbortController();
  const tell = (name: string, payload: object) => told.push("eventId" in payload ? `${name} ${payload.eventId}` : name);
  const options = {
    connection: stack.connection,
    settings,
    clock,
    examine,
    tell,
    drain,
    stop: stop.signal,
    force: force.signal,
  };
  return { told, stop, force, summary: runProcessor(options) };
}

function createStack() {
  const clock = createManualClock();
  const stack = new ModelStack(clock);
  stack.addClient("client-1");
  stack.addClient("client-2");
  return { clock, stack };
}

function body(id: string, changes: Parameters<typeof eventBody>[0] = {}): string {
  return eventBody({ id, payload: { amount: 1 }, ...changes });
}

async function drain(stack: ModelStack, clock: ManualClock, withinMs = MINUTE): Promise<ProcessSummary> {
  const running = start(stack, clock);
  const ended = running.summary.then((summary) => summary);
  await clock.advance(withinMs);
  return ended;
}

describe("the happy path", () => {
  it("stores, publishes, records and deletes, each client's events on its own topic", async () => {
    const { clock, stack } = createStack();
    stack.send("g1", body("a"));
    stack.send("g2", body("b", { clientId: "client-2" }));
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
    const spaced = `${body("a").slice(0, -1)} ,\n "key" : "ä😀" }`.replace('"key":"account-42",', "");
    stack.send("g1", spaced);
    await drain(stack, clock);
    const [message] = stack.model.queues.receive("client-1.fifo", {}, clock.now());
    expect(message).toMatchObject({ body: spaced, groupId: "g1" });
    expect(message?.attributes["evp-event-id"]).toEqual({ dataType: "String", stringValue: "a" });
  });

  it("keeps the order of a group, one of it in a call, and fills calls from many groups", async () => {
    const { clock, stack } = createStack();
    for (let index = 0; index < 5; index++) for (const group of ["x", "y"]) stack.send(group, body(`${group}${index}`));
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

  it("needs no read of the journal at a first receipt, and few calls", async () => {
    const { clock, stack } = createStack();
    for (let index = 0; index < 10; index++) stack.send(`g${index}`, body(`e${index}`));
    await drain(stack, clock);
    const calls = stack.calls.map(({ operation }) => operation).filter((operation) => operation !== "ingress.receive");
    expect(calls).toEqual(["clients.get", "journal.insertAccepted", "publish", "journal.write", "ingress.delete"]);
  });
});

describe("rejection", () => {
  it.each([
    ["malformed-json", "{"],
    ["envelope-invalid", '{"id":"x"}'],
    ["schema-violation", body("x", { payload: {} })],
    ["client-unknown", body("x", { clientId: "nobody" })],
    ["type-forbidden", body("x", { type: "monitoring" })],
  ])(
    "%s: a fact, the dead letter with its reason in a group of its own, and the group goes on",
    async (reason, bad) => {
      const { clock, stack } = createStack();
      stack.send("g", body("before"));
      const messageId = stack.send("g", bad);
      stack.send("g", body("after"));
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
    stack.send("g", body("a"));
    const running = start(stack, clock);
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
    stack.send("g1", body(refused));
    stack.send("g2", body("b"));
    stack.send("g1", body("c"));
    const stop = new AbortController();
    const running = runProcessor({
      connection,
      settings,
      clock,
      examine,
      drain: true,
      stop: stop.signal,
      force: stop.signal,
    });
    await clock.advance(MINUTE);
    expect(await running).toMatchObject({ published: 2, rejected: 1 });
    expect(sizes).toEqual([2, 1, 1]);
    expect(stack.facts.find((fact) => fact.fact === "rejected")).toMatchObject({ reason: "delivery-refused" });
  });
});

describe("the same event again", () => {
  it("is a duplicate, and not published", async () => {
    const { clock, stack } = createStack();
    stack.send("g", body("a"));
    stack.send("g", body("a"));
    stack.send("other-group", ` ${body("a")}`);
    expect(await drain(stack, clock, 5 * MINUTE)).toMatchObject({ published: 1, duplicates: 2 });
    expect(stack.delivered("client-1")).toEqual(["a"]);
    expect(stack.factNames("a")).toEqual(["accepted", "published", "duplicate", "duplicate"]);
  });

  it("with other content is a conflict", async () => {
    const { clock, stack } = createStack();
    stack.send("g", body("a"));
    stack.send("g", body("a", { payload: { amount: 2 } }));
    expect(await drain(stack, clock)).toMatchObject({ published: 1, rejected: 1 });
    expect(stack.facts.find((fact) => fact.fact === "rejected")).toMatchObject({ reason: "id-conflict" });
  });

  it("for another client is another event", async () => {
    const { clock, stack } = createStack();
    stack.send("g", body("a"));
    stack.send("g", body("a", { clientId: "client-2" }));
    expect(await drain(stack, clock)).toMatchObject({ published: 2 });
  });

  it("is published once its owner was rejected", async () => {
    const { clock, stack } = createStack();
    // Accepted, then forbidden before it could be published.
    stack.fault = (operation) => (operation === "publish" ? "before" : undefined);
    stack.send("g", body("a"));
    const running = start(stack, clock, { drain: false });
    await clock.advance(5_000);
    stack.registry.get("client-1")?.allowedTypes.pop();
    await clock.advance(10_000);
    expect(stack.factNames("a")).toEqual(["accepted", "rejected"]);
    stack.registry.get("client-1")?.allowedTypes.push("transaction");
    stack.fault = () => undefined;
    stack.send("g", body("a"));
    await clock.advance(10_000);
    expect(stack.delivered("client-1")).toEqual(["a"]);
    running.stop.abort();
    await clock.advance(MINUTE);
    await running.summary;
  });
});

describe("failures that pass", () => {
  it.each(["before", "after"] as const)(
    "of any call, %s its effect, lose nothing, reject nothing and keep the order",
    async (when) => {
      const { clock, stack } = createStack();
      let countdown = 0;
      stack.fault = () => (countdown++ % 3 === 0 ? when : undefined);
      for (let index = 0; index < 6; index++) stack.send("g", body(`e${index}`));
      stack.send("h", "{");
      const running = start(stack, clock);
      await clock.advance(60 * MINUTE);
      expect(await running.summary).toMatchObject({ published: 6, rejected: 1 });
      expect(stack.delivered("client-1")).toEqual(["e0", "e1", "e2", "e3", "e4", "e5"]);
      expect(stack.bodies("dlq.fifo")).toEqual(["{"]);
    },
  );

  it("give the whole group back, in order, once the attempts are used up", async () => {
    const { clock, stack } = createStack();
    stack.fault = (operation) => (operation === "publish" ? "before" : undefined);
    for (const id of ["a", "b", "c"]) stack.send("g", body(id));
    const running = start(stack, clock);
    while (!running.told.includes("group:released")) await clock.advance(100);
    expect(stack.model.queues.at("ingress.fifo", clock.now()).counts).toMatchObject({ visible: 0, "in-flight": 3 });
    stack.fault = () => undefined;
    await clock.advance(5 * MINUTE);
    expect(await running.summary).toMatchObject({ published: 3 });
    expect(stack.delivered("client-1")).toEqual(["a", "b", "c"]);
  });

  it("of the registry publish nothing and refuse nothing", async () => {
    const { clock, stack } = createStack();
    stack.fault = (operation) => (operation === "clients.get" ? "before" : undefined);
    stack.send("g", body("a"));
    stack.send("h", body("b", { clientId: "nobody" }));
    const running = start(stack, clock);
    await clock.advance(10 * MINUTE);
    expect(stack.facts).toEqual([]);
    expect(stack.published()).toEqual([]);
    stack.fault = () => undefined;
    await clock.advance(30 * MINUTE);
    expect(await running.summary).toMatchObject({ published: 1, rejected: 1 });
  });

  it("between publishing and recording do not publish again while the process lives, however late the message comes again", async () => {
    const { clock, stack } = createStack();
    stack.fault = (operation, facts) => {
      const isRecord = operation === "journal.write" && JSON.stringify(facts).includes('"fact":"published"');
      return isRecord ? "before" : undefined;
    };
    stack.send("g", body("a"));
    const running = start(stack, clock);
    await clock.advance(20 * MINUTE);
    expect(stack.factNames("a")).toEqual(["accepted"]);
    stack.fault = () => undefined;
    await clock.advance(20 * MINUTE);
    expect(await running.summary).toMatchObject({ published: 1 });
    expect(stack.published()).toEqual([["a"]]);
    expect(stack.factNames("a")).toEqual(["accepted", "published"]);
  });

  it("of one client's topic leave the other clients alone", async () => {
    const { clock, stack } = createStack();
    stack.fault = (operation, detail) =>
      operation === "publish" && JSON.stringify(detail).includes("client-1") ? "before" : undefined;
    stack.send("g", body("a"));
    stack.send("h", body("b", { clientId: "client-2" }));
    const running = start(stack, clock, { drain: false });
    await clock.advance(2_000);
    expect(stack.delivered("client-2")).toEqual(["b"]);
    running.force.abort();
    running.stop.abort();
    await clock.advance(MINUTE);
    await running.summary;
  });
});

describe("permission", () => {
  it("is asked again right before a publish that comes late", async () => {
    const { clock, stack } = createStack();
    stack.fault = (operation) => (operation === "publish" ? "before" : undefined);
    stack.send("g", body("a"));
    const running = start(stack, clock);
    await clock.advance(100);
    const client = stack.registry.get("client-1");
    if (client) client.active = false;
    await clock.advance(2_000);
    stack.fault = () => undefined;
    await clock.advance(10 * MINUTE);
    await running.summary;
    const published = stack.delivered("client-1");
    const rejected = stack.facts.filter((fact) => fact.fact === "rejected");
    // Within 5 s of the last good read it may go either way; never both, never neither.
    expect(published.length + rejected.length).toBe(1);
  });

  it("that was withdrawn for 5 s lets nothing through", async () => {
    const { clock, stack } = createStack();
    stack.send("g", body("a"));
    const running = start(stack, clock, { drain: false });
    await clock.advance(1_000);
    const client = stack.registry.get("client-1");
    if (client) client.active = false;
    await clock.advance(5_000);
    stack.send("g", body("b"));
    await clock.advance(10_000);
    expect(stack.delivered("client-1")).toEqual(["a"]);
    expect(stack.factNames("b")).toEqual(["rejected"]);
    running.stop.abort();
    await clock.advance(MINUTE);
    await running.summary;
  });
});

describe("leases", () => {
  it("are renewed for as long as work is in hand", async () => {
    const { clock, stack } = createStack();
    const { connection } = stack;
    const insert = connection.journal.insertAccepted.bind(connection.journal);
    connection.journal.insertAccepted = async (facts) => {
      await clock.sleep(3 * MINUTE);
      return insert(facts);
    };
    stack.send("g", body("a"));
    const stop = new AbortController();
    const running = runProcessor({
      connection,
      settings,
      clock,
      examine,
      drain: true,
      stop: stop.signal,
      force: stop.signal,
    });
    await clock.advance(5 * MINUTE);
    expect(await running).toMatchObject({ received: 1, published: 1 });
  });

  it("that are lost drop the message and those behind it, before anything more is done for them", async () => {
    const { clock, stack } = createStack();
    stack.fault = (operation) =>
      operation === "ingress.changeVisibility" || operation === "publish" ? "before" : undefined;
    for (const id of ["a", "b"]) stack.send("g", body(id));
    const patient = { ...settings, process: { ...settings.process, attempts: 1000 } };
    const stop = new AbortController();
    const connection = stack.connection;
    const running = runProcessor({
      connection,
      settings: patient,
      clock,
      examine,
      drain: true,
      stop: stop.signal,
      force: stop.signal,
    });
    await clock.advance(55_000);
    stack.fault = () => undefined;
    await clock.advance(10 * MINUTE);
    expect(await running).toMatchObject({ published: 2 });
    expect(stack.delivered("client-1")).toEqual(["a", "b"]);
  });
});

describe("stopping", () => {
  it("finishes what is held, takes no more and leaves no group locked", async () => {
    const { clock, stack } = createStack();
    for (let index = 0; index < 30; index++) stack.send("g", body(`e${index}`));
    const running = start(stack, clock, { drain: false });
    await clock.advance(20);
    running.stop.abort();
    await clock.advance(MINUTE);
    const { published } = await running.summary;
    expect(published).toBeGreaterThan(0);
    expect(published).toBeLessThan(30);
    expect(stack.model.queues.at("ingress.fifo", clock.now()).counts).toMatchObject({
      visible: 30 - published,
      "in-flight": 0,
    });
  });

  it("gives back what it cannot finish in time", async () => {
    const { clock, stack } = createStack();
    stack.fault = (operation) => (operation === "publish" ? "before" : undefined);
    for (const id of ["a", "b", "c"]) stack.send("g", body(id));
    const patient = { ...settings, process: { ...settings.process, attempts: 1000, stopTimeoutMs: 5_000 } };
    const stop = new AbortController();
    const force = new AbortController();
    const { connection } = stack;
    const running = runProcessor({
      connection,
      settings: patient,
      clock,
      examine,
      drain: false,
      stop: stop.signal,
      force: force.signal,
    });
    await clock.advance(3_000);
    stop.abort();
    await clock.advance(30_000);
    expect(await running).toMatchObject({ published: 0 });
    expect(stack.model.queues.at("ingress.fifo", clock.now()).counts).toMatchObject({ visible: 3, "in-flight": 0 });
  });

  it("at once, when told twice, gives everything back", async () => {
    const { clock, stack } = createStack();
    stack.fault = (operation) => (operation === "publish" ? "before" : undefined);
    for (const id of ["a", "b", "c"]) stack.send("g", body(id));
    const running = start(stack, clock, { drain: false });
    await clock.advance(500);
    running.stop.abort();
    running.force.abort();
    await clock.advance(5_000);
    await running.summary;
    expect(stack.model.queues.at("ingress.fifo", clock.now()).counts).toMatchObject({ visible: 3, "in-flight": 0 });
  });

  it("when drained waits for what others hold", async () => {
    const { clock, stack } = createStack();
    stack.send("g", body("a"));
    stack.model.queues.receive("ingress.fifo", { visibilitySeconds: 30 }, clock.now());
    expect(await drain(stack, clock)).toMatchObject({ published: 1 });
  });
});

it("fails at once when the stack cannot be reached at the start", async () => {
  const { clock, stack } = createStack();
  stack.model.queues.delete("ingress.fifo");
  await expect(start(stack, clock).summary).rejects.toThrow("The specified queue does not exist.");
});
