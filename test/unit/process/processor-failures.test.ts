import { describe, expect, it } from "vitest";
import { bodyOf, createStack, MINUTE, startProcessor } from "../../factories/running-processor.js";

describe("failures that pass", () => {
  it.each(["before", "after"] as const)(
    "of any call, %s its effect, lose nothing, reject nothing and keep the order",
    async (when) => {
      const { clock, stack } = createStack();
      let countdown = 0;
      stack.fault = () => (countdown++ % 3 === 0 ? when : undefined);
      for (let index = 0; index < 6; index++) stack.send("g", bodyOf(`e${index}`));
      stack.send("h", "{");
      const running = startProcessor(stack, clock);
      await clock.advance(60 * MINUTE);
      expect(await running.summary).toMatchObject({ published: 6, rejected: 1 });
      expect(stack.delivered("client-1")).toEqual(["e0", "e1", "e2", "e3", "e4", "e5"]);
      expect(stack.bodies("dlq.fifo")).toEqual(["{"]);
    },
  );

  it("give the whole group back, in order, once the attempts are used up", async () => {
    const { clock, stack } = createStack();
    stack.fault = (operation) => (operation === "publish" ? "before" : undefined);
    for (const id of ["a", "b", "c"]) stack.send("g", bodyOf(id));
    const running = startProcessor(stack, clock, { process: { attempts: 3 } });
    while (!running.told.some((name) => name.startsWith("group:released"))) await clock.advance(100);
    expect(stack.model.queues.at("ingress.fifo", clock.now()).counts).toMatchObject({ visible: 0, "in-flight": 3 });
    stack.fault = () => undefined;
    await clock.advance(5 * MINUTE);
    expect(await running.summary).toMatchObject({ published: 3 });
    expect(stack.delivered("client-1")).toEqual(["a", "b", "c"]);
  });

  it("of the registry publish nothing and refuse nothing", async () => {
    const { clock, stack } = createStack();
    stack.fault = (operation) => (operation === "clients.get" ? "before" : undefined);
    stack.send("g", bodyOf("a"));
    stack.send("h", bodyOf("b", { clientId: "nobody" }));
    const running = startProcessor(stack, clock);
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
    stack.send("g", bodyOf("a"));
    const running = startProcessor(stack, clock);
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
    stack.send("g", bodyOf("a"));
    stack.send("h", bodyOf("b", { clientId: "client-2" }));
    const running = startProcessor(stack, clock, { drain: false });
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
    stack.send("g", bodyOf("a"));
    const running = startProcessor(stack, clock);
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
    stack.send("g", bodyOf("a"));
    const running = startProcessor(stack, clock, { drain: false });
    await clock.advance(1_000);
    const client = stack.registry.get("client-1");
    if (client) client.active = false;
    await clock.advance(5_000);
    stack.send("g", bodyOf("b"));
    await clock.advance(10_000);
    expect(stack.delivered("client-1")).toEqual(["a"]);
    expect(stack.factNames("b")).toEqual(["rejected"]);
    running.stop.abort();
    await clock.advance(MINUTE);
    await running.summary;
  });
});
