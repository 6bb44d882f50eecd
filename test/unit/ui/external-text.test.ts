import { expect, test } from "vitest";
import { cleanLines, cleanText } from "../../../src/ui/external-text.js";
import { jsonDocument, jsonLine } from "../../../src/ui/json.js";

test.each([
  ["plain", "plain"],
  ["ação 日本 👍", "ação 日本 👍"],
  ["two\nlines\r\nand\ta tab", "two lines and a tab"],
  ["\u001b[2J\u001b[31mred\u001b[0m", "red"],
  ["\u001b]0;title\u0007text", "text"],
  ["\u009b31mC1", "C1"],
  ["bell\u0007 back\b del\u007f", "bell back del"],
  ["right\u202eto left", "rightto left"],
])("%j reaches a terminal as %j", (text, cleaned) => {
  expect(cleanText(text)).toBe(cleaned);
});

test("text of several lines keeps its line ends and nothing else", () => {
  expect(cleanLines("{\n\t\u001b[1m}\r\n")).toBe("{\n }\n");
});

test("JSON escapes what a terminal would act on, and so loses nothing", () => {
  const value = { text: "a\u009b31m\u202e\u007f\u001b[0m" };
  expect(jsonLine(value)).toBe('{"text":"a\\u009b31m\\u202e\\u007f\\u001b[0m"}\n');
  expect(JSON.parse(jsonDocument(value))).toEqual(value);
});
