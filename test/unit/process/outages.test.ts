import { describe, expect, it } from "vitest";
import type { ModelStack, Operation } from "../../factories/model-stack.js";
import { bodyOf, createStack, MINUTE, startProcessor } from "../../factories/running-processor.js";

/** How often each message of a queue was received. */
function receiveCounts(stack: ModelStack, now: number): number[] {
  return [...stack.model.queues.at("ingress.fifo", now).messages.values()].map(({ receiveCount }) => receiveCount);
}

const STORE: Operation[] = ["journal.insertAccepted", "journal.write", "journal.read", "journal.takeOver"];

function takeDown(stack: ModelStack, operations: Operation[]): void {
  stack.fault = (operation) => (operations.includes(operation) ? "before" : undefined);
}

describe("while a dependency is down", () => {
  it.each([
    { name: "the store", operations: STORE },
    { name: "the registry", operations: ["clients.get"] as Operation[] },
    { name: "the DLQ", operations: ["dlq.send"] as Operation[] },
  ])(
    "($name) no message is received more than once, however long it lasts, and all go on when it is back",
    async ({ operations }) => {
      const { clock, stack } = createStack();
      for (let index = 0; index < 60; index++) stack.send(`g${index % 6}`, index % 6 === 0 ? "{" : bodyOf(`e${index}`));
      takeDown(stack, operations);
      const running = startProcessor(stack, clock, { drain: false });
      await clock.advance(60 * MINUTE);
      expect(Math.max(...receiveCounts(stack, clock.now()))).toBeLessThanOrEqual(1);
      const receives = stack.calls.filter(({ operation }) => operation === "ingress.receive").length;
      await clock.advance(60 * MINUTE);
      expect(stack.calls.filter(({ operation }) => operation === "ingress.receive")).toHaveLength(receives);
      // What is no event of any client needs no registry.
      expect(stack.bodies("dlq.fifo").filter((body) => body !== "{")).toEqual([]);
      stack.fault = () => undefined;
      await clock.advance(MINUTE);
      expect(stack.delivered("client-1")).toHaveLength(50);
      expect(stack.bodies("dlq.fifo")).toHaveLength(10);
      expect(running.told).toContain("breaker:opened");
      expect(running.told).toContain("breaker:closed");
      running.stop.abort();
      await clock.advance(MINUTE);
      await running.summary;
    },
  );

  it("(a client's topic) its groups wait, received once, and the other clients' go on", async () => {
    const { clock, stack } = createStack();
    stack.fault = (operation, detail) =>
      operation === "publish" && JSON.stringify(detail).includes("client-1") ? "before" : undefined;
    for (let index = 0; index < 20; index++) stack.send(`a${index % 4}`, bodyOf(`a${index}`));
    const running = startProcessor(stack, clock, { drain: false });
    await clock.advance(90_000);
    for (let index = 0; index < 20; index++) stack.send(`b${index % 4}`, bodyOf(`b${index}`, { clientId: "client-2" }));
    await clock.advance(5_000);
    expect(stack.delivered("client-2")).toHaveLength(20);
    expect(receiveCounts(stack, clock.now())).toHaveLength(20);
    expect(Math.max(...receiveCounts(stack, clock.now()))).toBe(1);
    stack.fault = () => undefined;
    await clock.advance(MINUTE);
    expect(stack.delivered("client-1")).toHaveLength(20);
    running.stop.abort();
    await clock.advance(MINUTE);
    await running.summary;
  });

  it("(a client's topic) a copy of an event that another processor is about to publish is received once, too", async () => {
    const { clock, stack } = createStack();
    stack.fault = (operation) => (operation === "publish" ? "before" : undefined);
    stack.send("a", bodyOf("e"));
    const first = startProcessor(stack, clock, { drain: false });
    await clock.advance(1_000);
    stack.send("b", bodyOf("e"));
    const second = startProcessor(stack, clock, { drain: false });
    await clock.advance(60_000);
    expect(receiveCounts(stack, clock.now())).toEqual([1, 1]);
    stack.fault = () => undefined;
    await clock.advance(MINUTE);
    expect(stack.delivered("client-1")).toEqual(["e"]);
    expect(stack.factNames("e").sort()).toEqual(["accepted", "duplicate", "published"]);
    for (const { stop } of [first, second]) stop.abort();
    await clock.advance(MINUTE);
    for (const { summary } of [first, second]) await summary;
  });

  it("(a client's topic) a copy that waits for its owner does not keep it waiting", async () => {
    const { clock, stack } = createStack();
    stack.fault = (operation) => (operation === "publish" ? "before" : undefined);
    // The owner is behind a head that waits, and goes back with what is behind it; then its copy comes.
    stack.send("a", bodyOf("head"));
    stack.send("a", bodyOf("e"));
    const running = startProcessor(stack, clock, { drain: false });
    await clock.advance(4_000);
    stack.send("b", bodyOf("e"));
    await clock.advance(20_000);
    stack.fault = () => undefined;
    await clock.advance(20_000);
    expect(stack.delivered("client-1")).toEqual(["head", "e"]);
    await clock.advance(20_000);
    expect(stack.factNames("e").sort()).toEqual(["accepted", "duplicate", "published"]);
    running.stop.abort();
    await clock.advance(MINUTE);
    await running.summary;
  });

  it("a short one gives nothing back", async () => {
    const { clock, stack } = createStack();
    for (let index = 0; index < 10; index++) stack.send("g", bodyOf(`e${index}`));
    takeDown(stack, STORE);
    const running = startProcessor(stack, clock);
    await clock.advance(2_000);
    stack.fault = () => undefined;
    await clock.advance(MINUTE);
    expect(await running.summary).toMatchObject({ received: 10, published: 10 });
    expect(running.told).toContain("breaker:opened");
    expect(running.told.join()).not.toContain("group:released");
  });

  it("a head is held for two minutes, so that another processor can have it then", async () => {
    const { clock, stack } = createStack();
    for (const group of ["g", "h", "i"]) stack.send(group, bodyOf(group));
    takeDown(stack, ["clients.get"]);
    const running = startProcessor(stack, clock, { drain: false });
    await clock.advance(110_000);
    expect(running.told.join()).not.toContain("group:released");
    await clock.advance(40_000);
    // One stays, to find out whether the registry is back.
    expect(running.told.filter((name) => name.startsWith("group:released"))).toHaveLength(2);
    running.stop.abort();
    await clock.advance(MINUTE);
    await running.summary;
  });

  it("a stop gives back at once what waits", async () => {
    const { clock, stack } = createStack();
    for (let index = 0; index < 20; index++) stack.send(`g${index % 2}`, bodyOf(`e${index}`));
    takeDown(stack, STORE);
    const running = startProcessor(stack, clock, { drain: false });
    await clock.advance(30_000);
    running.stop.abort();
    await clock.advance(1_000);
    await running.summary;
    expect(stack.model.queues.at("ingress.fifo", clock.now()).counts).toMatchObject({ visible: 20, "in-flight": 0 });
  });

  it("a processor that holds nothing finds out by itself that it is over", async () => {
    const { clock, stack } = createStack();
    takeDown(stack, STORE);
    stack.send("g", bodyOf("a"));
    const running = startProcessor(stack, clock, { drain: false });
    await clock.advance(5_000);
    // An operator purges the queue, with the message that the processor holds.
    stack.model.queues.purge("ingress.fifo", clock.now());
    await clock.advance(2 * MINUTE);
    stack.fault = () => undefined;
    stack.send("g", bodyOf("b"));
    await clock.advance(MINUTE);
    expect(stack.delivered("client-1")).toEqual(["b"]);
    running.stop.abort();
    await clock.advance(MINUTE);
    await running.summary;
  });
});
