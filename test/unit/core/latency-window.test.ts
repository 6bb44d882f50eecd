import { describe, expect, it } from "vitest";
import { latencyAt, latencyWindow, p99sOf, percentilesWithin } from "../../../src/core/latency-window.js";

const START = Date.UTC(2026, 10, 21, 10);

describe("percentiles of latencies", () => {
  it.each([0.2, 1, 7, 48, 1234, 60_000, 14 * 24 * 60 * 60_000])(
    "are within 5 %% or a millisecond of %d ms",
    (latencyMs) => {
      const window = latencyWindow(60);
      latencyAt(window, START, latencyMs);
      const { p50, p99 } = percentilesWithin(window, START + 1000, 10) ?? { p50: -1, p99: -1 };
      expect(Math.abs(p50 - latencyMs)).toBeLessThanOrEqual(Math.max(1, latencyMs * 0.05));
      expect(p99).toBe(p50);
    },
  );

  it("tell the middle from the slowest hundredth, over several seconds", () => {
    const window = latencyWindow(60);
    for (let index = 0; index < 980; index += 1) latencyAt(window, START + (index % 2) * 1000, 10);
    for (let index = 0; index < 20; index += 1) latencyAt(window, START, 900);
    const { p50, p99 } = percentilesWithin(window, START + 2000, 10) ?? { p50: -1, p99: -1 };
    expect(p50).toBeCloseTo(10, 0);
    expect(Math.abs(p99 - 900)).toBeLessThan(45);
  });

  it("are those of the complete seconds that were asked for, and of none where nothing was measured", () => {
    const window = latencyWindow(60);
    latencyAt(window, START, 10);
    expect(percentilesWithin(window, START + 500, 10)).toBeUndefined();
    expect(percentilesWithin(window, START + 1000, 10)).toBeDefined();
    expect(percentilesWithin(window, START + 11_000, 10)).toBeUndefined();
    expect(p99sOf(window, START + 3000, 4).map(Math.round)).toEqual([0, 10, 0, 0]);
  });

  it("take the same memory however many there are", () => {
    const window = latencyWindow(10);
    for (let second = 0; second < 100; second += 1) latencyAt(window, START + second * 1000, second);
    expect(window.histograms.size).toBe(11);
  });
});
