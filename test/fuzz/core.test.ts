import { describe, expect, it } from "vitest";
import { fuzzCore } from "./core-run.js";

describe("core", () => {
  it("gives hostile bodies the outcome that they were made for, each within 50 ms and always the same", () => {
    const { failures, passed } = fuzzCore(1, 800);
    expect(
      failures.map(({ serial, made, got }) => ({ serial, name: made.name, expected: made.expected, got })),
    ).toEqual([]);
    expect(passed).toBe(800);
  });
});
