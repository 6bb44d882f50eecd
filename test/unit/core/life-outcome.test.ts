import { describe, expect, it } from "vitest";
import type { Fact } from "../../../src/core/facts.js";
import { lifeEnd } from "../../../src/core/life-outcome.js";
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

const NOW = NOON + 60_000;
const EXPIRED = { expiresAt: NOW / 1000 };

const TABLE: [says: string, facts: Fact[], end: object][] = [
  ["stored and not published", [acceptedFact()], { outcome: "accepted", messageId: "m-1" }],
  ["published", [acceptedFact(), publishedFact()], { outcome: "published", messageId: "m-1" }],
  ["published, and the event itself forgotten", [publishedFact()], { outcome: "published", messageId: "m-1" }],
  [
    "published under this id once, and the id used again since the journal forgot that",
    [acceptedFact({ owner: "m-2", expiresAt: NOW / 1000 + 9000 }), publishedFact({ expiresAt: NOW / 1000 + 8000 })],
    { outcome: "accepted", messageId: "m-2" },
  ],
  ["published, and brought again", [acceptedFact(), publishedFact(), duplicateFact()], { outcome: "published" }],
  [
    "published, and its id used for other content",
    [acceptedFact(), publishedFact(), rejectedFact({ messageId: "m-2", reason: "id-conflict", at: NOON + 10 })],
    { outcome: "published", messageId: "m-1" },
  ],
  ["rejected at first sight", [rejectedFact()], { outcome: "rejected", messageId: "m-1", reason: "schema-violation" }],
  [
    "rejected after it was stored",
    [acceptedFact(), rejectedFact({ reason: "client-inactive" })],
    { outcome: "rejected", reason: "client-inactive" },
  ],
  [
    "rejected twice: the last counts",
    [rejectedFact({ messageId: "m-2", reason: "type-forbidden", at: NOON + 5 }), rejectedFact()],
    { outcome: "rejected", messageId: "m-2", reason: "type-forbidden" },
  ],
  ["redriven", [rejectedFact(), redrivenFact()], { outcome: "redriven", messageId: "m-9" }],
  [
    "redriven and rejected again",
    [rejectedFact(), redrivenFact(), rejectedFact({ messageId: "m-9", at: NOON + 50 })],
    { outcome: "rejected", messageId: "m-9" },
  ],
  [
    "redriven and stored",
    [rejectedFact(), redrivenFact(), acceptedFact({ owner: "m-9" })],
    { outcome: "accepted", messageId: "m-9" },
  ],
  [
    "redriven and published",
    [rejectedFact(), redrivenFact(), acceptedFact({ owner: "m-9" }), publishedFact({ owner: "m-9" })],
    { outcome: "published", messageId: "m-9" },
  ],
  ["purged", [rejectedFact(), purgedFact()], { outcome: "purged", messageId: "m-1", reason: "schema-violation" }],
  [
    "one dead letter purged, another still there",
    [rejectedFact(), purgedFact(), rejectedFact({ messageId: "m-2", at: NOON - 10 })],
    { outcome: "rejected", messageId: "m-2" },
  ],
  ["known by its duplicates alone", [duplicateFact()], { outcome: "duplicate", messageId: "m-2" }],
  ["known by a replay alone", [replayedFact()], { outcome: "published", messageId: "s-7" }],
  ["purged, and why is forgotten", [rejectedFact(EXPIRED), purgedFact()], { outcome: "purged", messageId: "m-1" }],
  ["forgotten", [acceptedFact(EXPIRED), publishedFact(EXPIRED)], { outcome: "forgotten", at: NOW, messageId: "m-1" }],
  [
    "rejected, and what was accepted before is forgotten",
    [acceptedFact({ ...EXPIRED, owner: "m-0" }), rejectedFact()],
    { outcome: "rejected", messageId: "m-1" },
  ],
];

describe("what has become of an event", () => {
  it.each(TABLE)("%s", (_, facts, end) => {
    expect(lifeEnd(facts, NOW)).toMatchObject(end);
    expect(lifeEnd([...facts].reverse(), NOW)).toMatchObject(end);
  });

  it("tells no reason where there is none", () => {
    expect(lifeEnd([rejectedFact(EXPIRED), purgedFact()], NOW)).toEqual({
      outcome: "purged",
      at: NOON,
      messageId: "m-1",
    });
  });
});
