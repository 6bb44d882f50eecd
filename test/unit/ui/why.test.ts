import { Chalk } from "chalk";
import { describe, expect, it } from "vitest";
import type { EventLife, StepView, WhyDocument } from "../../../src/app/why/event-life.js";
import { durationText } from "../../../src/ui/plain/duration.js";
import { renderWhy } from "../../../src/ui/plain/why.js";
import { wrapText } from "../../../src/ui/plain/wrap-text.js";

const style = (width: number) => ({ width, colour: new Chalk({ level: 0 }) });

const TIMELINE: StepView[] = [
  { step: "sent", at: "2026-11-21T10:00:00.000Z", sinceMs: null, messageId: "m-1" },
  {
    step: "received",
    at: "2026-11-21T10:00:00.012Z",
    sinceMs: 12,
    messageId: "m-1",
    groupId: "client-1#account-42",
    sequence: "18889348512345678901",
  },
  { step: "validated", at: null, sinceMs: null, messageId: "m-1", violations: [] },
  { step: "permitted", at: null, sinceMs: null, messageId: "m-1" },
  {
    step: "stored",
    at: "2026-11-21T10:00:01.500Z",
    sinceMs: 1488,
    messageId: "m-1",
    expiresAt: "2026-12-21T10:00:01.000Z",
  },
  {
    step: "published",
    at: "2026-11-21T10:00:01.520Z",
    sinceMs: 20,
    messageId: "m-1",
    topicArn: "arn:aws:sns:us-east-1:000000000000:evp-client-1.fifo",
    snsMessageId: "s-1",
    sequence: "10000000000000000001",
  },
];

function life(changes: Partial<WhyDocument> = {}): WhyDocument {
  return {
    eventId: "e-1",
    clientId: "client-1",
    outcome: "published",
    reason: null,
    type: "transaction",
    version: "1.0",
    source: "checkout",
    groupId: "client-1#account-42",
    facts: [],
    timeline: TIMELINE,
    totalMs: 1520,
    waiting: null,
    judgedNow: null,
    hints: [],
    foundBy: "event-id",
    others: [],
    places: [],
    ...changes,
  };
}

const REJECTED: Partial<EventLife> = {
  outcome: "rejected",
  reason: "schema-violation",
  timeline: [
    { step: "sent", at: "2026-11-20T23:59:59.000Z", sinceMs: null, messageId: "m-1", redriveOf: "m-0" },
    { step: "received", at: null, sinceMs: null, messageId: "m-1", groupId: "g", sequence: "" },
    {
      step: "validated",
      at: null,
      sinceMs: null,
      messageId: "m-1",
      reason: "schema-violation",
      violations: [
        { pointer: "/payload/amount", message: "must be number", found: '"a lot\u001b[2J"' },
        { pointer: "", message: "must have at least 2 members" },
      ],
    },
    {
      step: "rejected",
      at: "2026-11-21T00:00:00.000Z",
      sinceMs: 1000,
      messageId: "m-1",
      reason: "schema-violation",
      detail: "not told again",
      isDoubtful: false,
    },
    { step: "purged", at: "2026-11-23T00:00:00.000Z", sinceMs: 172_800_000, messageId: "m-1" },
  ],
};

