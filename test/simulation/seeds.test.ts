import { describe, expect, it } from "vitest";
import { runSeed } from "./schedule.js";

describe("random schedules", () => {
  const from = Number(process.env.SEED_FROM ?? 1);
  const count = Number(process.env.SEEDS ?? 300);
  it(`of ${count} seeds`, async () => {
    const broken: Record<number, string[]> = {};
    for (let seed = from; seed < from + count; seed++) {
      const verdict = await runSeed(seed);
      if (verdict.length > 0) broken[seed] = verdict;
    }
    expect(broken).toEqual({});
  }, 600_000);
});
