import { Chalk } from "chalk";
import { describe, expect, it } from "vitest";
import type { BlockedView } from "../../../src/app/blocked-status.js";
import { renderBlocked } from "../../../src/ui/plain/blocked-groups.js";
import { renderClients } from "../../../src/ui/plain/clients.js";

const style = { width: 80, colour: new Chalk({ level: 0 }) };

function blocked(changes: Partial<BlockedView> = {}): BlockedView {
  return {
    groupId: "client-1#account-42",
    clientId: "client-1",
    eventId: "e-1",
    type: "transaction",
    messageId: "m-1",
    reason: "schema-violation",
    detail: "/payload/amount must be number",
    since: "2026-11-21T10:00:00.000Z",
    lastTriedAt: "2026-11-21T10:05:07.123Z",
    ...changes,
  };
}

describe("blocked groups", () => {
  it("are not mentioned where there are none", () => {
    expect(renderBlocked([], style)).toBe("");
  });

  it("say what blocks them, since when, and what can be done", () => {
    expect(renderBlocked([blocked(), blocked({ groupId: "g", eventId: null, type: null })], style)).toBe(`
2 groups blocked
client-1#account-42
  client client-1, transaction, event e-1
  schema-violation: /payload/amount must be number
  since 2026-11-21T10:00:00Z, last tried 2026-11-21T10:05:07Z
  → mend the schema, and start evp process again
  → or to the DLQ with it: evp client poison client-1 skip
g
  client client-1, no type, message m-1
  schema-violation: /payload/amount must be number
  since 2026-11-21T10:00:00Z, last tried 2026-11-21T10:05:07Z
  → mend the schema, and start evp process again
  → or to the DLQ with it: evp client poison client-1 skip
`);
  });

  it.each([
    ["client-inactive", "→ evp client enable client-1"],
    ["type-forbidden", "→ evp client allow client-1 transaction"],
    ["schema-unknown", "→ mend the schema, and start evp process again"],
    ["too-large", "→ raise maxEventBytes in the config, run evp init, and start evp process again"],
  ])("that can be mended say how: %s", (reason, remedy) => {
    expect(renderBlocked([blocked({ reason })], style)).toContain(remedy);
  });

  it.each(["id-conflict", "delivery-refused", "a-reason-of-another-version"])(
    "whose message cannot be helped can only be skipped: %s",
    (reason) => {
      expect(renderBlocked([blocked({ reason })], style).match(/→.*/g)).toEqual([
        "→ or to the DLQ with it: evp client poison client-1 skip",
      ]);
    },
  );

  it("keep to the width, and let no text from outside move the cursor", () => {
    const shown = renderBlocked([blocked({ groupId: "g\u001b[2J", detail: "long ".repeat(1000) })], style);
    expect(Math.max(...shown.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(shown).toContain("\ng\n");
    expect(
      renderBlocked([blocked({ detail: "long ".repeat(1000) })], { ...style, width: Infinity }).length,
    ).toBeLessThan(700);
  });
});

describe("the list of clients", () => {
  const client = (clientId: string, poisonPolicy: "skip" | "block") => {
    return { clientId, active: true, allowedTypes: ["t"], poisonPolicy, topic: "arn", queue: `${clientId}.fifo` };
  };

  it("tells the poison policies where one is not the usual", () => {
    expect(renderClients([client("a", "skip"), client("b", "block")], style)).toBe(
      [
        "CLIENT  STATE    POISON  MAY HAVE  QUEUE",
        "a       enabled  skip    t         a.fifo",
        "b       enabled  block   t         b.fifo",
        "",
      ].join("\n"),
    );
    expect(renderClients([client("a", "skip")], style)).not.toContain("POISON");
  });
});
