import { describe, expect, it } from "vitest";
import { CallError } from "../../../../src/ports/call.js";
import { TapStack } from "../../../factories/tap-stack.js";
import { createRandom, type Random } from "../../../simulation/random.js";

const HOUR_MS = 3_600_000;
const IDLE = { idleTimeoutMs: 10_000 };

/** A stack whose tail begins an hour back. */
function setUp(...clientIds: string[]) {
  const stack = new TapStack(...(clientIds.length === 0 ? ["client-1"] : clientIds));
  const since = stack.clock.now() - HOUR_MS;
  const later = (delayMs: number, act: () => void) => void stack.clock.sleep(delayMs).then(act);
  return { stack, since, later };
}

describe("from what is stored to what is live", () => {
  it("shows what is stored since, then what is published, each in order and once", async () => {
    const { stack, since, later } = setUp();
    stack.deliver("too-old", { sentAt: since - 1 });
    for (const id of ["e-1", "e-2", "e-3"]) stack.deliver(id);
    stack.accept("not-published", { groupId: "other" });
    await stack.clock.advance(10_000);
    later(10_000, () => stack.deliver("e-4"));
    const records = await stack.run(stack.tail({ since, ...IDLE }));
    expect(records.map(({ eventId, from }) => [eventId, from])).toEqual([
      ["e-1", "journal"],
      ["e-2", "journal"],
      ["e-3", "journal"],
      ["e-4", "topic"],
    ]);
    expect(stack.notices).toContainEqual({ kind: "caught-up", stored: 3 });
  });

  it("subscribes before it reads, and shows once what is published meanwhile", async () => {
    const { stack, since } = setUp();
    for (const id of ["e-1", "e-2"]) stack.deliver(id);
    await stack.clock.advance(10_000);
    let isPublished = false;
    stack.onRead = async (index) => {
      if (index !== 1 || isPublished) return;
      isPublished = true;
      stack.deliver("meanwhile");
      await stack.clock.sleep(100);
    };
    const ids = await stack.idsOf(stack.tail({ since, ...IDLE }));
    expect(ids).toEqual(["e-1", "e-2", "meanwhile"]);
  });

  it("shows what the index shows late", async () => {
    const { stack, since } = setUp();
    stack.deliver("e-1");
    stack.deliver("late", { indexAfterMs: 2_300 });
    await stack.clock.advance(500);
    expect(await stack.idsOf(stack.tail({ since, ...IDLE }))).toEqual(["e-1", "late"]);
  });

  it("keeps what the index shows late in its place in its group", async () => {
    const { stack, since } = setUp();
    stack.deliver("a-1", { indexAfterMs: 2_300 });
    stack.deliver("a-2");
    await stack.clock.advance(500);
    expect(await stack.idsOf(stack.tail({ since, ...IDLE }))).toEqual(["a-1", "a-2"]);
  });

  it("keeps a group in order while the publication of its first event is not recorded yet", async () => {
    const { stack, since } = setUp();
    stack.deliver("a-1", { groupId: "a", recordAfterMs: 15_000 });
    stack.deliver("a-2", { groupId: "a" });
    stack.deliver("b-1", { groupId: "b" });
    await stack.clock.advance(10_000);
    expect(await stack.idsOf(stack.tail({ since, ...IDLE }))).toEqual(["b-1", "a-1", "a-2"]);
  });

  it("shows an event whose publication before the tail began is recorded much later", async () => {
    const { stack, since } = setUp();
    stack.deliver("e-1", { recordAfterMs: 60_000 });
    const records = await stack.run(stack.tail({ since, idleTimeoutMs: 90_000 }));
    expect(records.map(({ eventId, from }) => [eventId, from])).toEqual([["e-1", "journal"]]);
  });

  it("shows an event that was stored before and published after the tail began once, from the topic", async () => {
    const { stack, since, later } = setUp();
    const accepted = stack.accept("e-1");
    later(30_000, () => stack.publish(accepted));
    const records = await stack.run(stack.tail({ since, idleTimeoutMs: 60_000 }));
    expect(records.map(({ eventId, from }) => [eventId, from])).toEqual([["e-1", "topic"]]);
  });

  it("does not wait for what was rejected after all", async () => {
    const { stack, since } = setUp();
    const { eventId, clientId, owner, body, groupId, sequence, sentAt, at, expiresAt } = stack.accept("e-1");
    const rest = { envelope: {}, body, bodyBytes: body.length, bodySha256: "", groupId, sequence, sentAt, redrives: 0 };
    const verdict = { reason: "type-forbidden", detail: "no", messageId: owner } as const;
    stack.write({ fact: "rejected", eventId, clientId, at, expiresAt, ...verdict, ...rest });
    expect(await stack.idsOf(stack.tail({ since, idleTimeoutMs: 120_000 }))).toEqual([]);
    expect(stack.reads).toBe(1);
  });

  it("shows once more what is published once more, and what is replayed", async () => {
    const { stack, since, later } = setUp();
    const accepted = stack.accept("e-1");
    stack.publish(accepted);
    await stack.clock.advance(10_000);
    later(20_000, () => stack.publish(accepted, { attributes: { "evp-replay": "r-1" } }));
    later(6 * 60_000, () => stack.publish(accepted));
    const records = await stack.run(stack.tail({ since, limit: 3 }));
    expect(records.map(({ from, replayId }) => [from, replayId])).toEqual([
      ["journal", null],
      ["topic", "r-1"],
      ["topic", null],
    ]);
  });

  it("knows an event by its id though the processor's clock is a minute slow", async () => {
    const { stack, since, later } = setUp();
    stack.onRead = () => {
      stack.onRead = () => undefined;
      stack.deliver("e-1", { clockMs: -60_000 });
    };
    later(20_000, () => stack.deliver("e-2", { clockMs: -60_000 }));
    expect(await stack.idsOf(stack.tail({ since, idleTimeoutMs: 30_000 }))).toEqual(["e-1", "e-2"]);
  });

  it("shows what was published while it subscribed before what follows in its group", async () => {
    const { stack, since, later } = setUp();
    // Its publication is acknowledged only when the tap is open already, though the tap does not get it.
    const accepted = stack.accept("a-1");
    stack.publish(accepted, { acknowledgedAfterMs: 50 });
    later(10, () => stack.deliver("b-1", { groupId: "b" }));
    later(60, () => stack.deliver("a-2"));
    expect(await stack.idsOf(stack.tail({ since, ...IDLE }))).toEqual(["b-1", "a-1", "a-2"]);
  });

  it("shows several clients' stored events by when the queue took them", async () => {
    const { stack, since } = setUp("client-1", "client-2");
    const sent: [string, string, number][] = [
      ["client-1", "e-1", 1],
      ["client-1", "e-3", 3],
      ["client-2", "e-2", 2],
      ["client-2", "e-4", 4],
    ];
    for (const [clientId, id, minutes] of sent) stack.deliver(id, { clientId, sentAt: since + minutes * 60_000 });
    await stack.clock.advance(10_000);
    const ids = await stack.idsOf(stack.tail({ choice: { all: true }, since, ...IDLE }));
    expect(ids).toEqual(["e-1", "e-2", "e-3", "e-4"]);
  });

  it("goes on where it was when a read fails half way", async () => {
    const { stack, since } = setUp();
    for (let index = 1; index <= 5; index++) stack.deliver(`e-${index}`);
    let failures = 2;
    stack.onRead = (index) => {
      if (index === 3 && failures-- > 0) throw throttled();
    };
    expect(await stack.idsOf(stack.tail({ since, follow: false }))).toEqual(["e-1", "e-2", "e-3", "e-4", "e-5"]);
  });

  it("filters and limits what is stored, too", async () => {
    const { stack, since } = setUp();
    for (let index = 1; index <= 5; index++) stack.deliver(`e-${index}`);
    const filters = [{ name: "note", operator: "!=", value: "e-2" } as const];
    expect(await stack.idsOf(stack.tail({ since, filters, limit: 3 }))).toEqual(["e-1", "e-3", "e-4"]);
    expect(stack.tap.closed).toBe(1);
  });

  it("ends with what is stored when it does not follow, and subscribes to nothing", async () => {
    const { stack, since } = setUp();
    stack.deliver("e-1");
    expect(await stack.idsOf(stack.tail({ since, follow: false }))).toEqual(["e-1"]);
    expect(stack.tap.topics).toEqual([]);
  });

  it.each(Array.from({ length: 40 }, (_, seed) => seed))(
    "has no gap, nothing twice and every group in order, whatever comes late (schedule %i)",
    async (seed) => {
      const random = createRandom(seed + 1);
      const { stack, since } = setUp("client-1", "client-2");
      // Reading takes time, so that the journal changes under it.
      stack.onRead = () => (random() < 0.2 ? stack.clock.sleep(Math.floor(random() * 400)) : undefined);
      const traffic = produce(stack, random);
      await stack.clock.advance(4_000);
      const records = await stack.run(stack.tail({ choice: { all: true }, since, idleTimeoutMs: 40_000 }));
      const published = await traffic;
      expect(records.map(({ eventId }) => eventId).sort()).toEqual(published.map(({ id }) => id).sort());
      for (const group of new Set(published.map(({ groupId }) => groupId))) {
        const shown = records.filter(({ groupId }) => groupId === group).map(({ eventId }) => eventId);
        expect(shown).toEqual(published.filter(({ groupId }) => groupId === group).map(({ id }) => id));
      }
    },
  );
});

