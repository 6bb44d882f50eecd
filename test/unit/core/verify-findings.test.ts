import { expect, it } from "vitest";
import type { Fact } from "../../../src/core/facts.js";
import { ADVICE, FINDING_KINDS, judgeUnpublished, MEANING, repairOwner } from "../../../src/core/verify-findings.js";

const NOW = Date.parse("2026-11-21T10:00:00Z");
const MINUTE = 60_000;
const LATER = NOW / 1000 + 1000;

function accepted(claimedMinutesAgo: number, owner = "m-1"): Fact {
  const claimedAt = NOW - claimedMinutesAgo * MINUTE;
  return {
    fact: "accepted",
    eventId: "e",
    clientId: "c",
    owner,
    claimedAt,
    contentHash: "h",
    expiresAt: LATER,
  } as Fact;
}
const published = { fact: "published", eventId: "e", clientId: "c", owner: "m-1", expiresAt: LATER + 7 } as Fact;
const rejected = { fact: "rejected", eventId: "e", clientId: "c", messageId: "m-1", at: NOW, expiresAt: LATER } as Fact;
const doubtful = { ...rejected, isDoubtful: true } as Fact;
const duplicate = { fact: "duplicate", eventId: "e", clientId: "c", messageId: "m-2", expiresAt: LATER } as Fact;

it.each<[string, Fact[], string]>([
  ["claimed just now", [accepted(1)], "under-way"],
  ["claimed 14 minutes ago", [accepted(14)], "under-way"],
  ["claimed 15 minutes ago", [accepted(15)], "overdue"],
  ["published meanwhile", [accepted(60), published], "settled"],
  [
    "published by another publication of the same id, which is forgotten",
    [accepted(60), { ...published, expiresAt: 1 }],
    "overdue",
  ],
  ["rejected by its owner", [accepted(60), rejected], "settled"],
  ["rejected by its owner in doubt", [accepted(60), doubtful], "under-way"],
  ["another message is a duplicate", [accepted(60), duplicate], "overdue"],
  ["forgotten", [{ ...accepted(60), expiresAt: 1 }], "settled"],
  ["deleted", [], "settled"],
  ["claimed just now by a repair that was interrupted", [accepted(0, repairOwner("r"))], "overdue"],
])("an event that was %s", (_, facts, state) => {
  expect(judgeUnpublished({ contentHash: "h" }, facts, NOW).state).toBe(state);
});

it("every kind says what it means and what to do", () => {
  expect(Object.keys(MEANING).sort()).toEqual([...FINDING_KINDS].sort());
  expect(Object.keys(ADVICE).sort()).toEqual([...FINDING_KINDS].sort());
});
