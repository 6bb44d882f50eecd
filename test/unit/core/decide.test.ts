import { describe, expect, it } from "vitest";
import { decide, isClaimOld } from "../../../src/core/decide.js";
import type { AcceptedFact, DuplicateFact, Fact, PublishedFact, RejectedFact } from "../../../src/core/facts.js";

const NOW = Date.parse("2026-11-21T10:00:00Z");
const MINUTE = 60_000;
const base = { eventId: "e-1", clientId: "client-1", at: NOW - MINUTE, expiresAt: NOW / 1000 + 86_400 };
const EXPIRED = { expiresAt: NOW / 1000 };

function accepted(owner: string, changes: Partial<AcceptedFact> = {}): AcceptedFact {
  const envelope = {
    id: "e-1",
    type: "transaction",
    version: "1.0",
    clientId: "client-1",
    source: "s",
    timestamp: "2026-11-21T10:00:00Z",
  };
  const times = { sentAt: NOW, receivedAt: NOW };
  return {
    ...base,
    fact: "accepted",
    owner,
    claimedAt: NOW - MINUTE,
    envelope,
    body: "{}",
    contentHash: "same",
    groupId: "g",
    sequence: "1",
    ...times,
    ...changes,
  };
}

function published(owner: string, changes: Partial<PublishedFact> = {}): PublishedFact {
  return { ...base, fact: "published", owner, topicArn: "t", snsMessageId: "s", sequence: "1", ...changes };
}

function rejected(messageId: string, changes: Partial<RejectedFact> = {}): RejectedFact {
  const body = {
    body: "{}",
    bodyBytes: 2,
    bodySha256: "",
    groupId: "g",
    sequence: "1",
    sentAt: NOW,
    redrives: 0,
    envelope: {},
  };
  return { ...base, fact: "rejected", messageId, reason: "type-forbidden", detail: "", ...body, ...changes };
}

function duplicate(messageId: string): DuplicateFact {
  return { ...base, fact: "duplicate", messageId, owner: "first" };
}

function decideFor(messageId: string, facts: Fact[], contentHash: string | undefined = "same") {
  return decide({ facts, messageId, contentHash, now: NOW });
}

