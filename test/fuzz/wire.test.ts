import { describe, expect, it } from "vitest";
import type { Shape } from "./hostile-body.js";
import { fuzzWire } from "./wire-run.js";

describe("evp process", () => {
  it.each<[Shape, number]>([
    ["evp", 200],
    ["mapped", 60],
  ])("gives hostile messages in the shape %s their outcome, and their neighbours theirs", async (shape, count) => {
    const { failures, isBounded } = await fuzzWire(1, count, shape);
    expect(failures.map(({ made, got }) => ({ name: made.name, expected: made.expected, got }))).toEqual([]);
    expect(isBounded).toBe(true);
  });
});
