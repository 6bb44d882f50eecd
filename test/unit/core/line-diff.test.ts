import fc from "fast-check";
import { expect, it } from "vitest";
import { diffLines } from "../../../src/core/line-diff.js";

const SIGNS = { same: " ", removed: "-", added: "+" };
const diff = (before: string, after: string) =>
  diffLines([...before], [...after])
    .map(({ kind, text }) => SIGNS[kind] + text)
    .join("");

it.each([
  ["abc", "abc", " a b c"],
  ["abc", "axc", " a-b+x c"],
  ["", "ab", "+a+b"],
  ["ab", "", "-a-b"],
  ["abcd", "ad", " a-b-c d"],
  ["ad", "abcd", " a+b+c d"],
])("%s to %s", (before, after, expected) => {
  expect(diff(before, after)).toBe(expected);
});

it("takes the shortest way", () => {
  const edits = diffLines([..."abcabba"], [..."cbabac"]).filter(({ kind }) => kind !== "same");
  expect(edits).toHaveLength(5);
});

it("overlooks a comma at the end of a line, and shows the line as it is now", () => {
  expect(diffLines(["a", "b"], ["a", "b,", "c"])).toEqual([
    { kind: "same", text: "a" },
    { kind: "same", text: "b," },
    { kind: "added", text: "c" },
  ]);
});

it("leads from the one to the other, whatever they are", () => {
  const texts = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 30 });
  fc.assert(
    fc.property(texts, texts, (before, after) => {
      const lines = diffLines(before, after);
      const without = (left: string) => lines.filter(({ kind }) => kind !== left).map(({ text }) => text);
      expect(without("added")).toEqual(before);
      expect(without("removed")).toEqual(after);
    }),
  );
});

it("comes to an end with what has little in common", () => {
  const before = Array.from({ length: 20_000 }, (_, index) => `old ${index}`);
  const after = Array.from({ length: 20_000 }, (_, index) => `new ${index}`);
  expect(diffLines(before, after)).toHaveLength(40_000);
});