describe("what to do with a message whose event the journal knows", () => {
  it("inserts what nobody knows", () => {
    expect(decideFor("mine", [])).toEqual({ do: "insert" });
  });

  it("never judges a message again that was rejected, whatever else is known", () => {
    const fact = rejected("mine");
    expect(decideFor("mine", [accepted("mine"), fact])).toEqual({ do: "reject-again", fact });
    expect(decideFor("mine", [accepted("other"), published("other"), fact])).toEqual({ do: "reject-again", fact });
  });

  it("only finishes a duplicate, also when all else is forgotten or it is not valid any more", () => {
    const finish = { do: "finish", outcome: "duplicate" };
    expect(decideFor("mine", [accepted("other"), published("other"), duplicate("mine")])).toEqual(finish);
    expect(decideFor("mine", [accepted("other", EXPIRED), duplicate("mine")], "changed schema")).toEqual(finish);
    expect(decideFor("mine", [duplicate("another")])).toEqual({ do: "insert" });
  });

  it("only finishes what this message has published", () => {
    expect(decideFor("mine", [accepted("mine"), published("mine")])).toEqual({ do: "finish", outcome: "published" });
    expect(decideFor("mine", [accepted("mine"), published("mine")], "changed schema")).toEqual({
      do: "finish",
      outcome: "published",
    });
  });

  it("publishes what this message owns and has not published", () => {
    expect(decideFor("mine", [accepted("mine")])).toEqual({ do: "publish", accepted: accepted("mine") });
  });

  it("refuses the same id with other content, published or not", () => {
    expect(decideFor("mine", [accepted("other")], "different")).toEqual({ do: "conflict", owner: "other" });
    expect(decideFor("mine", [accepted("other"), published("other")], "different")).toEqual({
      do: "conflict",
      owner: "other",
    });
  });

  it("never takes an invalid message for the same event as another", () => {
    const question = {
      facts: [accepted("other"), published("other")],
      messageId: "mine",
      contentHash: undefined,
      now: NOW,
    };
    expect(decide(question)).toEqual({ do: "conflict", owner: "other" });
  });

  it("records a duplicate of what another message has published", () => {
    expect(decideFor("mine", [accepted("other"), published("other")])).toEqual({ do: "duplicate", owner: "other" });
  });

  it("waits for an owner that has not published yet, for 15 minutes from its claim", () => {
    const almost = accepted("other", { at: NOW - 60 * MINUTE, claimedAt: NOW - 15 * MINUTE + 1 });
    expect(decideFor("mine", [almost])).toEqual({ do: "wait" });
    const overdue = accepted("other", { claimedAt: NOW - 15 * MINUTE });
    expect(decideFor("mine", [overdue])).toEqual({ do: "take-over", accepted: overdue, why: "overdue" });
  });

  it("counts for a message what it has itself published, whoever owns the event since", () => {
    expect(decideFor("mine", [accepted("other"), published("mine")])).toEqual({ do: "finish", outcome: "published" });
    expect(decideFor("mine", [accepted("mine"), published("other")])).toEqual({ do: "duplicate", owner: "other" });
  });

  it("waits while an owner that was rejected may have published all the same", () => {
    const doubtful = (at: number) => [accepted("other"), rejected("other", { at, isDoubtful: true })];
    expect(decideFor("mine", doubtful(NOW - 5 * MINUTE))).toEqual({ do: "wait", until: NOW + MINUTE });
    expect(decideFor("mine", doubtful(NOW - 6 * MINUTE))).toMatchObject({ do: "take-over", why: "rejected" });
  });

  it("takes over at once from an owner that was rejected", () => {
    const facts = [accepted("other"), rejected("other")];
    expect(decideFor("mine", facts)).toEqual({ do: "take-over", accepted: accepted("other"), why: "rejected" });
    expect(decideFor("mine", [accepted("other"), rejected("third")])).toEqual({ do: "wait" });
  });

  it.each<[string, Fact[], string]>([
    ["was rejected without ever being published", [accepted("other"), rejected("other")], "take-over"],
    ["was rejected, and may be on its topic", [accepted("other"), rejected("other", { isDoubtful: true })], "conflict"],
    [
      "may be on its topic, however long ago",
      [accepted("other"), rejected("other", { isDoubtful: true, at: NOW - 60 * MINUTE })],
      "conflict",
    ],
    ["was rejected and published", [accepted("other"), published("other"), rejected("other")], "conflict"],
    ["has expired as a rejection", [accepted("other"), rejected("other", EXPIRED)], "conflict"],
    ["is not the one that was rejected", [accepted("other"), rejected("third")], "conflict"],
  ])("of the same id with other content, where the owner %s", (_, facts, what) => {
    expect(decideFor("mine", facts, "different").do).toBe(what);
  });

  it("publishes what it owns though its own content reads differently now", () => {
    expect(decideFor("mine", [accepted("mine")], "different")).toMatchObject({ do: "publish" });
  });

  it("counts what has expired as absent, deleted or not", () => {
    const expired = accepted("other", EXPIRED);
    const takeOver = { do: "take-over", accepted: expired, why: "expired" };
    expect(decideFor("mine", [expired, published("other", EXPIRED)])).toEqual(takeOver);
    expect(decideFor("mine", [expired], "different")).toEqual(takeOver);
    expect(decideFor("mine", [published("other", EXPIRED)])).toEqual({ do: "insert" });
  });

  it("does not take for its own what is left of an event that the journal has forgotten", () => {
    const facts = [accepted("mine"), published("long ago", { expiresAt: base.expiresAt - 1 })];
    expect(decideFor("mine", facts)).toEqual({ do: "publish", accepted: accepted("mine") });
  });
});

describe("a claim", () => {
  it("is renewed at half of the time after which another message takes over", () => {
    expect(isClaimOld({ owner: "m", claimedAt: NOW - 7.5 * MINUTE + 1 }, NOW)).toBe(false);
    expect(isClaimOld({ owner: "m", claimedAt: NOW - 7.5 * MINUTE }, NOW)).toBe(true);
  });
});
