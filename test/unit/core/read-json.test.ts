import canonicalizeReference from "canonicalize";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readJson, readJsonValue } from "../../../src/core/read-json.js";

function canonical(text: string): string {
  const read = readJson(text);
  if (!read.ok) throw new Error(read.detail);
  return read.canonical;
}

describe("reading JSON", () => {
  it.each([
    ["white space and member order", '{"b":1,"a":[1,2]}', '{ "a" : [1, 2],\n "b" : 1 }'],
    ["ways to write a number", '{"a":100}', '{"a":1.0e2}'],
    ["minus zero", '{"a":0}', '{"a":-0}'],
    ["escapes", '{"a":"é"}', '{"a":"\\u00e9"}'],
    ["digits that no double holds, however written", '{"a":12345678901234567890}', '{"a":1.234567890123456789e19}'],
  ])("takes two documents for the same that differ in %s", (_, one, other) => {
    expect(canonical(one)).toBe(canonical(other));
  });

  it.each([
    ["a value", '{"a":1}', '{"a":2}'],
    ["a type", '{"a":1}', '{"a":"1"}'],
    ["array order", "[1,2]", "[2,1]"],
    ["a digit that a double would drop", '{"a":9007199254740993}', '{"a":9007199254740992}'],
    ["a number that a double rounds to zero", '{"a":1e-400}', '{"a":0}'],
    ["a number and its digits as text", '{"a":9007199254740993}', '{"a":"9007199254740993"}'],
  ])("tells two documents apart that differ in %s", (_, one, other) => {
    expect(canonical(one)).not.toBe(canonical(other));
  });

  it.each([
    ["a member twice", '{"a":1,"b":{"a":2},"a":3}', 'the member "a" stands twice in one object'],
    ["a member twice, spelt in two ways", '{"a":1,"\\u0061":2}', 'the member "a" stands twice in one object'],
    ["__proto__ twice", '{"__proto__":1,"__proto__":2}', 'the member "__proto__" stands twice in one object'],
    ["half a surrogate pair", '{"a":"\\ud83d"}', "a string has half of a surrogate pair"],
    ["half a surrogate pair in a name", '{"\\udc00":1}', "a string has half of a surrogate pair"],
    ["a number too large", "[1e400]", "a number is too large"],
    ["65 levels", "[".repeat(65) + "]".repeat(65), "nested deeper than 64 levels"],
  ])("refuses %s", (_, text, detail) => {
    expect(readJson(text)).toEqual({ ok: false, detail });
  });

  it.each(["", "nope", '{"a":}', "[1,]", '{"a":1} x', "\u0000", "NaN", "'a'", "{'a':1}", "\uFEFF{}", "01"])(
    "refuses what is no JSON: %j",
    (text) => {
      expect(readJson(text)).toMatchObject({ ok: false });
    },
  );

  it.each([
    '{"a":":"}',
    '{"a":"{[\\""}',
    '{"":{"":1}}',
    '{"__proto__":{"x":1}}',
    "[".repeat(64) + "]".repeat(64),
    '"😀"',
    "1",
  ])("is not misled by %j", (text) => {
    expect(readJson(text)).toMatchObject({ ok: true, value: JSON.parse(text) });
  });

  it("writes it for very many members too", () => {
    const names = Array.from({ length: 3_000 }, (_, index) => `m${3_000 - index}`);
    const text = JSON.stringify({ b: Object.fromEntries(names.map((name, index) => [name, index])), a: 1 });
    expect(canonical(text)).toBe(canonicalizeReference(JSON.parse(text)));
  });

  it("writes the canonical form of RFC 8785, as another implementation does", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = JSON.stringify(value);
        expect(canonical(text)).toBe(canonicalizeReference(JSON.parse(text)));
      }),
    );
  });

  it("answers hostile texts of a megabyte quickly", () => {
    const size = 1024 * 1024;
    const texts = [
      "[".repeat(size),
      `"${"\\".repeat(size)}`,
      `{${'"a":1,'.repeat(size / 6)}"a":1}`,
      `["${"\\u0061".repeat(size / 6)}"]`,
      `[1e-${"9".repeat(size)}]`,
      `[${"1".repeat(size)}]`,
      `[0.${"1".repeat(size)}]`,
      "-".repeat(size),
    ];
    for (const text of texts) {
      const start = performance.now();
      readJson(text);
      expect({ text: text.slice(0, 10), isQuick: performance.now() - start < 1000 }).toEqual({
        text: text.slice(0, 10),
        isQuick: true,
      });
    }
  });
});

describe("reading JSON without its canonical form", () => {
  const refusedOrTaken = (text: string) => {
    const read = readJson(text);
    return read.ok ? { ok: true, value: read.value } : read;
  };

  it.each([
    '{"a":1,"a":2}',
    '{"a":{"b":[{"c":1,"\\u0063":2}]}}',
    '{"a":1,"__proto__":{"b":1,"b":2}}',
    '{"__proto__":1,"1":[null,true,"x"]}',
    '{"a":"\\ud800"}',
    '{"a":"\\uD83D\\uDE00"}',
    `{"a":"${String.fromCharCode(0xd800)}"}`,
    '{"a":"😀"}',
    '{"\\udc00":1}',
    '{"a":1e999}',
    `{"a":${"9".repeat(400)}}`,
    '{"a":12345678901234567890}',
    "[".repeat(65) + "]".repeat(65),
    "[".repeat(64) + "]".repeat(64),
    '{"a":1',
    "",
    "null",
  ])("refuses what is refused with it, with the same words, and takes the rest: %j", (text) => {
    expect(readJsonValue(text)).toMatchObject(refusedOrTaken(text));
  });

  it("does so for whatever text", () => {
    const part = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      '"a"',
      '"b"',
      ":",
      ",",
      "1",
      "1e999",
      '"\\ud83d"',
      '{"a":1,"a":1}',
      "null",
    );
    const text = fc.oneof(
      fc.json(),
      fc.array(part, { maxLength: 12 }).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(text, (any) => {
        expect(readJsonValue(any)).toMatchObject(refusedOrTaken(any));
      }),
    );
  });
});
