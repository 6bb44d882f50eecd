import { hash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Line, LineSplitter, MAX_LINE_BYTES, TAIL_BYTES } from "../../../src/core/line-splitter.js";

/** Every line, and the one without a line end. */
function split(bytes: Buffer, chunkBytes: number, splitter = new LineSplitter()): Line[] {
  const lines: Line[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes)
    lines.push(...splitter.push(bytes.subarray(at, at + chunkBytes)));
  const last = splitter.end();
  return last === undefined ? lines : [...lines, last];
}

const textsOf = (lines: Line[]) => lines.map(({ bytes }) => bytes.toString("utf8"));

describe("lines of bytes", () => {
  it.each([
    { what: "nothing", bytes: "", lines: [] },
    { what: "one line", bytes: "a\n", lines: ["a"] },
    { what: "a last line without a line end", bytes: "a\nb", lines: ["a", "b"] },
    { what: "empty lines", bytes: "\n\na\n\n", lines: ["", "", "a", ""] },
    { what: "CRLF", bytes: "a\r\nb\r\r\n\r\n", lines: ["a", "b\r", ""] },
    { what: "a byte order mark", bytes: "\uFEFFa\n\uFEFFb\n", lines: ["a", "\uFEFFb"] },
    { what: "characters of several bytes", bytes: "ação 🚀\nénd", lines: ["ação 🚀", "énd"] },
  ])("$what, however it comes", ({ bytes, lines }) => {
    for (const chunkBytes of [1, 2, 3, 5, 1000]) expect(textsOf(split(Buffer.from(bytes), chunkBytes))).toEqual(lines);
  });

  it("say their number, where they end, and what is before that", () => {
    const lines = split(Buffer.from("ab\n\nç\nd"), 2);
    expect(lines.map(({ number, end }) => [number, end])).toEqual([
      [1, 3],
      [2, 4],
      [3, 7],
      [4, 8],
    ]);
    expect(lines.map(({ tail }) => tail.toString())).toEqual(["ab\n", "ab\n\n", "ab\n\nç\n", "ab\n\nç\nd"]);
  });

  it("go on in the middle of a file", () => {
    const splitter = new LineSplitter({ offset: 100, line: 7, tail: Buffer.from("before\n") });
    const [line] = split(Buffer.from("\uFEFFa\n"), 2, splitter);
    expect(line).toMatchObject({ number: 7, end: 105, bytes: Buffer.from("\uFEFFa") });
    expect(line?.tail.toString()).toBe("before\n\uFEFFa\n");
  });

  it("are the same however they come, with the same bytes before their ends", () => {
    const piece = fc.constantFrom("a", "é", "🚀", "\r", "\n", "\r\n", "x".repeat(200), "\uFEFF");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.integer({ min: 1, max: 300 }), (pieces, chunkBytes) => {
        const bytes = Buffer.from(pieces.join(""));
        const lines = split(bytes, chunkBytes);
        expect(lines).toEqual(split(bytes, bytes.length + 1));
        for (const { end, tail } of lines) expect(tail).toEqual(bytes.subarray(Math.max(0, end - TAIL_BYTES), end));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    { sizeBytes: MAX_LINE_BYTES, isCut: false },
    { sizeBytes: MAX_LINE_BYTES + 2, isCut: true },
    { sizeBytes: 9_000_000, isCut: true },
  ])("of $sizeBytes bytes are cut: $isCut", ({ sizeBytes, isCut }) => {
    const long = Buffer.alloc(sizeBytes, "x");
    const lines = split(Buffer.concat([Buffer.from("a\n"), long, Buffer.from("\nb\n")]), 65_536);
    expect(lines.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(lines[1]?.cut).toEqual(isCut ? { sizeBytes, sha256: hash("sha256", long) } : undefined);
    expect(lines[1]?.bytes).toHaveLength(isCut ? 65_536 : sizeBytes);
    expect(lines[2]).toMatchObject({ bytes: Buffer.from("b"), cut: undefined, end: sizeBytes + 5 });
  });
});
