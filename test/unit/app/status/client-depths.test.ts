import { describe, expect, it } from "vitest";
import { ClientDepths } from "../../../../src/app/client-depths.js";
import { CallError } from "../../../../src/ports/call.js";
import { createInstantClock } from "../../../doubles/instant-clock.js";
import { clientRecord } from "../../../doubles/memory-clients.js";

/** Queues that hold what a test says, and remember who was asked about at the last look. */
function stackOf(count: number) {
  const records = Array.from({ length: count }, (_, index) => clientRecord(`c-${String(index).padStart(3, "0")}`, []));
  const waiting = new Map<string, number>();
  let asked: string[] = [];
  const depth = async (name: string) => {
    asked.push(name.replace(/^evp-|\.fifo$/g, ""));
    if (waiting.get(name) === Number.POSITIVE_INFINITY) {
      throw new CallError("no", { code: "X", message: "no", isSenderFault: false }, "not-found");
    }
    return { visible: waiting.get(name) ?? 0, inFlight: 0, delayed: 0 };
  };
  const queue = (name: string) => ({ depth: () => depth(name) });
  const depths = new ClientDepths({ queue, clock: createInstantClock() });
  return {
    records,
    waiting,
    async look(of = records) {
      asked = [];
      return { clients: await depths.look(of), asked };
    },
  };
}

describe("watching the clients' queues", () => {
  it("asks about all of them at first, and about few at each later look", async () => {
    const { look, records } = stackOf(300);
    expect((await look()).asked).toHaveLength(300);
    const { clients, asked } = await look();
    expect(asked).toHaveLength(40);
    expect(clients.map(({ clientId }) => clientId)).toEqual(records.map(({ clientId }) => clientId));
  });

  it("asks about each in turn, whatever the others hold", async () => {
    const { look, waiting } = stackOf(100);
    for (let index = 0; index < 30; index++) waiting.set(`evp-c-0${String(index).padStart(2, "0")}.fifo`, 5);
    await look();
    const seen = new Set<string>();
    for (let turn = 0; turn < 4; turn++) for (const client of (await look()).asked) seen.add(client);
    expect(seen.size).toBe(100);
  });

  it("asks about those that hold most every time", async () => {
    const { look, waiting } = stackOf(100);
    waiting.set("evp-c-077.fifo", 9);
    await look();
    for (let turn = 0; turn < 6; turn++) expect((await look()).asked).toContain("c-077");
    waiting.set("evp-c-077.fifo", 10);
    expect((await look()).clients[77]?.queue?.visible).toBe(10);
  });

  it("sees at once who is new, disabled, gone, or has lost its queue", async () => {
    const { look, records, waiting } = stackOf(3);
    await look(records.slice(0, 2));
    waiting.set("evp-c-001.fifo", Number.POSITIVE_INFINITY);
    const disabled = records.slice(1).map((record) => ({ ...record, active: false }));
    const { clients } = await look(disabled);
    expect(clients).toMatchObject([
      { clientId: "c-001", active: false, queue: null },
      { clientId: "c-002", active: false, queue: { visible: 0 } },
    ]);
  });
});
