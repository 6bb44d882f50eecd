import { describe, expect, it } from "vitest";
import { type BatchProcessor, createBatchProcessor } from "../../../src/app/process/batch-processor.js";
import { createExaminer } from "../../../src/core/examine.js";
import { compileSchemas } from "../../../src/core/schema-compiler.js";
import type { ReceivedMessage } from "../../../src/ports/queue.js";
import type { ManualClock } from "../../factories/manual-clock.js";
import type { ModelStack, Operation } from "../../factories/model-stack.js";
import { bodyOf, createStack, MINUTE } from "../../factories/running-processor.js";

const schemas = compileSchemas([{ file: "default", text: '{"type":"object","required":["amount"]}' }], []);
const examine = createExaminer({ mapping: "evp", schemas, maxEventBytes: 256 * 1024 });
const REMAINING_MS = 10_000;

type Connection = ModelStack["connection"];

function openProcessor(connection: Connection, clock: ManualClock, told: string[] = []): BatchProcessor {
  return createBatchProcessor({
    connection,
    settings: {
      ingress: { kind: "fifo", visibilitySeconds: 60, maxReceiveCount: 1000 },
      journal: { retentionDays: 30, replayIndex: true, rejectionIndex: true },
      process: { concurrency: 100, maxHeldBytes: 1e8, attempts: 5, callTimeoutMs: 10_000, stopTimeoutMs: 20_000 },
    },
    clock,
    examine,
    tell: (name, payload) => told.push("eventId" in payload ? `${name} ${payload.eventId}` : name),
  });
}

/** What a mapping does: it takes a batch, hands it in, and deletes what is not to come again. */
async function invoke(
  { stack, clock, processor }: { stack: ModelStack; clock: ManualClock; processor: BatchProcessor },
  waitMs = REMAINING_MS,
): Promise<{ taken: string[]; failed: string[]; tookMs: number }> {
  const { ingress } = stack.connection;
  const receiving = ingress.receive({ maxMessages: 10, waitSeconds: 0, visibilitySeconds: 60 });
  await clock.advance(2);
  const messages = await receiving;
  const startedAt = clock.monotonic();
  let tookMs = Number.POSITIVE_INFINITY;
  const answer = processor.process(messages, REMAINING_MS).finally(() => {
    tookMs = clock.monotonic() - startedAt;
  });
  answer.catch(() => undefined);
  await clock.advance(waitMs);
  const failures = new Set((await answer).map(({ messageId }) => messageId));
  const done = messages.filter(({ messageId }) => !failures.has(messageId));
  const deleting = done.length > 0 && ingress.delete(done.map(({ receiptHandle }) => receiptHandle));
  await clock.advance(2);
  await deleting;
  return { taken: messages.map(idOf), failed: messages.filter((one) => failures.has(one.messageId)).map(idOf), tookMs };
}

function idOf({ body }: ReceivedMessage): string {
  return body.startsWith('{"id"') ? JSON.parse(body).id : body;
}

function setUp() {
  const { clock, stack } = createStack();
  const told: string[] = [];
  return { clock, stack, told, processor: openProcessor(stack.connection, clock, told) };
}