describe("the life of an event on a terminal", () => {
  it("is a timeline, with the time between the steps and the total", () => {
    expect(renderWhy(life(), style(80))).toBe(`event e-1 of client-1
published, 1.5 s after it was sent
transaction 1.0, from checkout, group client-1#account-42

2026-11-21 (UTC)
10:00:00.000          sent        message m-1
10:00:00.012  +12 ms  received    group client-1#account-42
                                  sequence 18889348512345678901
                      validated   ✓ transaction 1.0
                      permitted   ✓ client-1 may have transaction
10:00:01.500  +1.4 s  stored      in the journal, until 2026-12-21
10:00:01.520  +20 ms  published   topic evp-client-1.fifo
                                  sequence 10000000000000000001
                                  SNS message s-1
`);
  });

  it("shows each violation with what was found, each new day, and no control character", () => {
    const hints = ["it would pass now: evp dlq redrive --id m-1"];
    expect(renderWhy(life({ ...REJECTED, hints }), style(80))).toBe(`event e-1 of client-1
rejected: schema-violation
transaction 1.0, from checkout, group client-1#account-42

2026-11-20 (UTC)
23:59:59.000        sent        message m-1
                                a redrive of message m-0
                    received    group g
                    validated   ✗ schema-violation
                                /payload/amount must be number
                                  found "a lot"
                                the document must have at least 2 members
2026-11-21 (UTC)
00:00:00.000  +1 s  rejected    schema-violation; to the DLQ
2026-11-23 (UTC)
00:00:00.000  +2 d  purged      its dead letter was deleted

→ it would pass now: evp dlq redrive --id m-1
`);
  });

  it.each([40, 50, 60, 80, 120])("keeps to %i columns", (width) => {
    const long = "x".repeat(200);
    const hints = [`a hint that is ${"long ".repeat(30)}`];
    const judgedNow = { passes: false, reason: "too-large", detail: long, isChanged: true };
    const shown = renderWhy(life({ ...REJECTED, eventId: long, groupId: long, hints, judgedNow }), style(width));
    expect(Math.max(...shown.split("\n").map((line) => line.length))).toBeLessThanOrEqual(width);
    expect(shown.replaceAll(/\s/g, "")).toContain(long);
  });

  it("puts what a step tells below it where there is little room", () => {
    expect(renderWhy(life(), style(50)).split("\n").slice(6, 10)).toEqual([
      "10:00:00.000          sent",
      "    message m-1",
      "10:00:00.012  +12 ms  received",
      "    group client-1#account-42",
    ]);
  });

  it("names the message where it is another, and leaves out the middle of many repetitions", () => {
    const again = (index: number): StepView => ({
      step: "duplicate",
      at: "2026-11-21T10:00:02.000Z",
      sinceMs: index,
      messageId: `m-${index}`,
      owner: "m-1",
    });
    const shown = renderWhy(
      life({ timeline: [...TIMELINE, ...Array.from({ length: 50 }, (_, index) => again(index + 2))] }),
      style(80),
    );
    expect(shown.match(/message m-\d+ brought it again/g)).toEqual(
      ["m-2", "m-3", "m-4", "m-51"].map((id) => `message ${id} brought it again`),
    );
    expect(shown).toContain("… 46 more\n");
    const rejected: StepView = {
      step: "rejected",
      at: "2026-11-21T10:00:02.000Z",
      sinceMs: -3,
      messageId: "m-9",
      reason: "id-conflict",
      detail: "message m-1 carried this id with other content",
      isDoubtful: false,
    };
    expect(renderWhy(life({ timeline: [...TIMELINE, rejected] }), style(120))).toContain(
      `10:00:02.000   -3 ms  rejected    id-conflict; to the DLQ
                                  message m-1 carried this id with other content
                                  message m-9
`,
    );
  });

  it("tells what was changed in a copy, and where a replay went", () => {
    const timeline: StepView[] = [
      {
        step: "redriven",
        at: "2026-11-21T10:00:02.000Z",
        sinceMs: null,
        messageId: "m-1",
        sentAs: "m-9",
        changes: [
          { pointer: "/payload/amount", before: "a lot", after: 12 },
          { pointer: "/x", before: 1 },
        ],
      },
      {
        step: "replayed",
        at: "2026-11-21T10:00:03.000Z",
        sinceMs: 1000,
        messageId: null,
        replayId: "r-1",
        to: "queue",
        sequence: "7",
      },
    ];
    const shown = renderWhy(life({ timeline }), style(80));
    expect(shown).toContain('/payload/amount: "a lot" → 12\n');
    expect(shown).toContain("/x: 1 → nothing\n");
    expect(shown).toContain("sent to its client's queue again\n");
  });

  it("shows the body over several lines, its numbers as they were written, and says how much is missing", () => {
    const body = '{"amount":12345678901234567890.10,"note":"\\u001b[2J"}';
    expect(renderWhy(life({ body, bodyBytes: 400_000 }), style(80))).toContain(
      '\nbody (the first 53 of 400000 bytes)\n{\n  "amount": 12345678901234567890.10,\n  "note": "\\u001b[2J"\n}\n',
    );
    expect(renderWhy(life({ body: "no\u001b[2J\njson", bodyBytes: 11 }), style(80))).toContain("\nbody\nno\njson\n");
  });

  it("shows several clients' one after the other", () => {
    const shown = renderWhy(life({ others: [{ ...life(), clientId: "client-2" }] }), style(80));
    expect(shown.match(/^event .*/gm)).toEqual(["event e-1 of client-1", "event e-1 of client-2"]);
  });

  it.each<[Partial<WhyDocument>, string]>([
    [
      { outcome: "accepted", waiting: { why: "down", detail: "the store is down", since: null } },
      "stored, not published yet: the store is down",
    ],
    [{ outcome: "redriven" }, "redriven, no outcome yet"],
    [{ outcome: "blocked", reason: "too-large" }, "waits for an operator: too-large"],
    [{ outcome: "purged", reason: "too-large" }, "rejected: too-large; its dead letter was deleted"],
    [{ outcome: "duplicate" }, "published, so long ago that only its duplicates are remembered"],
    [{ outcome: "forgotten" }, "forgotten: sent again, it would be a new event"],
    [{ outcome: "published", totalMs: null }, "published"],
  ])("says what has become of it: %o", (changes, text) => {
    expect(renderWhy(life(changes), style(120)).split("\n")[1]).toBe(text);
  });

  it("says how the id led there", () => {
    const kept = { eventId: "m-1", clientId: null };
    expect(renderWhy(life({ ...kept, foundBy: "body" }), style(200))).toMatch(
      /^The journal keeps it under the id of its message, since its body names no valid id and client:\n\nmessage m-1\n/,
    );
    expect(renderWhy(life({ foundBy: "message-id" }), style(80))).toMatch(/^That is the id of a message\./);
  });

  it("says where an unknown one may be, the likeliest first", () => {
    const places: WhyDocument["places"] = [
      {
        place: "ingress",
        likelihood: "likely",
        detail: `still on the queue:${" words".repeat(12)}`,
        hint: "evp process",
      },
      { place: "dlq", likelihood: "unlikely", detail: "on the DLQ" },
    ];
    expect(
      renderWhy(life({ outcome: "unknown", timeline: [], places }), style(60)),
    ).toBe(`Where e-1 may be, the likeliest first:
1. still on the queue: words words words words words words
   words words words words words words
   → evp process
2. (unlikely) on the DLQ
`);
  });
});

describe("a duration", () => {
  it.each([
    [0, "0 ms"],
    [12, "12 ms"],
    [1500, "1.5 s"],
    [10_000, "10 s"],
    [59_999, "59 s"],
    [60_000, "1 min"],
    [125_000, "2 min 5 s"],
    [7_500_000, "2 h 5 min"],
    [273_600_000, "3 d 4 h"],
  ])("of %i ms is %s", (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });
});

describe("wrapping", () => {
  it.each([
    ["short", 10, ["short"]],
    ["two words", 5, ["two", "words"]],
    ["abcdefghij klm", 4, ["abcd", "efgh", "ij", "klm"]],
    ["日本語のテキスト", 6, ["日本語", "のテキ", "スト"]],
    ["anything", Number.POSITIVE_INFINITY, ["anything"]],
  ])("of %s to %d columns", (text, width, lines) => {
    expect(wrapText(text, width)).toEqual(lines);
  });
});
