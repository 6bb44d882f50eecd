import { describe, expect } from "vitest";
import type { RejectedEntry } from "../../src/ports/journal.js";
import { eventually } from "./eventually.js";
import {
  acceptedFact,
  duplicateFact,
  NOON,
  publishedFact,
  purgedFact,
  redrivenFact,
  rejectedFact,
} from "./journal-facts.js";
import { accept, type JournalTarget } from "./journal-target.js";
import { OWN_RULE, rulesOn } from "./rule.js";

const INDEXES = "Using Global Secondary Indexes in DynamoDB";
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** How a store with an index over accepted facts tells what is behind an event. */
export function newerEventsContract({ open, clock }: JournalTarget): void {
  const rule = rulesOn(open);

  describe("telling whether a group has newer events", () => {
    const group = { clientId: "client-1", groupId: "g", sequence: "100", since: NOON };

    rule(
      "finds an accepted event of the group with a higher sequence number, hours later too",
      INDEXES,
      async (journal) => {
        await accept(journal, [acceptedFact({ groupId: "g", sequence: "1000", sentAt: NOON + 59 * MINUTE })]);
        await eventually(clock, async () => expect(await journal.hasNewer(group)).toBe(true));
      },
    );

    rule("passes over older events, other groups and other clients", INDEXES, async (journal) => {
      await accept(journal, [
        acceptedFact({ eventId: "older", groupId: "g", sequence: "99", sentAt: NOON }),
        acceptedFact({ eventId: "itself", groupId: "g", sequence: "100", sentAt: NOON }),
        acceptedFact({ eventId: "other-group", groupId: "h", sequence: "101", sentAt: NOON }),
        acceptedFact({ eventId: "other-client", clientId: "client-2", groupId: "g", sequence: "101", sentAt: NOON }),
      ]);
      await eventually(clock, async () => expect(await journal.hasNewer(group)).toBe(false));
    });

    rule("knows no order on a standard queue", OWN_RULE, async (journal) => {
      await accept(journal, [acceptedFact({ groupId: "g", sequence: "", sentAt: NOON + 1 })]);
      expect(await journal.hasNewer({ ...group, sequence: "" })).toBe(false);
    });
  });
}

/** How every store of facts shows rejections, with an index over them or without. What an index shows, it shows eventually. */
export function rejectionsContract({ open, clock }: JournalTarget): void {
  const rule = rulesOn(open);

  describe("browsing rejections", () => {
    const all = { since: NOON - DAY, until: NOON + DAY };

    rule("gives them oldest first, across midnight, from the first to the last moment", INDEXES, async (journal) => {
      const times = [NOON + 13 * 60 * MINUTE, NOON, NOON + 5, NOON - DAY];
      await journal.write(times.map((at, index) => rejectedFact({ eventId: `e-${index}`, at })));
      await eventually(clock, async () => {
        const found = await collect(journal.rejections(all));
        expect(found.map(({ rejected }) => rejected.eventId)).toEqual(["e-3", "e-1", "e-2", "e-0"]);
      });
      const newest = await collect(journal.rejections({ ...all, newestFirst: true }));
      expect(newest.map(({ rejected }) => rejected.eventId)).toEqual(["e-0", "e-2", "e-1", "e-3"]);
      expect(await collect(journal.rejections({ since: NOON + 1, until: NOON + 5 }))).toEqual([
        { rejected: rejectedFact({ eventId: "e-2", at: NOON + 5 }), settled: undefined },
      ]);
    });

    rule("tells which were redriven or purged since", INDEXES, async (journal) => {
      await journal.write([
        rejectedFact({ messageId: "m-1" }),
        rejectedFact({ messageId: "m-2", at: NOON + 1 }),
        rejectedFact({ messageId: "m-3", at: NOON + 2 }),
        redrivenFact({ messageId: "m-1" }),
        purgedFact({ messageId: "m-2" }),
      ]);
      await eventually(clock, async () => {
        const found = await collect(journal.rejections(all));
        expect(found.map(({ settled }) => settled)).toEqual(["redriven", "purged", undefined]);
      });
    });

    rule("gives more than one read can hold", "BatchGetItem", async (journal) => {
      const facts = Array.from({ length: 75 }, (_, index) =>
        rejectedFact({ messageId: `m-${index}`, at: NOON + index }),
      );
      for (let start = 0; start < facts.length; start += 25) await journal.write(facts.slice(start, start + 25));
      await eventually(clock, async () => {
        const found = await collect(journal.rejections(all));
        expect(found.map(({ rejected }) => rejected)).toEqual(facts);
      });
    });

    rule("shows nothing but rejections", INDEXES, async (journal) => {
      await accept(journal, [acceptedFact()]);
      await journal.write([publishedFact(), duplicateFact(), redrivenFact()]);
      await eventually(clock, async () => expect(await collect(journal.rejections(all))).toEqual([]));
    });
  });
}

async function collect(entries: AsyncIterable<RejectedEntry>): Promise<RejectedEntry[]> {
  const collected: RejectedEntry[] = [];
  for await (const entry of entries) collected.push(entry);
  return collected;
}
