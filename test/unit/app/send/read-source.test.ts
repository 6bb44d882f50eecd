import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSource } from "../../../../src/app/send/read-source.js";
import type { SourceItem } from "../../../../src/app/send/split-events.js";

async function read(input: string | Uint8Array, chunkBytes = 7): Promise<SourceItem[]> {
  const bytes = Buffer.from(input);
  async function* chunks() {
    for (let start = 0; start < bytes.length; start += chunkBytes) yield bytes.subarray(start, start + chunkBytes);
  }
  const items: SourceItem[] = [];
  for await (const item of readSource(chunks())) items.push(item);
  return items;
}

describe("events of a file", () => {
  it("stand one a line; blank lines count and are left out", async () => {
    expect(await read('{"a":1}\n\n  \r\n{"b": "ç"}\r\n{"c":3}')).toEqual([
      { line: 1, text: '{"a":1}' },
      { line: 4, text: '{"b": "ç"}' },
      { line: 5, text: '{"c":3}' },
    ]);
  });

  it("stand in an array, each with its own bytes and its line", async () => {
    const text = '\n[ {"a": 1.10,\n  "b": "}],{"},\n{"c":[1,{"d":"\\"]"}]} ,\n"text", 12]\n';
    expect(await read(text)).toEqual([
      { line: 2, text: '{"a": 1.10,\n  "b": "}],{"}' },
      { line: 4, text: '{"c":[1,{"d":"\\"]"}]}' },
      { line: 5, text: '"text"' },
      { line: 5, text: "12" },
    ]);
  });

  it("are an object written over several lines, or several of them", async () => {
    expect(await read('{\n  "a": 1\n}\n{\n  "b": 2\n}\n')).toEqual([
      { line: 1, text: '{\n  "a": 1\n}' },
      { line: 4, text: '{\n  "b": 2\n}' },
    ]);
  });

  it("may follow a byte order mark", async () => {
    expect(await read(`\uFEFF{"a":1}\n`)).toEqual([{ line: 1, text: '{"a":1}' }]);
    expect(await read(`\uFEFF[{"a":1}]`)).toEqual([{ line: 1, text: '{"a":1}' }]);
  });

  it.each([
    ["nothing", "", []],
    ["blank lines", "\n \n", []],
    ["an empty array", "[]", []],
    [
      "an array without its end",
      '[{"a":1},',
      [
        { line: 1, text: '{"a":1}' },
        { line: 1, problem: "the array has no end" },
      ],
    ],
    [
      "an array that breaks off",
      '[{"a":',
      [
        { line: 1, text: '{"a":' },
        { line: 1, problem: "the array has no end" },
      ],
    ],
    [
      "a stray bracket",
      '[}, {"a":1}]',
      [
        { line: 1, text: "}" },
        { line: 1, text: '{"a":1}' },
      ],
    ],
    [
      "text after an array",
      '[{"a":1}]\nx',
      [
        { line: 1, text: '{"a":1}' },
        { line: 2, text: "x" },
      ],
    ],
  ])("of %s", async (_, text, items) => {
    expect(await read(text)).toEqual(items);
  });

  it("are named by their line when they are not UTF-8, and the others are read", async () => {
    const bytes = Buffer.concat([Buffer.from('{"a":1}\n'), Buffer.from([0x22, 0xff, 0x22]), Buffer.from('\n{"b":2}')]);
    expect(await read(bytes)).toEqual([
      { line: 1, text: '{"a":1}' },
      { line: 2, problem: "not UTF-8" },
      { line: 3, text: '{"b":2}' },
    ]);
  });

  it("are refused when no queue takes them, and the others are read", async () => {
    const items = await read(`{"a":1}\n"${"x".repeat(1024 * 1024)}"\n{"b":2}`, 65_536);
    expect(items[1]).toEqual({ line: 2, problem: "longer than 1048576 bytes, which no queue takes" });
    expect(items[2]).toEqual({ line: 3, text: '{"b":2}' });
  });

  it("are the same however the bytes come", async () => {
    const values = fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        values,
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(0, 2),
        async (objects, size, indent) => {
          const texts = objects.map((object) => JSON.stringify(object));
          const inArray = await read(JSON.stringify(objects, null, indent), size);
          expect(inArray.map((item) => JSON.stringify(JSON.parse("text" in item ? item.text : "")))).toEqual(texts);
          expect(await read(texts.join("\n"), size)).toEqual(texts.map((text, index) => ({ line: index + 1, text })));
        },
      ),
      { numRuns: 100 },
    );
  });
});
