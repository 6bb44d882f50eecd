import { describe, expect, it } from "vitest";
import { carryOver } from "../../../src/core/carry-over.js";
import { changesBetween, recordOfChanges } from "../../../src/core/json-changes.js";

const changes = (before: string, after: string) =>
  changesBetween(before, after).map((change) => `${change.pointer}: ${change.before} → ${change.after}`);

describe("the changes between two bodies", () => {
  it.each([
    ['{"a":1,"b":2}', '{ "b": 2.0, "a": 1 }', []],
    ['{"a":1}', '{"a":2}', ["/a: 1 → 2"]],
    ['{"a":1}', '{"b":1}', ["/a: 1 → undefined", "/b: undefined → 1"]],
    ['{"a":{"b":[1,{"c":2}]}}', '{"a":{"b":[1,{"c":3}]}}', ["/a/b/1/c: 2 → 3"]],
    ['{"a":[1,2]}', '{"a":[2]}', ["/a: [1,2] → [2]"]],
    ['{"a/b":1}', '{"a/b":"x"}', ['/a~1b: 1 → "x"']],
    ['{"a":12345678901234567890}', '{"a":12345678901234567891}', ["/a: 12345678901234567890 → 12345678901234567891"]],
    ['{"id":1,"id":2}', '{"id":2}', ["/id: 1 → undefined"]],
    ['{"a":', '{"a":1}', [': "{\\"a\\":" → {"a":1}']],
    ['{"a":1}', "oops", [': {"a":1} → "oops"']],
  ])("from %s to %s", (before, after, expected) => {
    expect(changes(before, after)).toEqual(expected);
  });

  it("are recorded as JSON, with their digits", () => {
    const record = recordOfChanges(changesBetween('{"a":1,"b":"x"}', '{"a":12345678901234567890.10}'));
    expect(record).toBe('[{"pointer":"/a","before":1,"after":12345678901234567890.10},{"pointer":"/b","before":"x"}]');
  });

  it("are recorded within bounds", () => {
    const long = JSON.stringify("é".repeat(5_000));
    const [change] = JSON.parse(recordOfChanges([{ pointer: "/a", before: long, after: "1" }]));
    expect(change).toEqual({ pointer: "/a", before: expect.stringMatching(/^"é{2047}…$/), after: 1 });
    const many = Array.from({ length: 1_000 }, () => ({ pointer: "/a", before: long, after: long }));
    expect(recordOfChanges(many).length).toBeLessThan(66_000);
    expect(JSON.parse(recordOfChanges(many)).length).toBeGreaterThan(5);
  });
});

describe("carrying an edit over to the text as it was", () => {
  it.each([
    ['{"a":1.0,"b":[1,2]}', '{\n  "a": 1.0,\n  "b": [\n    1,\n    3\n  ]\n}\n', '{"a":1.0,"b":[1,3]}'],
    ['{"a":1.0,"b":2}', '{\n  "a": 1.0,\n  "c": 3\n}\n', '{"a":1.0,"c":3}'],
    ['{"a":1}', '{\n  "a": 1,\n}\n', '{\n  "a": 1,\n}'],
    ['{"a":', '{"a":5}\n', '{"a":5}'],
    ['{"id":1,"id":2}', '{\n  "id": 2\n}\n', '{\n  "id": 2\n}'],
  ])("%j edited as %j", (body, edited, expected) => {
    expect(carryOver(body, edited)).toBe(expected);
  });
});
