import { describe, expect, it } from "vitest";
import type { Fact } from "../../../src/core/facts.js";
import { lifeSteps } from "../../../src/core/life-steps.js";
import {
  acceptedFact,
  duplicateFact,
  NOON,
  publishedFact,
  purgedFact,
  redrivenFact,
  rejectedFact,
  replayedFact,
} from "../../contract/journal-facts.js";

/** `step message +ms`, the time counted from noon. */
function told(...facts: Fact[]): string[] {
  return lifeSteps(facts).map(({ step, messageId, at, ...rest }) => {
    const failed = "reason" in rest && rest.reason !== undefined ? `!${rest.reason}` : "";
    return [`${step}${failed}`, messageId ?? "-", at === undefined ? "" : String(at - NOON)].join(" ").trimEnd();
  });
}

describe("the steps of an event's life", () => {
  it("lead from the producer to the topic", () => {
    expect(told(publishedFact({ at: NOON + 15 }), acceptedFact())).toEqual([
      "sent m-1 -2000",
      "received m-1 -1000",
      "validated m-1",
      "permitted m-1",
      "stored m-1 0",
      "published m-1 15",
    ]);
  });

  it("say what the journal knows of each", () => {
    expect(lifeSteps([acceptedFact(), publishedFact()])).toEqual([
      { step: "sent", at: NOON - 2000, messageId: "m-1" },
      {
        step: "received",
        at: NOON - 1000,
        messageId: "m-1",
        groupId: "client-1#account-42",
        sequence: "18889348512345678901",
      },
      { step: "validated", at: undefined, messageId: "m-1", violations: [] },
      { step: "permitted", at: undefined, messageId: "m-1" },
      { step: "stored", at: NOON, messageId: "m-1", expiresAt: NOON + 30 * 24 * 60 * 60_000 },
      {
        step: "published",
        at: NOON,
        messageId: "m-1",
        topicArn: "arn:aws:sns:us-east-1:000000000000:evp-client-1.fifo",
        snsMessageId: "s-1",
        sequence: "10000000000000000001",
      },
    ]);
  });

  it("keep their order where the queue's clock is ahead of the processor's", () => {
    expect(told(acceptedFact({ sentAt: NOON + 500 }), publishedFact({ at: NOON + 15 }))[0]).toBe("sent m-1 500");
  });

  it.each([
    ["schema-violation", ["validated!schema-violation m-1"]],
    ["malformed-json", ["validated!malformed-json m-1"]],
    ["type-forbidden", ["validated m-1", "permitted!type-forbidden m-1"]],
    ["client-unknown", ["validated m-1", "permitted!client-unknown m-1"]],
    ["id-conflict", ["validated m-1"]],
  ] as const)("end where a message was refused: %s", (reason, judged) => {
    expect(told(rejectedFact({ reason, detail: "" }))).toEqual([
      "sent m-1 -2000",
      "received m-1",
      ...judged,
      `rejected!${reason} m-1 0`,
    ]);
  });

  it("show each violation with the value it is about, as it was written", () => {
    const body = '{"payload":{"amount": 12345678901234567890.10,"a/b":["x"]},"extra":{"deep":1}}';
    const detail =
      '/payload/amount must be <= 10; /payload/a~1b/0 must be one of "p; q", "r"; /payload/currency is missing; /extra is not a known field; and 2 more';
    const steps = lifeSteps([rejectedFact({ body, detail })]);
    expect(steps.find(({ step }) => step === "validated")).toMatchObject({
      violations: [
        { pointer: "/payload/amount", message: "must be <= 10", found: "12345678901234567890.10" },
        { pointer: "/payload/a~1b/0", message: 'must be one of "p; q", "r"', found: '"x"' },
        { pointer: "/payload/currency", message: "is missing" },
        { pointer: "/extra", message: "is not a known field", found: '{"deep":1}' },
      ],
    });
  });

  it("cut a long value, and find none in a body that is no JSON", () => {
    const long = `{"payload":"${"x".repeat(500)}"}`;
    const detail = "/payload must be object";
    const [, , validated] = lifeSteps([rejectedFact({ body: long, detail })]);
    expect(validated).toMatchObject({ violations: [{ found: `"${"x".repeat(199)}…` }] });
    const [, , unread] = lifeSteps([rejectedFact({ body: "{", detail })]);
    expect(unread).toMatchObject({ violations: [{ pointer: "/payload", message: "must be object" }] });
  });

  it("tell an event that was stored and then refused", () => {
    expect(told(acceptedFact(), rejectedFact({ reason: "client-inactive", at: NOON + 9 }))).toEqual([
      "sent m-1 -2000",
      "received m-1 -1000",
      "validated m-1",
      "permitted m-1",
      "stored m-1 0",
      "permitted!client-inactive m-1",
      "rejected!client-inactive m-1 9",
    ]);
  });

  it("follow a dead letter to its copy, though the redrive is noted only after the copy was sent", () => {
    const copy = { owner: "m-9", at: NOON + 130, claimedAt: NOON + 130, sentAt: NOON + 98, receivedAt: NOON + 120 };
    const facts = [
      publishedFact({ owner: "m-9", at: NOON + 140 }),
      acceptedFact(copy),
      redrivenFact({ at: NOON + 100, changes: '[{"pointer":"/a","after":1}]' }),
      rejectedFact(),
    ];
    expect(told(...facts)).toEqual([
      "sent m-1 -2000",
      "received m-1",
      "validated!schema-violation m-1",
      "rejected!schema-violation m-1 0",
      "redriven m-1 98",
      "sent m-9 98",
      "received m-9 120",
      "validated m-9",
      "permitted m-9",
      "stored m-9 130",
      "published m-9 140",
    ]);
    expect(lifeSteps(facts)).toContainEqual({ step: "sent", at: NOON + 98, messageId: "m-9", redriveOf: "m-1" });
  });

  it("end with a purge", () => {
    expect(told(rejectedFact(), purgedFact({ at: NOON + 5 })).at(-1)).toBe("purged m-1 5");
  });

  it("put duplicates, conflicts and replays where they came", () => {
    expect(
      told(
        acceptedFact(),
        publishedFact({ at: NOON + 10 }),
        duplicateFact({ at: NOON + 20 }),
        rejectedFact({ messageId: "m-3", reason: "id-conflict", sentAt: NOON + 25, at: NOON + 30 }),
        replayedFact({ at: NOON + 40 }),
      ).slice(5),
    ).toEqual([
      "published m-1 10",
      "duplicate m-2 20",
      "sent m-3 25",
      "received m-3",
      "validated m-3",
      "rejected!id-conflict m-3 30",
      "replayed - 40",
    ]);
  });

  it("tell a claim that was renewed, since the event took long", () => {
    expect(told(acceptedFact({ claimedAt: NOON + 480_000 })).at(-1)).toBe("claimed m-1 480000");
  });

  it("give a message that was taken over from what it did: it stored the event, and was rejected", () => {
    const taken = { owner: "m-9", sentAt: NOON + 900, receivedAt: NOON + 950, claimedAt: NOON + 960 };
    expect(
      told(
        rejectedFact({ reason: "client-inactive", at: NOON + 9 }),
        redrivenFact({ at: NOON + 890 }),
        acceptedFact(taken),
        publishedFact({ owner: "m-9", at: NOON + 970 }),
      ),
    ).toEqual([
      "sent m-1 -2000",
      "received m-1",
      "validated m-1",
      "permitted m-1",
      "stored m-1 0",
      "permitted!client-inactive m-1",
      "rejected!client-inactive m-1 9",
      "redriven m-1 890",
      "sent m-9 900",
      "received m-9 950",
      "validated m-9",
      "permitted m-9",
      "taken-over m-9 960",
      "published m-9 970",
    ]);
  });

  it("do not guess which message stored an event that another took over", () => {
    const taken = { owner: "m-2", sentAt: NOON + 900, receivedAt: NOON + 950, claimedAt: NOON + 960 };
    expect(told(acceptedFact(taken))).toEqual([
      "stored - 0",
      "sent m-2 900",
      "received m-2 950",
      "validated m-2",
      "permitted m-2",
      "taken-over m-2 960",
    ]);
  });

  it("lose nothing where only the end is remembered", () => {
    expect(told(publishedFact())).toEqual(["published m-1 0"]);
    expect(told(redrivenFact())).toEqual(["redriven m-1 0"]);
  });
});