describe("a batch", () => {
  it("is published, rejected and recorded as a duplicate, and nothing of it comes again; the engine deletes nothing itself", async () => {
    const world = setUp();
    const { stack, told } = world;
    stack.send("g1", bodyOf("e1"));
    stack.send("g1", bodyOf("e2", { payload: {} }));
    stack.send("g1", bodyOf("e3"));
    stack.send("g2", bodyOf("e1"));
    const { taken, failed, tookMs } = await invoke(world);
    expect(taken).toHaveLength(4);
    expect(failed).toEqual([]);
    expect(tookMs).toBeLessThan(1_000);
    expect(stack.delivered("client-1")).toEqual(["e1", "e3"]);
    expect(stack.bodies("dlq.fifo")).toEqual([bodyOf("e2", { payload: {} })]);
    expect(stack.bodies("ingress.fifo")).toEqual([]);
    expect(stack.calls.filter(({ operation }) => operation === "ingress.delete")).toHaveLength(1);
    expect(told).toContain("batch:finished");
  });

  it("fails from the first failure of a group on, of which nothing later was published; other groups are done", async () => {
    const world = setUp();
    const { stack } = world;
    stack.fault = (operation, detail) =>
      operation === "publish" && JSON.stringify(detail).includes('"e2"') ? "before" : undefined;
    for (const id of ["e1", "e2", "e3"]) stack.send("g1", bodyOf(id));
    for (const id of ["f1", "f2"]) stack.send("g2", bodyOf(id));
    const { failed, tookMs } = await invoke(world);
    expect(failed).toEqual(["e2", "e3"]);
    expect(tookMs).toBeLessThan(REMAINING_MS - 1_000);
    expect(stack.delivered("client-1")).toEqual(["e1", "f1", "f2"]);
    stack.fault = () => undefined;
    await world.clock.advance(MINUTE);
    expect((await invoke(world)).failed).toEqual([]);
    expect(stack.delivered("client-1")).toEqual(["e1", "f1", "f2", "e2", "e3"]);
  });

  it.each([
    { name: "the store", operations: ["journal.insertAccepted", "journal.write", "journal.read", "journal.takeOver"] },
    { name: "the registry", operations: ["clients.get"] },
    { name: "a topic", operations: ["publish"] },
  ] satisfies { name: string; operations: Operation[] }[])(
    "ends in time while $name is down, and stays away for longer each time, so that the queue does not give it up",
    async ({ operations }) => {
      const world = setUp();
      const { stack, clock } = world;
      const isDown = (operation: Operation) => (operations as Operation[]).includes(operation);
      for (let index = 0; index < 10; index++) stack.send(`g${index % 3}`, bodyOf(`e${index}`));
      stack.fault = (operation) => (isDown(operation) ? "before" : undefined);
      const startedAt = clock.now();
      let invocations = 0;
      while (clock.now() - startedAt < 120 * MINUTE) {
        const { taken, failed, tookMs } = await invoke(world);
        expect(failed).toEqual(taken);
        if (taken.length > 0) expect(tookMs).toBeLessThanOrEqual(REMAINING_MS - 1_000);
        invocations += taken.length > 0 ? 1 : 0;
      }
      const counts = [...stack.model.queues.at("ingress.fifo", clock.now()).messages.values()];
      expect(Math.max(...counts.map(({ receiveCount }) => receiveCount))).toBeLessThan(25);
      expect(invocations).toBeGreaterThan(5);
      stack.fault = () => undefined;
      for (let round = 0; round < 200 && stack.bodies("ingress.fifo").length > 0; round++) await invoke(world);
      expect(stack.delivered("client-1")).toHaveLength(10);
      expect(stack.bodies("dlq.fifo")).toEqual([]);
    },
    60_000,
  );

  it("is not published by a permission that was read for the batch before, however little time the clocks say has passed", async () => {
    const world = setUp();
    const { stack } = world;
    stack.send("g1", bodyOf("e1"));
    await invoke(world, 100);
    const client = stack.registry.get("client-1");
    stack.registry.set("client-1", { ...client!, active: false });
    stack.send("g1", bodyOf("e2"));
    expect((await invoke(world, 100)).failed).toEqual([]);
    expect(stack.delivered("client-1")).toEqual(["e1"]);
    expect(stack.bodies("dlq.fifo")).toHaveLength(1);
  });

  it("is only recorded when it comes again after it was published and could not be recorded", async () => {
    const world = setUp();
    const { stack, clock } = world;
    stack.send("g1", bodyOf("e1"));
    let isDown = false;
    stack.fault = (operation) => {
      if (operation === "publish") isDown = true;
      return isDown && operation === "journal.write" ? "before" : undefined;
    };
    expect((await invoke(world)).failed).toEqual(["e1"]);
    stack.fault = () => undefined;
    // Beyond what the topic itself remembers.
    await clock.advance(6 * MINUTE);
    expect((await invoke(world)).failed).toEqual([]);
    expect(stack.published()).toEqual([["e1"]]);
    expect(stack.factNames("e1")).toEqual(["accepted", "published"]);
  });
});

