import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { carriableText, isCarriable } from "../../../src/core/carriable-text.js";

const bytes = (...parts: (string | number)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from([part]))));

describe("a text that SQS takes", () => {
  it.each([
    ['{"a":1}', true],
    ["\t\n\r ação 🚀 \uE000 \uFFFD", true],
    ["", false],
    ["a\u0000b", false],
    ["a\u001bb", false],
    ["a\uFFFEb", false],
    ["a\uFFFFb", false],
  ])("%j: %s", (text, expected) => {
    expect(isCarriable(text)).toBe(expected);
  });

  it.each([
    { what: "text stays as it is", from: bytes('{"a":"ação 🚀 \\u0000"}'), to: '{"a":"ação 🚀 \\u0000"}' },
    { what: "Latin-1", from: bytes('{"a":"caf', 0xe9, '"}'), to: '{"a":"caf\\xe9"}' },
    { what: "an overlong form", from: bytes(0xc0, 0xaf), to: "\\xc0\\xaf" },
    { what: "a surrogate in UTF-8", from: bytes(0xed, 0xa0, 0x80), to: "\\xed\\xa0\\x80" },
    { what: "a character cut in half", from: bytes("a", 0xf0, 0x9f), to: "a\\xf0\\x9f" },
    { what: "a character that SQS forbids", from: bytes("a\uFFFFb"), to: "a\\xef\\xbf\\xbfb" },
    { what: "NUL", from: bytes("a", 0, "b"), to: "a\\x00b" },
    { what: "a backslash before it", from: bytes('"\\', 0xe9, '"'), to: '"\\x5c\\xe9"' },
  ])("$what", ({ from, to }) => {
    expect(carriableText(from, 1000)).toBe(to);
  });

  it("ends with a whole character", () => {
    expect(carriableText(bytes("aé🚀"), 3)).toBe("aé");
    expect(carriableText(bytes("aé🚀"), 2)).toBe("a");
    expect(carriableText(bytes("aé🚀"), 6)).toBe("aé");
  });

  it("is always one, and never JSON where anything had to be changed", () => {
    const piece = fc.oneof(
      fc.constantFrom("{", "}", '"', "\\", ":", '{"a":"', '"}', "é", "\uFFFF"),
      fc.integer({ min: 0x80, max: 0xff }),
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 12 }), (parts) => {
        const from = bytes(...parts);
        const text = carriableText(from, 1000);
        expect(isCarriable(text)).toBe(true);
        if (Buffer.from(text).equals(from)) return;
        expect(() => JSON.parse(text)).toThrow();
      }),
      { numRuns: 2000 },
    );
  });
});
