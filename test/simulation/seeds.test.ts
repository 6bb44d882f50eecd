import { expect, it } from "vitest";
import { runSeed } from "./run-seed.js";

const SEEDS = 500;

// `npm run simulate` plays more of them, and tells what a seed plays.
it(`every promise holds in ${SEEDS} random schedules of faults`, async () => {
  const broken: Record<number, string[]> = {};
  for (let seed = 1; seed <= SEEDS; seed++) {
    const verdict = await runSeed(seed);
    if (verdict.length > 0) broken[seed] = verdict;
  }
  expect(broken).toEqual({});
}, 600_000);
