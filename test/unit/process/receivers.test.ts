import { describe, expect, it } from "vitest";
import type { ModelStack } from "../../factories/model-stack.js";
import { bodyOf, createStack, MINUTE, startProcessor } from "../../factories/running-processor.js";

/** The stack's connection, and how many receives were under way at the same time, at each of them. */
function countReceives(stack: ModelStack) {
  const { connection } = stack;
  const receive = connection.ingress.receive.bind(connection.ingress);
  const atOnce: number[] = [];
  let underWay = 0;
  connection.ingress.receive = async (options) => {
    atOnce.push(++underWay);
    const messages = await receive(options);
    underWay--;
    return messages;
  };
  return { connection, atOnce };
}

describe("receivers", () => {
  it("are one while there is little to receive", async () => {
    const { clock, stack } = createStack();
    const { connection, atOnce } = countReceives(stack);
    const running = startProcessor(stack, clock, { drain: false, connection });
    for (let index = 0; index < 5; index++) {
      stack.send("g", bodyOf(`e${index}`));
      await clock.advance(3_000);
    }
    running.stop.abort();
    await clock.advance(MINUTE);
    expect(await running.summary).toMatchObject({ published: 5 });
    expect(Math.max(...atOnce)).toBe(1);
  });

  it("become more while polls come back full, and one again when the queue is empty", async () => {
    const { clock, stack } = createStack();
    for (let index = 0; index < 600; index++) stack.send(`g${index % 60}`, bodyOf(`e${index}`));
    const { connection, atOnce } = countReceives(stack);
    const running = startProcessor(stack, clock, { drain: false, connection, process: { concurrency: 1000 } });
    await clock.advance(10_000);
    expect(Math.max(...atOnce)).toBeGreaterThan(4);
    expect(stack.delivered("client-1")).toHaveLength(600);
    atOnce.length = 0;
    await clock.advance(10_000);
    expect(Math.max(...atOnce)).toBe(1);
    running.stop.abort();
    await clock.advance(MINUTE);
    await running.summary;
  });

  it("take no more than a processor may hold", async () => {
    const { clock, stack } = createStack();
    for (let index = 0; index < 200; index++) stack.send(`g${index}`, bodyOf(`e${index}`));
    stack.fault = (operation) => (operation === "clients.get" ? "before" : undefined);
    startProcessor(stack, clock, { drain: false, process: { concurrency: 35, attempts: 1000 } });
    await clock.advance(1_000);
    expect(stack.model.queues.at("ingress.fifo", clock.now()).counts).toMatchObject({ "in-flight": 30 });
  });

  it("take no more than so many bytes, and one receive", async () => {
    const { clock, stack } = createStack();
    const body = (index: number) => bodyOf(`e${index}`, { payload: { amount: 1, text: "x".repeat(10_000) } });
    for (let index = 0; index < 200; index++) stack.send(`g${index}`, body(index));
    const { connection } = stack;
    connection.journal.insertAccepted = () => new Promise(() => undefined);
    startProcessor(stack, clock, { drain: false, connection, process: { concurrency: 1000, maxHeldBytes: 155_000 } });
    await clock.advance(10_000);
    expect(stack.model.queues.at("ingress.fifo", clock.now()).counts).toMatchObject({ "in-flight": 20 });
  });
});
