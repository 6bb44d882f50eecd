import { expect, it } from "vitest";
import { averageFill, batchFill, noteBatch } from "../../../src/core/batch-fill.js";

const START = Date.UTC(2026, 10, 21, 10);

it("how full calls were is the average of the last ten seconds", () => {
  const fill = batchFill();
  expect(averageFill(fill, START)).toBeUndefined();
  noteBatch(fill, START, 10, 10);
  noteBatch(fill, START + 1000, 4, 10);
  noteBatch(fill, START + 1000, 0, 4);
  expect(averageFill(fill, START + 2000)).toEqual({ entries: 14 / 3, limit: 8 });
  expect(averageFill(fill, START + 11_000)).toEqual({ entries: 2, limit: 7 });
  expect(averageFill(fill, START + 12_000)).toBeUndefined();
});
