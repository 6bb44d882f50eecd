import { describe, expect, it } from "vitest";
import { readViolations } from "../../../src/core/detail-violations.js";
import { marksOf } from "../../../src/core/letter-marks.js";
import { describeViolations } from "../../../src/core/violations.js";
import { eventBody } from "../../factories/events.js";

const letter = { body: eventBody(), isCut: false };

describe("what a rejection is about", () => {
  it.each([
    ["client-unknown", "/clientId"],
    ["client-inactive", "/clientId"],
    ["type-forbidden", "/type"],
    ["schema-unknown", "/type"],
    ["id-conflict", "/id"],
  ] as const)("%s is about %s", (reason, pointer) => {
    expect(marksOf({ ...letter, reason, detail: "no" }, "evp")).toEqual({ violations: [{ pointer, message: "no" }] });
  });

  it("points where the mapping has its fields", () => {
    const body = '{"specversion":"1.0","type":"t","clientid":"c"}';
    const marks = marksOf({ body, isCut: false, reason: "client-unknown", detail: "no" }, "cloudevents");
    expect(marks.violations).toEqual([{ pointer: "/clientid", message: "no" }]);
  });

  it.each(["too-large", "delivery-refused", "moved-by-queue"] as const)("%s is about no place", (reason) => {
    expect(marksOf({ ...letter, reason, detail: "no" }, "evp")).toEqual({ violations: [] });
  });

  it.each([
    ['{"a":{"b":1,"c":2,"b":3}}', "/a/b"],
    ['{"a":[1,"\\ud800"]}', "/a/1"],
    ['{"a":1e999}', "/a"],
    ['{"\\ud800":1}', "/\ud800"],
  ])("finds what readers disagree about: %s", (body, pointer) => {
    const marks = marksOf({ body, isCut: false, reason: "malformed-json", detail: "no" }, "evp");
    expect(marks).toEqual({ violations: [{ pointer, message: "no" }] });
  });

  it("finds the break in a text that is no JSON, whatever the reason; but not in the beginning of one", () => {
    const broken = { body: '{"a":', reason: "moved-by-queue", detail: "" } as const;
    expect(marksOf({ ...broken, isCut: false }, "evp").broken?.index).toBe(5);
    expect(marksOf({ ...broken, isCut: true }, "evp")).toEqual({ violations: [] });
  });
});

describe("reading violations back from a detail", () => {
  it.each([
    [[{ pointer: "/a", message: "is missing" }]],
    [
      [
        { pointer: "/payload/amount", message: "must be number" },
        { pointer: "/payload/severity", message: 'must be one of "info", "low; high"' },
        { pointer: "", message: "must be object" },
        { pointer: "/my field", message: "is not a known field" },
        { pointer: "/x", message: 'must match pattern "^a b$"' },
      ],
    ],
  ])("gives what was told: %j", (violations) => {
    expect(readViolations(describeViolations(violations))).toEqual(violations);
  });

  it("leaves out what was left out", () => {
    const many = Array.from({ length: 400 }, (_, index) => ({ pointer: `/field${index}`, message: "is missing" }));
    const read = readViolations(describeViolations(many));
    expect(read.length).toBeGreaterThan(100);
    expect(read).toEqual(many.slice(0, read.length));
  });

  it("gives nothing of another text", () => {
    expect(readViolations("client client-1 is not registered")).toEqual([]);
    expect(readViolations("")).toEqual([]);
  });
});
