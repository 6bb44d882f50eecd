import { describe, expect, it } from "vitest";
import type { ManualClock } from "../../factories/manual-clock.js";
import type { ModelStack } from "../../factories/model-stack.js";
import { bodyOf, createStack, MINUTE, startProcessor } from "../../factories/running-processor.js";

const HOUR = 60 * MINUTE;
const BAD = { payload: {} };

function setPolicy(stack: ModelStack, poisonPolicy: "skip" | "block", clientId = "client-1"): void {
  const client = stack.registry.get(clientId);
  if (client !== undefined) stack.registry.set(clientId, { ...client, poisonPolicy });
}

/** A stack whose client-1 rather waits than leaves a gap. */
function createBlockingStack() {
  const { clock, stack } = createStack();
  setPolicy(stack, "block");
  return { clock, stack };
}

function onQueue(stack: ModelStack, now: number) {
  return stack.model.queues.at("ingress.fifo", now).counts;
}

/** The stack's connection, whose polls answer as soon as there is something. */
function withLongPolls(stack: ModelStack, clock: ManualClock) {
  const { connection } = stack;
  const receive = connection.ingress.receive.bind(connection.ingress);
  connection.ingress.receive = async ({ waitSeconds, ...options }) => {
    const until = clock.now() + waitSeconds * 1000;
    let messages = await receive({ ...options, waitSeconds: 0 });
    while (messages.length === 0 && clock.now() < until) {
      await clock.sleep(100);
      messages = await receive({ ...options, waitSeconds: 0 });
    }
    return messages;
  };
  return connection;
}

