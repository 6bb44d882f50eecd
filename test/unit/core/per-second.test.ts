import { describe, expect, it } from "vitest";
import { countAt, countedWithin, countsOf, perSecond, ratePerSecond } from "../../../src/core/per-second.js";

const START = Date.UTC(2026, 10, 21, 10);

describe("counts by the second", () => {
  it("are those of the complete seconds", () => {
    const window = perSecond(60);
    for (const after of [0, 500, 999, 1000, 2500]) countAt(window, START + after, 1);
    expect(countedWithin(window, START + 2999, 10)).toBe(4);
    expect(countedWithin(window, START + 3000, 10)).toBe(5);
    expect(countedWithin(window, START + 3000, 2)).toBe(2);
    expect(countsOf(window, START + 4000, 5)).toEqual([0, 3, 1, 1, 0]);
  });

  it("make a rate over the seconds that have passed", () => {
    const window = perSecond(60);
    for (let index = 0; index < 30; index += 1) countAt(window, START + index * 100, 1);
    expect(ratePerSecond(window, START, START + 500, 10)).toBe(0);
    expect(ratePerSecond(window, START, START + 3000, 10)).toBe(10);
    expect(ratePerSecond(window, START, START + 10_000, 10)).toBe(3);
    expect(ratePerSecond(window, START, START + 13_000, 10)).toBe(0);
  });

  it("are forgotten when nobody can look back on them", () => {
    const window = perSecond(10);
    for (let second = 0; second < 1000; second += 1) countAt(window, START + second * 1000, 1);
    expect(window.counts.size).toBe(11);
    expect(countedWithin(window, START + 1000_000, 10)).toBe(10);
  });
});
