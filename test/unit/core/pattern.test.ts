import { describe, expect, it } from "vitest";
import { compilePattern } from "../../../src/core/pattern.js";
import { isLinear } from "../../../src/core/pattern-effort.js";
import { parsePattern } from "../../../src/core/pattern-syntax.js";

/** Long enough that an engine which backtracks would not be back this year; for a quadratic one it is a minute. */
const LONG = 256 * 1024;

describe("a pattern", () => {
  it.each([
    ["^[A-Z]{3}$"],
    ["^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"],
    ["^[!-~]{1,128}$"],
    ["^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d{1,9})?)?Z$"],
    ["^.+$"],
    ["^https?://"],
    ["\\.(jpg|png|gif)$"],
    ["^(?:ab|cd){0,3}$"],
    ["^(?=.*[a-z])(?=.*[A-Z])(?=.*\\d)(?=.*[^\\w\\s]).{8,64}$"],
    ["^(?!.*\\.\\..*)[a-z.]+$"],
    ["^(?<year>\\d{4})\\b"],
    ["(?<=a)b"],
  ])("gives nothing to backtrack into: %s", (source) => {
    expect(isLinear(parsePattern(source))).toBe(true);
    expect(compilePattern(source)).toBeInstanceOf(RegExp);
  });

  it.each([
    ["nested repetitions", "^(a+)+$", "a".repeat(LONG), "!"],
    ["branches that take the same", "^(?:a|a|\\w)*$", "a".repeat(LONG), "!"],
    ["branches of one length and two", "^(?:a|aa)+$", "a".repeat(LONG), "!"],
    ["words and the spaces between them", "^(\\w+\\s?)*$", "a".repeat(LONG), "!"],
    ["two repetitions side by side", "^\\s*\\S*\\s*\\S*$", " ".repeat(LONG), "x x x"],
    ["a repetition that may begin anywhere", "\\s+$", " ".repeat(LONG), "x"],
    ["a mail address", "^\\S+@\\S+\\.\\S+$", "a@a.".repeat(LONG / 4), " "],
    ["bounded repetitions of bounded repetitions", "^(?:a{0,9}){0,9}(?:a{0,9}){0,9}$", "a".repeat(20), "!"],
    ["a host name", "^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,}$", `${"a.".repeat(LONG / 2)}com`, "."],
  ])("is matched without backtracking: %s", (_, source, fitting, spoiling) => {
    const pattern = compilePattern(source);
    expect(pattern).not.toBeInstanceOf(RegExp);
    expect(pattern.test(fitting)).toBe(true);
    expect(pattern.test(fitting + spoiling)).toBe(false);
  });

  it.each([
    ["a look ahead beside repetitions", "^(a+)+(?=b)", "it looks ahead or behind"],
    ["a reference back beside repetitions", "^(a|b)+\\1+$", "it refers back to a group"],
    ["more positions than are written out", "^(?:a{1,900}b?){1,900}$", "places when its repetitions are written out"],
    [
      "as many states as there are numbers of 100 bits",
      "[ab]*a[ab]{100}c",
      "the table that would match it safely is too large",
    ],
  ])("is refused: %s", (_, source, reason) => {
    expect(() => compilePattern(source)).toThrow(reason);
    expect(() => compilePattern(source)).toThrow(JSON.stringify(source));
  });

  it("that is no pattern is refused as JavaScript refuses it", () => {
    expect(() => compilePattern("(")).toThrow(SyntaxError);
    expect(() => compilePattern("\\A")).toThrow(SyntaxError);
  });

  it("tells itself from every other, since ajv keeps one for all that look the same", () => {
    const patterns = ["^(a+)+$", "^(b+)+$", "^a$"].map((source) => String(compilePattern(source)));
    expect(new Set(patterns).size).toBe(3);
  });
});