describe("a group of a client that blocks", () => {
  it("waits behind a message that cannot pass; nothing of it overtakes, and nothing is rejected", async () => {
    const { clock, stack } = createBlockingStack();
    stack.send("g", bodyOf("a"));
    const messageId = stack.send("g", bodyOf("bad", BAD));
    for (const id of ["b", "c"]) stack.send("g", bodyOf(id));
    const running = startProcessor(stack, clock, { drain: false });
    await clock.advance(HOUR);
    expect(stack.delivered("client-1")).toEqual(["a"]);
    expect(stack.bodies("dlq.fifo")).toEqual([]);
    expect(stack.factNames("bad")).toEqual([]);
    expect(running.told).toContain("group:blocked bad");
    expect([...stack.blocked.values()]).toEqual([
      {
        groupId: "g",
        clientId: "client-1",
        messageId,
        eventId: "bad",
        type: "transaction",
        reason: "schema-violation",
        detail: "/payload/amount is missing",
        since: expect.any(Number),
        lastTriedAt: expect.any(Number),
      },
    ]);
    const [noted] = stack.blocked.values();
    expect((noted?.lastTriedAt ?? 0) - (noted?.since ?? 0)).toBeGreaterThan(58 * MINUTE);
    expect(clock.now() - (noted?.lastTriedAt ?? 0)).toBeLessThan(2 * MINUTE);
    running.stop.abort();
    await clock.advance(MINUTE);
    expect(await running.summary).toMatchObject({
      published: 1,
      rejected: 0,
      blocked: 1,
      blockedGroups: [{ groupId: "g", clientId: "client-1", reason: "schema-violation" }],
    });
  });

  it("holds up neither the client's other groups nor other clients'", async () => {
    const { clock, stack } = createBlockingStack();
    stack.send("g", bodyOf("bad", BAD));
    startProcessor(stack, clock, { drain: false });
    await clock.advance(10 * MINUTE);
    for (let index = 0; index < 20; index++) {
      stack.send(`g${index % 4}`, bodyOf(`e${index}`));
      stack.send(`h${index % 4}`, bodyOf(`e${index}`, { clientId: "client-2" }));
    }
    await clock.advance(5_000);
    expect([stack.delivered("client-1").length, stack.delivered("client-2").length]).toEqual([20, 20]);
  });

  it("goes on in order once its client may have the event", async () => {
    const { clock, stack } = createBlockingStack();
    for (const id of ["a", "b"]) stack.send("g", bodyOf(id, { type: "monitoring" }));
    stack.send("g", bodyOf("c"));
    const running = startProcessor(stack, clock, { drain: false });
    await clock.advance(10 * MINUTE);
    expect(stack.delivered("client-1")).toEqual([]);
    stack.registry.get("client-1")?.allowedTypes.push("monitoring");
    await clock.advance(MINUTE + 10_000);
    expect(stack.delivered("client-1")).toEqual(["a", "b", "c"]);
    expect(running.told).toContain("group:unblocked");
  });

  it("goes on behind a dead letter once the policy is to skip", async () => {
    const { clock, stack } = createBlockingStack();
    for (const [id, changes] of [["a"], ["bad", BAD], ["b"]] as const) stack.send("g", bodyOf(id, changes));
    const running = startProcessor(stack, clock, { drain: false });
    await clock.advance(10 * MINUTE);
    setPolicy(stack, "skip");
    await clock.advance(MINUTE + 10_000);
    expect(stack.delivered("client-1")).toEqual(["a", "b"]);
    expect(stack.factNames("bad")).toEqual(["rejected"]);
    expect(stack.bodies("dlq.fifo")).toHaveLength(1);
    running.stop.abort();
    await clock.advance(MINUTE);
    expect(await running.summary).toMatchObject({ published: 2, rejected: 1, blocked: 0 });
  });

  it("waits too where the event may already be on its topic", async () => {
    const { clock, stack } = createBlockingStack();
    stack.fault = (operation) => (operation === "publish" ? "before" : undefined);
    stack.send("g", bodyOf("a"));
    startProcessor(stack, clock, { drain: false });
    await clock.advance(2_000);
    const client = stack.registry.get("client-1");
    if (client !== undefined) stack.registry.set("client-1", { ...client, active: false });
    await clock.advance(MINUTE);
    expect(stack.factNames("a")).toEqual(["accepted"]);
    expect(stack.blocked.get("g")).toMatchObject({
      reason: "client-inactive",
      detail: "may already have been published; client client-1 is disabled",
    });
    stack.fault = () => undefined;
    if (client !== undefined) stack.registry.set("client-1", client);
    await clock.advance(2 * MINUTE);
    expect(stack.delivered("client-1")).toEqual(["a"]);
  });

  it("waits for the registry when that cannot be read: nothing is skipped, and nothing blocked", async () => {
    const { clock, stack } = createBlockingStack();
    stack.fault = (operation) => (operation === "clients.get" ? "before" : undefined);
    stack.send("g", bodyOf("bad", BAD));
    startProcessor(stack, clock, { drain: false });
    await clock.advance(30 * MINUTE);
    expect([stack.bodies("dlq.fifo"), [...stack.blocked]]).toEqual([[], []]);
    stack.fault = () => undefined;
    await clock.advance(MINUTE);
    expect(stack.blocked.has("g")).toBe(true);
  });

  it("waits as well where that cannot be noted", async () => {
    const { clock, stack } = createBlockingStack();
    stack.fault = (operation) => (operation === "journal.noteBlockedGroup" ? "before" : undefined);
    for (const [id, changes] of [["bad", BAD], ["b"]] as const) stack.send("g", bodyOf(id, changes));
    startProcessor(stack, clock, { drain: false });
    await clock.advance(10 * MINUTE);
    expect([stack.delivered("client-1"), stack.bodies("dlq.fifo")]).toEqual([[], []]);
    stack.fault = () => undefined;
    await clock.advance(MINUTE);
    expect(stack.blocked.has("g")).toBe(true);
  });

  it("is tried at once by the next processor: whoever stopped this one may have put things right", async () => {
    const { clock, stack } = createBlockingStack();
    for (const [id, changes] of [["bad", BAD], ["b"]] as const) stack.send("g", bodyOf(id, changes));
    const running = startProcessor(stack, clock, { drain: false });
    // By now it is tried once in half an hour.
    await clock.advance(3 * HOUR);
    expect(onQueue(stack, clock.now())).toMatchObject({ "in-flight": 2 });
    running.stop.abort();
    await clock.advance(5_000);
    await running.summary;
    expect(onQueue(stack, clock.now())).toMatchObject({ visible: 2, "in-flight": 0 });
  });
});

