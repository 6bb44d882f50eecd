import { expect, it } from "vitest";
import { createLagWatch } from "../../../../src/app/tail/lag-watch.js";

const START = Date.parse("2026-11-21T10:00:00Z");
const RETENTION_MS = 100_000;

/** Looks once for each pair of seconds since the start, and age in seconds of what was received. @returns what was told */
function looks(...receives: [second: number, age: number | undefined][]): (number | undefined)[] {
  const watch = createLagWatch(RETENTION_MS, START);
  return receives.map(([second, age]) => {
    const now = START + second * 1_000;
    return watch.look(now, age === undefined ? undefined : now - age * 1_000);
  });
}

it("says nothing while the reader keeps up, or nothing comes", () => {
  expect(looks([20, undefined], [40, 0], [60, 79], [80, undefined])).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

it("says once that what is read is nearly as old as it can get, and again after it had caught up", () => {
  const told = looks([10, 80], [20, 90], [30, 50], [40, 85], [50, 39], [60, 81]);
  expect(told).toEqual([80_000, undefined, undefined, undefined, undefined, 81_000]);
});

it("says that the reader stood still for so long that what came may be gone", () => {
  expect(looks([10, 0], [130, undefined])).toEqual([undefined, 120_000]);
});
