import { describe, expect, it } from "vitest";
import { CallError } from "../../../src/ports/call.js";
import { bodyOf, createStack, drain, MINUTE, startProcessor } from "../../factories/running-processor.js";

describe("leases", () => {
  it("are renewed for as long as work is in hand", async () => {
    const { clock, stack } = createStack();
    const { connection } = stack;
    const insert = connection.journal.insertAccepted.bind(connection.journal);
    connection.journal.insertAccepted = async (facts) => {
      await clock.sleep(3 * MINUTE);
      return insert(facts);
    };
    stack.send("g", bodyOf("a"));
    const running = startProcessor(stack, clock, { connection });
    await clock.advance(5 * MINUTE);
    expect(await running.summary).toMatchObject({ received: 1, published: 1 });
  });

  it("that are lost drop the message and those behind it, before anything more is done for them", async () => {
    const { clock, stack } = createStack();
    stack.fault = (operation) =>
      operation === "ingress.changeVisibility" || operation === "publish" ? "before" : undefined;
    for (const id of ["a", "b"]) stack.send("g", bodyOf(id));
    const running = startProcessor(stack, clock, { process: { attempts: 1000 } });
    await clock.advance(55_000);
    stack.fault = () => undefined;
    await clock.advance(10 * MINUTE);
    expect(await running.summary).toMatchObject({ published: 2 });
    expect(stack.delivered("client-1")).toEqual(["a", "b"]);
  });
});

describe("stopping", () => {
  it("finishes what is held, takes no more and leaves no group locked", async () => {
    const { clock, stack } = createStack();
    for (let index = 0; index < 30; index++) stack.send("g", bodyOf(`e${index}`));
    const running = startProcessor(stack, clock, { drain: false });
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
    for (const id of ["a", "b", "c"]) stack.send("g", bodyOf(id));
    const patience = { attempts: 1000, stopTimeoutMs: 5_000 };
    const running = startProcessor(stack, clock, { drain: false, process: patience });
    await clock.advance(3_000);
    running.stop.abort();
    await clock.advance(30_000);
    expect(await running.summary).toMatchObject({ published: 0 });
    expect(stack.model.queues.at("ingress.fifo", clock.now()).counts).toMatchObject({ visible: 3, "in-flight": 0 });
  });

  it("at once, when told twice, gives everything back", async () => {
    const { clock, stack } = createStack();
    stack.fault = (operation) => (operation === "publish" ? "before" : undefined);
    for (const id of ["a", "b", "c"]) stack.send("g", bodyOf(id));
    const running = startProcessor(stack, clock, { drain: false });
    await clock.advance(500);
    running.stop.abort();
    running.force.abort();
    await clock.advance(5_000);
    await running.summary;
    expect(stack.model.queues.at("ingress.fifo", clock.now()).counts).toMatchObject({ visible: 3, "in-flight": 0 });
  });

  it("when drained waits for what others hold", async () => {
    const { clock, stack } = createStack();
    stack.send("g", bodyOf("a"));
    stack.model.queues.receive("ingress.fifo", { visibilitySeconds: 30 }, clock.now());
    expect(await drain(stack, clock)).toMatchObject({ published: 1 });
  });

  it("by force gives a poll up, and gives back at once what it had taken", async () => {
    const { clock, stack } = createStack();
    const { connection } = stack;
    const receive = connection.ingress.receive.bind(connection.ingress);
    const attempts: (string | undefined)[] = [];
    connection.ingress.receive = async (options) => {
      attempts.push(options.attemptId);
      const messages = await receive(options);
      if (attempts.length > 1) return messages;
      // The answer is under way when the poll is given up.
      await new Promise((resolve) => options.signal?.addEventListener("abort", resolve));
      throw new CallError("given up", { code: "AbortError", message: "given up", isSenderFault: false }, "failed");
    };
    for (const id of ["a", "b"]) stack.send("g", bodyOf(id));
    const running = startProcessor(stack, clock, { drain: false, connection });
    await clock.advance(500);
    running.stop.abort();
    await clock.advance(500);
    expect(attempts).toHaveLength(1);
    running.force.abort();
    await clock.advance(2_000);
    expect(await running.summary).toMatchObject({ published: 0 });
    expect(attempts).toEqual([attempts[0], attempts[0]]);
    expect(stack.model.queues.at("ingress.fifo", clock.now()).counts).toMatchObject({ visible: 2, "in-flight": 0 });
  });

  it("by force on a dead network ends all the same", async () => {
    const { clock, stack } = createStack();
    const { connection } = stack;
    connection.ingress.receive = async ({ signal }) => {
      await new Promise((resolve) => signal?.addEventListener("abort", resolve));
      throw new CallError("given up", { code: "AbortError", message: "given up", isSenderFault: false }, "failed");
    };
    const running = startProcessor(stack, clock, { drain: false, connection });
    await clock.advance(500);
    running.force.abort();
    await clock.advance(6_000);
    expect(await running.summary).toMatchObject({ received: 0 });
  });
});

it("fails at once when the stack cannot be reached at the start", async () => {
  const { clock, stack } = createStack();
  stack.model.queues.delete("ingress.fifo");
  await expect(startProcessor(stack, clock).summary).rejects.toThrow("The specified queue does not exist.");
});