describe("the lease of a batch", () => {
  it("is taken anew, and what is somebody else's by now is left alone with all behind it", async () => {
    const { stack, clock, processor, told } = setUp();
    for (const id of ["e1", "e2", "e3"]) stack.send("g1", bodyOf(id));
    stack.send("g2", bodyOf("f1"));
    const { ingress } = stack.connection;
    const first = ingress.receive({ maxMessages: 10, waitSeconds: 0, visibilitySeconds: 60 });
    await clock.advance(2);
    const messages = await first;
    // The mapping had no room for the batch for so long that another one has it.
    await clock.advance(2 * MINUTE);
    const second = ingress.receive({ maxMessages: 10, waitSeconds: 0, visibilitySeconds: 600 });
    await clock.advance(2);
    expect(await second).toHaveLength(4);
    const answer = processor.process(messages, REMAINING_MS);
    await clock.advance(REMAINING_MS);
    expect(await answer).toHaveLength(4);
    expect(stack.published()).toEqual([]);
    expect(told).toContain("lease:lost");
  });

  it("that cannot be made sure of is not trusted", async () => {
    const { stack, clock, processor } = setUp();
    stack.send("g1", bodyOf("e1"));
    const receiving = stack.connection.ingress.receive({ maxMessages: 10, waitSeconds: 0, visibilitySeconds: 60 });
    await clock.advance(2);
    const batch = await receiving;
    stack.fault = (operation) => (operation === "ingress.changeVisibility" ? "before" : undefined);
    const answer = processor.process(batch, REMAINING_MS);
    await clock.advance(REMAINING_MS);
    expect(await answer).toHaveLength(1);
    expect(stack.published()).toEqual([]);
  });

  it("too short for a call leaves everything for the next invocation", async () => {
    const { stack, clock, processor } = setUp();
    stack.send("g1", bodyOf("e1"));
    const receiving = stack.connection.ingress.receive({ maxMessages: 10, waitSeconds: 0, visibilitySeconds: 60 });
    await clock.advance(2);
    const batch = await receiving;
    const answer = processor.process(batch, 1_000);
    await clock.advance(1_000);
    expect(await answer).toHaveLength(1);
    expect(stack.published()).toEqual([]);
  });
});

it("nothing is published that could not be recorded in what is left of the time", async () => {
  const { stack, clock } = createStack();
  stack.send("g1", bodyOf("e1"));
  const { connection } = stack;
  const takeOver: Connection["journal"]["takeOver"] = async (fact, previous) => {
    await clock.sleep(4_700);
    return connection.journal.takeOver(fact, previous);
  };
  const processor = openProcessor({ ...connection, journal: { ...connection.journal, takeOver } }, clock);
  stack.fault = (operation) => (operation === "publish" ? "before" : undefined);
  await invoke({ stack, clock, processor });
  stack.fault = () => undefined;
  // Its claim is so old by then that it has to be renewed first.
  await clock.advance(12 * MINUTE);
  expect(await invoke({ stack, clock, processor })).toMatchObject({ taken: ["e1"], failed: ["e1"] });
  expect(stack.factNames("e1")).toEqual(["accepted"]);
  expect(stack.published()).toEqual([]);
});

it("a defect fails the whole batch", async () => {
  const { stack, clock } = createStack();
  stack.send("g1", bodyOf("e1"));
  const { connection } = stack;
  const publisher = {
    publish: () => {
      throw new TypeError("a defect");
    },
  };
  const broken = openProcessor({ ...connection, publisher }, clock);
  await expect(invoke({ stack, clock, processor: broken })).rejects.toThrow("a defect");
  expect(stack.bodies("ingress.fifo")).toHaveLength(1);
});
