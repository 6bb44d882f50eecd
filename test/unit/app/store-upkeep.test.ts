import { describe, expect, it } from "vitest";
import { openStoreUpkeep } from "../../../src/app/store-upkeep.js";
import { CallError } from "../../../src/ports/call.js";
import { createMemoryJournal } from "../../doubles/memory-journal.js";
import { createManualClock } from "../../factories/manual-clock.js";

const TEN_MINUTES = 10 * 60 * 1000;

function upkeepOf(answers: (boolean | Error)[]) {
  const clock = createManualClock();
  const journal = createMemoryJournal();
  const calls: number[] = [];
  const care = {
    async deleteExpired(now: number) {
      calls.push(now);
      const answer = answers.shift() ?? false;
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  return { clock, journal, calls, upkeep: openStoreUpkeep({ care, journal, clock, holder: "one" }) };
}

describe("the upkeep of a store", () => {
  it("deletes batch by batch from its start on, and again every ten minutes", async () => {
    const { clock, calls, upkeep } = upkeepOf([true, true, false]);
    await clock.advance(2_000);
    expect(calls).toHaveLength(3);
    await clock.advance(TEN_MINUTES);
    expect(calls).toHaveLength(4);
    await upkeep.close();
  });

  it("leaves it to the process that is at it", async () => {
    const { clock, journal, calls, upkeep } = upkeepOf([]);
    await clock.advance(2_000);
    await journal.takeLock({ name: "upkeep", holder: "other", until: clock.now() + 2 * TEN_MINUTES }, clock.now());
    await clock.advance(TEN_MINUTES);
    expect(calls).toHaveLength(1);
    await upkeep.close();
  });

  it("is not ended by a store that is down", async () => {
    const fault = { code: "ECONNREFUSED", message: "down", isSenderFault: false };
    const { clock, calls, upkeep } = upkeepOf([new CallError("down", fault, "unreachable")]);
    await clock.advance(2_000);
    await clock.advance(TEN_MINUTES);
    expect(calls).toHaveLength(2);
    await upkeep.close();
  });
});
