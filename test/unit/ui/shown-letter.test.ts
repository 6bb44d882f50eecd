import { Chalk } from "chalk";
import { describe, expect, it } from "vitest";
import type { ShownLetter } from "../../../src/app/dlq/show-dead-letter.js";
import { renderShownLetter } from "../../../src/ui/plain/shown-letter.js";

const style = { width: 60, colour: new Chalk({ level: 0 }) };
const pipe = { ...style, width: Number.POSITIVE_INFINITY };

function shown(changes: Partial<ShownLetter> = {}): ShownLetter {
  const { body = '{"id":"e-1","payload":{"amount":"a lot"}}' } = changes;
  return {
    messageId: "m-1",
    eventId: "e-1",
    clientId: "client-1",
    type: "transaction",
    groupId: "client-1#k",
    reason: "schema-violation",
    detail: "/payload/amount must be number",
    rejectedAt: "2026-11-21T10:00:00.000Z",
    redrives: 0,
    body,
    bodyBytes: Buffer.byteLength(body),
    violations: [{ pointer: "/payload/amount", message: "must be number" }],
    brokenAt: null,
    now: { verdict: "still-invalid", detail: "schema-violation: /payload/amount must be number", action: "skip" },
    otherLetters: [],
    ...changes,
  };
}

const bodyOf = (text: string) => text.slice(text.indexOf("body"), text.indexOf("now  "));
const steps = (changes: Partial<ShownLetter>) =>
  renderShownLetter(shown(changes), pipe, { full: false }).match(/(?<=→ ).*/g);

describe("one dead letter", () => {
  it("is shown with its facts, its body marked, and what can be done", () => {
    expect(renderShownLetter(shown(), style, { full: false })).toBe(`message      m-1
event        e-1
client       client-1
type         transaction
group        client-1#k
rejected at  2026-11-21T10:00:00.000Z
redrives     0
reason       schema-violation
detail       /payload/amount must be number
body
  {
    "id": "e-1",
    "payload": {
>     "amount": "a lot"
      ^ /payload/amount must be number
    }
  }
now          it would be rejected again, for the same reason
→ evp dlq fix e-1 --set /payload/amount=…
→ evp why e-1
`);
  });

  it("is marked in red where there is colour, and nowhere else told apart by colour alone", () => {
    const text = renderShownLetter(shown(), { width: 60, colour: new Chalk({ level: 1 }) }, { full: false });
    expect(text).toContain('\u001b[31m>     "amount": "a lot"\u001b[39m');
  });

  it("has what is missing where it belongs", () => {
    const violations = [{ pointer: "/payload/currency", message: "is missing" }];
    expect(renderShownLetter(shown({ violations }), style, { full: false })).toContain(`
      "amount": "a lot"
+     "currency"
      ^ /payload/currency is missing
    }
`);
  });

  it("wraps a long message, and cuts a long line of the body on a terminal only", () => {
    const violations = [{ pointer: "/payload/amount", message: `must be one of ${'"somewhat long", '.repeat(5)}"x"` }];
    const long = { body: `{"payload":{"amount":"${"x".repeat(100)}"}}`, violations };
    const lines = bodyOf(renderShownLetter(shown(long), style, { full: false })).split("\n");
    expect(lines.filter((line) => line.length > 60)).toEqual([]);
    expect(lines.join("\n")).toContain(
      `"${"x".repeat(42)}…\n      ^ /payload/amount must be one of "somewhat long",\n        "somewhat`,
    );
    expect(renderShownLetter(shown(long), pipe, { full: false })).toContain("x".repeat(100));
    expect(renderShownLetter(shown(long), style, { full: true })).toContain("x".repeat(100));
  });

  it("leaves out the middle of a huge body, but nothing that is marked", () => {
    const items = Array.from({ length: 5_000 }, (_, index) => index);
    const violations = [{ pointer: "/payload/2500", message: "must be string" }];
    const huge = { body: JSON.stringify({ payload: items }), violations };
    const text = bodyOf(renderShownLetter(shown(huge), style, { full: false }));
    expect(text.split("\n").length).toBeLessThan(60);
    expect(text).toContain(`    2499,\n>     2500,\n      ^ /payload/2500 must be string\n      2501,`.slice(4));
    expect(text).toContain("  … 2469 lines; --full shows them\n");
    expect(renderShownLetter(shown(huge), style, { full: true })).not.toContain("…  lines");
    expect(renderShownLetter(shown(huge), pipe, { full: false })).toContain("\n      4999\n");
  });

  it("shows where a text that is no JSON breaks", () => {
    const broken = {
      body: '{\n  "id": "e-1"\n  "payload": {}\n}',
      violations: [],
      brokenAt: { index: 19, line: 3, column: 3, message: 'a comma, or "}", was expected' },
    };
    expect(bodyOf(renderShownLetter(shown(broken), style, { full: false }))).toBe(`body
  1 {
  2   "id": "e-1"
> 3   "payload": {}
      ^ a comma, or "}", was expected (line 3, column 3)
  4 }
`);
  });

  it("shows the part of a long line where it breaks", () => {
    const long = `{"text":"${"x".repeat(200)}",,"more":"${"y".repeat(200)}"}`;
    const brokenAt = { index: 211, line: 1, column: 212, message: "a name in double quotes was expected" };
    const lines = bodyOf(
      renderShownLetter(shown({ body: long, violations: [], brokenAt }), style, { full: false }),
    ).split("\n");
    expect(lines.filter((line) => line.length > 60)).toEqual([]);
    expect(lines[1]).toMatch(/^> 1 …x+",,"more":"y+…$/);
    expect(lines[1]?.[lines[2]?.indexOf("^") ?? 0]).toBe(",");
  });

  it("never lets a body act on the terminal", () => {
    const hostile = '{"a":"\u009b2J","b":"\u202egnp"}';
    for (const brokenAt of [null, { index: 3, line: 1, column: 4, message: "no" }]) {
      const text = renderShownLetter(shown({ body: hostile, violations: [], brokenAt }), style, { full: false });
      for (const control of ["\u009b", "\u202e", "\u001b"]) expect(text).not.toContain(control);
    }
  });

  it("tells of a body that is only a beginning, and of other letters of the event", () => {
    const text = renderShownLetter(shown({ bodyBytes: 400_000, otherLetters: ["m-0"] }), pipe, { full: false });
    expect(text).toContain("body, the first 41 of 400000 bytes\n");
    expect(text).toContain("also         m-0 (other letters of the event)\n");
    expect(text).toContain("→ evp dlq fix m-1 --set");
  });
});