describe("a message that names no client of the registry", () => {
  it.each([
    ["no JSON", "{"],
    ["no client", '{"id":"x"}'],
    ["somebody who is not registered", bodyOf("x", { clientId: "nobody" })],
    ["somebody who is not registered, and is not valid", bodyOf("x", { clientId: "nobody", ...BAD })],
  ])("(%s) is skipped", async (_, body) => {
    const { clock, stack } = createBlockingStack();
    stack.send("g", body);
    stack.send("g", bodyOf("after"));
    startProcessor(stack, clock, { drain: false });
    await clock.advance(5_000);
    expect(stack.bodies("dlq.fifo")).toEqual([body]);
    expect(stack.delivered("client-1")).toEqual(["after"]);
  });
});

describe("a drain", () => {
  it("ends when only blocked groups are left, and says how many", async () => {
    const { clock, stack } = createBlockingStack();
    for (const group of ["g", "h"]) {
      stack.send(group, bodyOf(`${group}-bad`, BAD));
      for (let index = 0; index < 15; index++) stack.send(group, bodyOf(`${group}-${index}`));
    }
    for (let index = 0; index < 15; index++) stack.send("other", bodyOf(`o-${index}`, { clientId: "client-2" }));
    const running = startProcessor(stack, clock);
    await clock.advance(MINUTE);
    expect(await running.summary).toMatchObject({ published: 15, rejected: 0, blocked: 2 });
    expect(onQueue(stack, clock.now())).toMatchObject({ delayed: 0 });
    expect(stack.bodies("ingress.fifo")).toHaveLength(32);
  });

  it("ends too where so many groups are blocked that one or another always comes again", async () => {
    const { clock, stack } = createBlockingStack();
    for (let index = 0; index < 200; index++) stack.send(`g${index}`, bodyOf(`e${index}`, BAD));
    const dying = withLongPolls(stack, clock);
    startProcessor(stack, clock, { drain: false, connection: dying });
    // Their tries are spread over a minute by now.
    await clock.advance(5 * MINUTE);
    dying.ingress.receive = () => new Promise(() => undefined);
    for (let index = 0; index < 50; index++) stack.send(`h${index}`, bodyOf(`h${index}`));
    const running = startProcessor(stack, clock, { connection: withLongPolls(stack, clock) });
    await clock.advance(2 * MINUTE);
    expect(await running.summary).toMatchObject({ published: 50, blocked: 200 });
  });

  it("waits for what another processor holds", async () => {
    const { clock, stack } = createBlockingStack();
    stack.send("g", bodyOf("bad", BAD));
    stack.send("h", bodyOf("b"));
    stack.model.queues.receive("ingress.fifo", { visibilitySeconds: 120, maxMessages: 2 }, clock.now());
    stack.send("i", bodyOf("c", BAD));
    const running = startProcessor(stack, clock);
    await clock.advance(3 * MINUTE);
    expect(await running.summary).toMatchObject({ published: 1, blocked: 2 });
  });

  it("goes on with a group that is unblocked meanwhile", async () => {
    const { clock, stack } = createBlockingStack();
    stack.send("g", bodyOf("bad", BAD));
    for (let index = 0; index < 25; index++) stack.send("g", bodyOf(`e${index}`));
    // Something else takes its time.
    stack.send("h", bodyOf("slow"));
    stack.model.queues.receive("ingress.fifo", { visibilitySeconds: 90, maxMessages: 1 }, clock.now());
    stack.send("i", bodyOf("later"));
    const running = startProcessor(stack, clock);
    await clock.advance(20_000);
    setPolicy(stack, "skip");
    await clock.advance(5 * MINUTE);
    expect(await running.summary).toMatchObject({ published: 27, rejected: 1, blocked: 0 });
    expect(stack.bodies("ingress.fifo")).toEqual([]);
  });

  it("is not ended by receives that fail", async () => {
    const { clock, stack } = createBlockingStack();
    stack.send("g", bodyOf("bad", BAD));
    const running = startProcessor(stack, clock);
    await clock.advance(1_000);
    stack.fault = (operation) => (operation === "ingress.receive" ? "before" : undefined);
    stack.send("h", bodyOf("b"));
    await clock.advance(MINUTE);
    stack.fault = () => undefined;
    await clock.advance(2 * MINUTE);
    expect(await running.summary).toMatchObject({ published: 1, blocked: 1 });
  });
});
