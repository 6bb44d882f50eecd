import { describe, expect, it } from "vitest";
import { CallError } from "../../../../src/ports/call.js";
import { TapStack } from "../../../factories/tap-stack.js";

const IDLE = { idleTimeoutMs: 5_000 };

/** Does something so many ms after the tail has begun. */
function later(stack: TapStack, delayMs: number, act: () => void): void {
  void stack.clock.sleep(delayMs).then(act);
}

describe("watching clients' topics", () => {
  it("yields what is published from now on, in order, and removes its subscription", async () => {
    const stack = new TapStack("client-1");
    stack.deliver("before");
    const ids = Array.from({ length: 25 }, (_, index) => `e-${index + 1}`);
    later(stack, 1_000, () => {
      for (const id of ids) stack.deliver(id);
    });
    expect(await stack.idsOf(stack.tail(IDLE))).toEqual(ids);
    expect(stack.tap).toMatchObject({ topics: [{ arns: [stack.records.get("client-1")?.topicArn] }], closed: 1 });
  });

  it("reads several batches at once when there is much to read, and keeps every group in order", async () => {
    const stack = new TapStack("client-1");
    const ids = Array.from({ length: 500 }, (_, index) => `e-${index}`);
    const groupOf = (id: string) => `g-${Number(id.slice(2)) % 40}`;
    later(stack, 1_000, () => {
      for (const id of ids) stack.deliver(id, { groupId: groupOf(id) });
    });
    const shown = await stack.idsOf(stack.tail({ limit: 500 }));
    expect([...shown].sort()).toEqual([...ids].sort());
    for (let group = 0; group < 40; group++) {
      const inGroup = (id: string | null) => id !== null && groupOf(id) === `g-${group}`;
      expect(shown.filter(inGroup)).toEqual(ids.filter(inGroup));
    }
    // Each takes 50 ms there and back, twice: one after the other they would take 5 s.
    expect(stack.clock.monotonic()).toBeLessThan(3_000);
  });

  it("tells all about an event", async () => {
    const stack = new TapStack("client-1");
    later(stack, 1_000, () =>
      stack.deliver("e-1", { attributes: { "evp-received-at": "2026-11-21T09:59:59.000Z", "evp-replay": "r-1" } }),
    );
    const [record] = await stack.run(stack.tail({ limit: 1 }));
    expect(record).toEqual({
      eventId: "e-1",
      clientId: "client-1",
      type: "transaction",
      groupId: "g",
      sequence: expect.stringMatching(/^\d{20}$/),
      receivedAt: "2026-11-21T09:59:59.000Z",
      publishedAt: "2026-11-21T10:00:01.000Z",
      replayId: "r-1",
      from: "topic",
      body: expect.stringContaining('"note":"e-1"'),
    });
  });

  it("watches several clients at once, and tells whose an event is by its envelope", async () => {
    const stack = new TapStack("client-1", "client-2", "client-3");
    later(stack, 1_000, () => {
      for (const clientId of stack.records.keys()) stack.deliver(`for-${clientId}`, { clientId });
    });
    const choice = { clientIds: ["client-1", "client-3", "client-1"] };
    const records = await stack.run(stack.tail({ choice, ...IDLE }));
    expect(records.map(({ clientId, eventId }) => [clientId, eventId])).toEqual([
      ["client-1", "for-client-1"],
      ["client-3", "for-client-3"],
    ]);
    expect(stack.notices).toContainEqual({ kind: "watching", clientIds: ["client-1", "client-3"] });
  });

  it("ends at the limit", async () => {
    const stack = new TapStack("client-1");
    later(stack, 1_000, () => {
      for (const id of ["e-1", "e-2", "e-3"]) stack.deliver(id);
    });
    expect(await stack.idsOf(stack.tail({ limit: 2 }))).toEqual(["e-1", "e-2"]);
    expect(stack.tap.closed).toBe(1);
  });

  it("ends when nothing came for so long", async () => {
    const stack = new TapStack("client-1");
    const before = stack.clock.now();
    expect(await stack.idsOf(stack.tail({ idleTimeoutMs: 30_000 }))).toEqual([]);
    expect(stack.clock.now() - before).toBeGreaterThanOrEqual(30_000);
    expect(stack.clock.now() - before).toBeLessThan(32_000);
  });

  it("yields what the filters let through, and is idle while nothing does", async () => {
    const stack = new TapStack("client-1");
    for (let second = 1; second <= 30; second++) later(stack, second * 1_000, () => stack.deliver(`e-${second}`));
    const filters = [{ name: "note", operator: "=", value: "e-2" } as const];
    expect(await stack.idsOf(stack.tail({ filters, ...IDLE }))).toEqual(["e-2"]);
    expect(stack.clock.monotonic()).toBeLessThan(12_000);
  });

  it("ends at once when it is interrupted, though a receive still waits", async () => {
    const stack = new TapStack("client-1");
    const controller = new AbortController();
    later(stack, 1_100, () => controller.abort());
    expect(await stack.idsOf(stack.tail({ signal: controller.signal }))).toEqual([]);
    expect(stack.clock.monotonic()).toBeLessThan(2_000);
    expect(stack.tap.closed).toBe(1);
  });

  it("removes its subscription when the reader goes away", async () => {
    const stack = new TapStack("client-1");
    later(stack, 1_000, () => stack.deliver("e-1"));
    const records = stack.tail();
    const first = records.next();
    await stack.clock.advance(2_000);
    expect((await first).value).toMatchObject({ eventId: "e-1" });
    await records.return(undefined);
    expect(stack.tap.closed).toBe(1);
  });

  it("says so when somebody has removed the subscription meanwhile", async () => {
    const stack = new TapStack("client-1");
    later(stack, 1_000, () => {
      stack.tap.isRemoved = true;
      stack.tap.closeError = new Error("and it cannot be closed");
    });
    await expect(stack.run(stack.tail())).rejects.toMatchObject({ code: "tap-removed", category: "failed" });
    expect(stack.tap.closed).toBe(1);
  });

  it("fails when its subscription cannot be removed", async () => {
    const stack = new TapStack("client-1");
    stack.tap.closeError = new Error("it cannot be closed");
    await expect(stack.run(stack.tail(IDLE))).rejects.toThrow("it cannot be closed");
  });

  it("says once a minute that its subscription is in use, even while its reader is held up", async () => {
    const stack = new TapStack("client-1");
    later(stack, 1_000, () => stack.deliver("e-1"));
    const records = stack.tail();
    void records.next();
    await stack.clock.advance(10 * 60_000);
    expect(stack.tap.renewals).toBe(10);
    await records.return(undefined);
    await stack.clock.advance(10 * 60_000);
    expect(stack.tap.renewals).toBe(10);
  });

  it("says when it has fallen so far behind that events may be missing", async () => {
    const stack = new TapStack("client-1");
    later(stack, 1_000, () => stack.deliver("e-1"));
    later(stack, 2_000, () => stack.deliver("e-2"));
    const records = stack.tail();
    const first = records.next();
    await stack.clock.advance(50 * 60_000);
    await first;
    const second = records.next();
    await stack.clock.advance(1_000);
    expect((await second).value).toMatchObject({ eventId: "e-2" });
    await records.return(undefined);
    expect(stack.notices.filter(({ kind }) => kind === "behind")).toEqual([
      { kind: "behind", behindMs: expect.any(Number), retentionMs: 3_600_000 },
    ]);
  });

  it("knows no client that is not registered, and none where there is none", async () => {
    const stack = new TapStack("client-1");
    const unknown = stack.tail({ choice: { clientIds: ["client-1", "client-7"] } });
    await expect(stack.run(unknown)).rejects.toMatchObject({ code: "client-unknown", category: "not-found" });
    const empty = new TapStack();
    await expect(empty.run(empty.tail({ choice: { all: true } }))).rejects.toMatchObject({ code: "no-clients" });
    expect([...stack.tap.topics, ...empty.tap.topics]).toEqual([]);
  });
});

