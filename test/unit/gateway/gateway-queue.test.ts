import { describe, expect, it, vi } from "vitest";
import { CallError } from "../../../src/ports/call.js";
import { createMemoryClients } from "../../doubles/memory-clients.js";
import { createMemoryProducers } from "../../doubles/memory-producers.js";
import { createQueueDouble, goodEvent, queueDown, startGateway } from "../../factories/gateway.js";

describe("while something is down", () => {
  it("the queue, nothing is said to be taken, and then the gateway does not even ask", async () => {
    const queue = createQueueDouble();
    queue.meddle = queueDown;
    const { post, told } = await startGateway({ queue });
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) => post(goodEvent(`e-${index}`, { key: `k${index}` }))),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
    expect(Number(answers[0]?.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    expect(answers[0]?.document).toMatchObject({ code: "unavailable", retryable: true });
    await vi.waitFor(async () => {
      await post(goodEvent("more"));
      expect(told.map(({ name }) => name)).toContain("breaker:opened");
    });
    const before = queue.calls.length;
    expect((await post(goodEvent("again"))).status).toBe(503);
    expect(queue.calls.length - before).toBeLessThanOrEqual(1);
  });

  it("the queue, it is taken up again by itself", async () => {
    const queue = createQueueDouble();
    queue.meddle = queueDown;
    const { post, told } = await startGateway({ queue });
    await vi.waitFor(async () => {
      await post(goodEvent("e"));
      expect(told.map(({ name }) => name)).toContain("breaker:opened");
    });
    queue.meddle = undefined;
    await vi.waitFor(async () => expect((await post(goodEvent("e"))).status).toBe(202), {
      timeout: 10_000,
      interval: 50,
    });
    expect(told.map(({ name }) => name)).toContain("breaker:closed");
  });

  it("a registry, nothing is taken", async () => {
    const down = async () => {
      throw new CallError("reading", { code: "ECONNREFUSED", message: "down", isSenderFault: false }, "unreachable");
    };
    const producers = await startGateway({ registry: { ...createMemoryProducers(), get: down } });
    expect((await producers.post(goodEvent("e"))).status).toBe(503);
    const clients = await startGateway({ clients: { ...createMemoryClients(), get: down } });
    expect((await clients.post(goodEvent("e"))).status).toBe(503);
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
  const answers = await Promise.all(ids.map((id) => post(goodEvent(id, { key: id }))));
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 422, 202, 202]);
});

it("requests that come together share calls to the queue, at most ten events in each and one of a group", async () => {
  const queue = createQueueDouble();
  queue.delay = () => new Promise((resolve) => setTimeout(resolve, 20));
  const { post } = await startGateway({ queue });
  await Promise.all(
    Array.from({ length: 60 }, (_, index) => post(goodEvent(`e-${index}`, { key: `k-${index % 30}` }))),
  );
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
  await Promise.all(Array.from({ length: 8 }, (_, index) => post(goodEvent(`e-${index}`, { key: "hot" }))));
  expect({ most, calls: queue.calls }).toEqual({ most: 1, calls: Array.from({ length: 8 }, () => 1) });
});