describe("what can be done about a dead letter", () => {
  const now = (detail: string) => ({ verdict: "still-invalid", detail, action: "skip" }) as const;
  const none: ShownLetter["violations"] = [];

  it.each<[string, Partial<ShownLetter>, string]>([
    ["it would pass", { now: { verdict: "would-pass", action: "send" } }, "evp dlq redrive --id m-1"],
    [
      "it was redriven often",
      { now: { verdict: "too-many-redrives", action: "skip" } },
      "evp dlq redrive --id m-1 --force",
    ],
    ["its client is unknown", { now: now("client-unknown: no") }, "evp client add client-1"],
    ["its client is disabled", { now: now("client-inactive: no") }, "evp client enable client-1"],
    ["its type is forbidden", { now: now("type-forbidden: no") }, "evp client allow client-1 transaction"],
    ["it is too large", { now: now("too-large: no") }, "evp dlq fix e-1 --editor"],
    [
      "it is no JSON",
      { now: now("malformed-json: no"), violations: none, brokenAt: { index: 0, line: 1, column: 1, message: "" } },
      "evp dlq fix e-1 --editor",
    ],
    [
      "it has a field too many",
      { violations: [{ pointer: "/x", message: "is not a known field" }] },
      "evp dlq fix e-1 --editor",
    ],
    [
      "it has a name that a shell would read",
      { violations: [{ pointer: "/pay load/it's", message: "is missing" }] },
      "evp dlq fix e-1 --set '/pay load/it'\\''s='…",
    ],
  ])("where %s", (_, changes, first) => {
    expect(steps(changes)).toContain(first);
    expect(steps(changes)?.at(-1)).toBe("evp why e-1");
  });

  it("where it is gone, is only to ask why", () => {
    expect(steps({ now: { verdict: "not-on-dlq", action: "skip" } })).toEqual(["evp why e-1"]);
  });
});
