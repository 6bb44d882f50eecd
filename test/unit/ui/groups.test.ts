import { Chalk } from "chalk";
import { expect, it } from "vitest";
import type { StuckGroup } from "../../../src/app/groups/stuck-groups.js";
import { renderGroups } from "../../../src/ui/plain/groups.js";

const style = (width: number) => ({ width, colour: new Chalk({ level: 0 }) });

const blocked: StuckGroup = {
  groupId: "client-1#account-42",
  state: "blocked",
  clientId: "client-1",
  messageId: "m-1",
  eventId: "e-1",
  type: "transaction",
  reason: "schema-violation",
  why: "/payload/amount must be number",
  since: "2026-11-21T10:00:00.000Z",
  lastTriedAt: "2026-11-21T10:05:07.123Z",
  waitingMs: 7_500_000,
  behindAtLeast: 9,
  hints: ["mend the schema, and start evp process again"],
};
const stalled: StuckGroup = {
  ...blocked,
  groupId: "g",
  state: "stalled",
  ...{ clientId: null, messageId: null, eventId: null, type: null, reason: null },
  why: "publish: Throttled",
  waitingMs: 1500,
  behindAtLeast: 0,
  hints: ["it is tried again by itself"],
};

it("groups that do not move are told with all that is known of them", () => {
  expect(renderGroups([blocked, stalled], style(80))).toBe(`2 groups do not move
client-1#account-42
  blocked for 2 h 5 min, last tried 2026-11-21T10:05:07Z; at least 9 messages
  behind its head
  head: transaction, event e-1, message m-1, of client-1
  schema-violation: /payload/amount must be number
  → mend the schema, and start evp process again
g
  stalled for 1.5 s, last tried 2026-11-21T10:05:07Z
  publish: Throttled
  → it is tried again by itself
`);
  expect(renderGroups([{ ...blocked, behindAtLeast: 1 }], style(200))).toContain(
    "1 group does not move\nclient-1#account-42\n  blocked for 2 h 5 min, last tried 2026-11-21T10:05:07Z; at least 1 message behind its head\n",
  );
});

it.each([40, 80])("they keep to %i columns, and let no text from outside move the cursor", (width) => {
  const hostile = { ...blocked, groupId: `g\u001b[2J${"x".repeat(127)}`, why: "long ".repeat(500) };
  const shown = renderGroups([hostile], style(width));
  expect(Math.max(...shown.split("\n").map((line) => line.length))).toBeLessThanOrEqual(width);
  expect(shown).not.toContain("\u001b");
  expect(shown.length).toBeLessThan(900);
});
