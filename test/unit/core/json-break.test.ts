import fc from "fast-check";
import { expect, it } from "vitest";
import { findJsonBreak } from "../../../src/core/json-break.js";
import { isJson } from "../../../src/core/json-tree.js";

it.each<[string, number, string]>([
  ["", 0, "a document was expected"],
  ["  ", 2, "a document was expected"],
  ["hello", 0, "a value was expected"],
  ['{"a":1', 6, 'the text ends before the "}" that it needs'],
  ['{"a":[1,2', 9, 'the text ends before the "]" that it needs'],
  ['{"a":1,}', 7, "a name in double quotes was expected"],
  ["{'a':1}", 1, 'a name in double quotes, or "}", was expected'],
  ["[1,]", 3, "a value was expected"],
  ['{"a" 1}', 5, "a colon was expected"],
  ['{"a":1 "b":2}', 7, 'a comma, or "}", was expected'],
  ["[1 2]", 3, 'a comma, or "]", was expected'],
  ['{"a":01}', 5, "no number of JSON"],
  ['{"a":-}', 5, "no number of JSON"],
  ['{"a":1.}', 5, "no number of JSON"],
  ['{"a":"b}', 5, "the string that begins here does not end"],
  ['{"a":"b\nc"}', 7, "a line end or control character in a string has to be escaped"],
  ['{"a":"\\x"}', 6, "no escape of JSON"],
  ['{"a":"\\u12"}', 6, "no escape of JSON"],
  ["{} {}", 3, "the document has ended before this"],
  ["[1]]", 3, "the document has ended before this"],
  ['{"a":NaN}', 5, "a value was expected"],
  ["\uFEFF{}", 0, "a value was expected"],
])("%j breaks at %i", (text, index, message) => {
  expect(findJsonBreak(text)).toEqual({ index, message });
});

it("finds nothing wrong with JSON, and something with everything else", () => {
  const almostJson = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom("", ",", '"', "}", "]", "\\", "1", " ", "\n", "null"))
    .map(([json, at, text]) => json.slice(0, at % (json.length + 1)) + text + json.slice((at % (json.length + 1)) + 1));
  fc.assert(
    fc.property(fc.oneof(fc.json(), almostJson, fc.string()), (text) => {
      expect(findJsonBreak(text) === undefined).toBe(isJson(text));
    }),
    { numRuns: 2_000 },
  );
});

it("is quick with a megabyte of brackets", () => {
  expect(findJsonBreak("[".repeat(1_000_000))?.index).toBe(1_000_000);
  expect(findJsonBreak(`"${"\\u0000".repeat(170_000)}`)?.index).toBe(0);
});