describe("watching all clients", () => {
  it("takes in those that are added meanwhile, with what they got until then", async () => {
    const stack = new TapStack("client-1");
    later(stack, 1_000, () => stack.addClient("client-2"));
    later(stack, 2_000, () => stack.deliver("early", { clientId: "client-2" }));
    later(stack, 30_000, () => stack.deliver("late", { clientId: "client-2" }));
    const records = await stack.run(stack.tail({ choice: { all: true }, limit: 2 }));
    expect(records.map(({ clientId, eventId, from }) => [clientId, eventId, from])).toEqual([
      ["client-2", "early", "journal"],
      ["client-2", "late", "topic"],
    ]);
    expect(stack.notices).toContainEqual({ kind: "joined", clientId: "client-2" });
    expect(stack.tap.topics).toEqual([
      { arns: [stack.records.get("client-1")?.topicArn], pattern: "arn:aws:sns:us-east-1:000000000000:evp-*.fifo" },
    ]);
  });
});

describe("what tails that are gone left behind", () => {
  const sighting = (name: string, state: "gone" | "in-use" | "unknown") => ({
    name,
    state,
    owner: undefined,
    aliveAt: undefined,
  });

  it("is removed; what is in use, or may be, stays", async () => {
    const stack = new TapStack("client-1");
    stack.taps.push(sighting("a", "gone"), sighting("b", "in-use"), sighting("c", "unknown"));
    await stack.run(stack.tail(IDLE));
    expect(stack.removed).toEqual(["a"]);
    expect(stack.notices).toContainEqual({ kind: "removed", names: ["a"] });
  });

  it("does not stop a tail that may not look for it", async () => {
    const stack = new TapStack("client-1");
    const fault = { code: "AccessDenied", message: "no", isSenderFault: true };
    const error = new CallError("listing queues: no", fault, "credentials");
    const ports = stack.ports;
    Object.defineProperty(stack, "ports", {
      value: { ...ports, taps: { ...ports.taps, list: () => Promise.reject(error) } },
    });
    later(stack, 1_000, () => stack.deliver("e-1"));
    expect(await stack.idsOf(stack.tail({ limit: 1 }))).toEqual(["e-1"]);
    expect(stack.notices).toContainEqual({ kind: "not-swept", error });
  });
});
