import { describe, expect, it } from "vitest";
import { type CleanUpReport, cleanUpTaps } from "../../../../src/app/tail/clean-up-taps.js";
import { CallError } from "../../../../src/ports/call.js";
import type { TapSighting } from "../../../../src/ports/tap.js";
import { createInstantClock } from "../../../doubles/instant-clock.js";
import { createMemoryClients } from "../../../doubles/memory-clients.js";

const GONE: TapSighting = { name: "gone.fifo", state: "gone", owner: "process 1 on a", aliveAt: 0 };
const IN_USE: TapSighting = {
  name: "used.fifo",
  state: "in-use",
  owner: "process 2 on b",
  aliveAt: Date.parse("2026-11-21T10:00:00Z"),
};
const UNKNOWN: TapSighting = { name: "unknown.fifo", state: "unknown", owner: undefined, aliveAt: undefined };

function setUp(...sightings: TapSighting[]) {
  const asked: string[][] = [];
  const removals: { name: string; topics: number }[] = [];
  const taps = {
    list: async () => sightings,
    async remove(name: string, topicArns: string[]) {
      removals.push({ name, topics: topicArns.length });
      return true;
    },
  };
  const ports = { taps, clients: createMemoryClients(), clock: createInstantClock() };
  const cleanUp = (answer: boolean): Promise<CleanUpReport> =>
    cleanUpTaps(ports, async (others) => {
      asked.push(others.map(({ name }) => name));
      return answer;
    });
  return { asked, removals, taps, cleanUp };
}

describe("evp tail --cleanup", () => {
  it("removes what tails that are gone left behind, wherever their subscriptions are, without a question", async () => {
    const { asked, removals, cleanUp } = setUp(GONE);
    expect(await cleanUp(false)).toEqual({ removed: ["gone.fifo"], kept: [] });
    expect(removals).toEqual([{ name: "gone.fifo", topics: 3 }]);
    expect(asked).toEqual([]);
  });

  it("keeps what is in use, or may be, unless it is told otherwise", async () => {
    const { asked, removals, cleanUp } = setUp(GONE, IN_USE, UNKNOWN);
    expect(await cleanUp(false)).toEqual({
      removed: ["gone.fifo"],
      kept: [
        { name: "used.fifo", state: "in-use", owner: "process 2 on b", aliveAt: "2026-11-21T10:00:00.000Z" },
        { name: "unknown.fifo", state: "unknown", owner: null, aliveAt: null },
      ],
    });
    expect(asked).toEqual([["used.fifo", "unknown.fifo"]]);
    expect(removals).toHaveLength(1);
  });

  it("removes all of them when it is told so", async () => {
    const { cleanUp } = setUp(GONE, IN_USE, UNKNOWN);
    expect(await cleanUp(true)).toEqual({ removed: ["gone.fifo", "used.fifo", "unknown.fifo"], kept: [] });
  });

  it("does not tell of one that had gone by itself, and tries again what fails for a passing reason", async () => {
    const { taps, cleanUp } = setUp(GONE, IN_USE);
    let calls = 0;
    taps.remove = async (name) => {
      if (++calls === 1)
        throw new CallError("slow down", { code: "x", message: "x", isSenderFault: false }, "throttled");
      return name !== "used.fifo";
    };
    expect(await cleanUp(true)).toEqual({ removed: ["gone.fifo"], kept: [] });
  });
});
