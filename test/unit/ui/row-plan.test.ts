import { describe, expect, it } from "vitest";
import { planRows } from "../../../src/ui/live/row-plan.js";

const DEMANDS = [
  { name: "head", least: 1, most: 1 },
  { name: "foot", least: 1, most: 1 },
  { name: "table", least: 2, most: 6 },
  { name: "list", least: 2, most: 4 },
  { name: "gap", least: 0, most: 1 },
] as const;

describe("the lines of a terminal", () => {
  it.each([
    [0, [0, 0, 0, 0, 0]],
    [1, [1, 0, 0, 0, 0]],
    [3, [1, 1, 0, 0, 1]],
    [4, [1, 1, 2, 0, 0]],
    [6, [1, 1, 2, 2, 0]],
    [7, [1, 1, 3, 2, 0]],
    [9, [1, 1, 3, 3, 1]],
    [10, [1, 1, 4, 3, 1]],
    [100, [1, 1, 6, 4, 1]],
  ])("%d of them are dealt out as %j", (rows, expected) => {
    const rowsOf = planRows(rows, DEMANDS);
    expect(DEMANDS.map(({ name }) => rowsOf(name))).toEqual(expected);
  });
});