/** Publishes 120 events over 20 s, those of some groups late; indexes and records lag. @returns them in the order of publication */
async function produce(stack: TapStack, random: Random): Promise<{ id: string; groupId: string }[]> {
  const published: { id: string; groupId: string }[] = [];
  const waitsMs = Array.from({ length: 4 }, () => (random() < 0.5 ? Math.floor(random() * 600_000) : 0));
  for (let index = 0; index < 120; index++) {
    const clientId = random() < 0.5 ? "client-1" : "client-2";
    const key = Math.floor(random() * waitsMs.length);
    const groupId = `${clientId}#${key}`;
    const id = `e-${index}`;
    const indexAfterMs = Math.floor(random() * 900);
    const sentAt = stack.clock.now() - (waitsMs[key] ?? 0);
    const accepted = stack.accept(id, { clientId, groupId, sentAt, indexAfterMs });
    await stack.clock.sleep(Math.floor(random() * 300));
    stack.publish(accepted, { recordAfterMs: Math.floor(random() * 1_500) });
    published.push({ id, groupId });
    if (random() < 0.1) await stack.clock.sleep(Math.floor(random() * 500));
  }
  return published;
}

function throttled(): CallError {
  return new CallError("slow down", { code: "Throttling", message: "slow down", isSenderFault: false }, "throttled");
}
