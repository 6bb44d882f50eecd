import { Chalk } from "chalk";
import { expect, it } from "vitest";
import type { PlannedRedrive } from "../../../src/core/redrive.js";
import { renderDifference } from "../../../src/ui/plain/difference.js";
import { renderRedrivePlan } from "../../../src/ui/plain/redrive-plan.js";

const style = { width: 80, colour: new Chalk({ level: 0 }) };

function planned(changes: Partial<PlannedRedrive>): PlannedRedrive {
  const letter = { messageId: "m", eventId: "e", clientId: "client-1", groupId: "client-1#a" };
  return { ...letter, verdict: "would-pass", action: "send", ...changes };
}

it("a plan is told by group, then letter by letter where there is something to say", () => {
  const plan = [
    planned({}),
    planned({
      eventId: "e-2",
      verdict: "still-invalid",
      detail: "schema-violation: /payload/amount must be number",
      action: "skip",
    }),
    planned({ groupId: "client-1#b" }),
    planned({ groupId: "client-1#b", eventId: "e-4", verdict: "behind-newer", detail: "newer events went ahead" }),
  ];
  expect(renderRedrivePlan(plan, style)).toBe(`GROUP       LETTERS  PASS  BEHIND NEWER  INVALID
client-1#a        2     1             0        1
client-1#b        2     1             1        0

EVENT OR MESSAGE  CLIENT    VERDICT        DETAIL
e-2               client-1  still-invalid  schema-violation: /payload/amount mu…
e-4               client-1  behind-newer   newer events went ahead
`);
});

it("a plan in which all pass is only told by group", () => {
  expect(renderRedrivePlan([planned({})], style)).toBe("GROUP       LETTERS  PASS\nclient-1#a        1     1\n");
});

it("a long plan is cut on a terminal, and whole in a pipe", () => {
  const plan = Array.from({ length: 50 }, (_, index) => planned({ groupId: `g-${index}` }));
  expect(renderRedrivePlan(plan, style)).toContain("… and 30 groups more\n");
  expect(renderRedrivePlan(plan, { ...style, width: Number.POSITIVE_INFINITY })).toContain("g-49");
});

it("a plan fits a narrow terminal", () => {
  const plan = [planned({ groupId: "a-rather-long-client-name#and-a-long-key", verdict: "behind-newer" })];
  const lines = renderRedrivePlan(plan, { ...style, width: 60 }).split("\n");
  expect(lines.filter((line) => line.length > 60)).toEqual([]);
});

it("a difference is told by line, with what is around it", () => {
  const before = { a: 1, b: 2, c: 3, d: { e: 4, f: 5, g: 6, h: 7 } };
  const after = { ...before, d: { ...before.d, h: "x", i: "\u001b[31m" } };
  expect(renderDifference(JSON.stringify(before), JSON.stringify(after), style)).toBe(`  …
      "e": 4,
      "f": 5,
      "g": 6,
-     "h": 7
+     "h": "x",
+     "i": "\\u001b[31m"
    }
  }
`);
});

it("a difference of what is no JSON is told by its own lines", () => {
  expect(renderDifference('{"a":\n1', '{"a":\n1}', style)).toBe('  {"a":\n- 1\n+ 1}\n');
});
