import { describe, expect } from "vitest";
import type { Journal, StoredEvent } from "../../src/ports/journal.js";
import { eventually } from "./eventually.js";
import { acceptedFact, duplicateFact, NOON, publishedFact, rejectedFact } from "./journal-facts.js";
import { accept, type JournalTarget } from "./journal-target.js";
import { rulesOn } from "./rule.js";

const INDEXES = "Using Global Secondary Indexes in DynamoDB";
const TTL = "Using time to live (TTL) in DynamoDB";
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** How every store of facts shows a client's events, with an index over them or without. What an index shows, it shows eventually. */
export function storedEventsContract({ open, clock }: JournalTarget): void {
  const rule = rulesOn(open);

  describe("browsing a client's events", () => {
    const all = { clientId: "client-1", since: NOON - DAY, until: NOON + DAY };

    rule("gives them in the queue's order, hours apart too, or the newest first", INDEXES, async (journal) => {
      await accept(journal, [
        acceptedFact({ eventId: "third", sequence: "30", sentAt: NOON + 61 * MINUTE }),
        acceptedFact({ eventId: "first", sequence: "9", sentAt: NOON }),
        acceptedFact({ eventId: "second", sequence: "10", sentAt: NOON + 1 }),
      ]);
      await eventually(clock, async () => expect(await idsOf(journal, all)).toEqual(["first", "second", "third"]));
      expect(await idsOf(journal, { ...all, newestFirst: true })).toEqual(["third", "second", "first"]);
    });

    rule("gives each with its publication, where there is one", INDEXES, async (journal) => {
      const published = acceptedFact({ eventId: "published", sequence: "1", sentAt: NOON });
      const waiting = acceptedFact({ eventId: "waiting", sequence: "2", sentAt: NOON });
      await accept(journal, [published, waiting]);
      await journal.write([publishedFact({ eventId: "published" }), rejectedFact({ eventId: "waiting" })]);
      await eventually(clock, async () =>
        expect(await collect(journal.events(all))).toEqual([
          { accepted: published, published: publishedFact({ eventId: "published" }) },
          { accepted: waiting, published: undefined },
        ]),
      );
    });

    rule("gives those from the first moment on and before the last one", INDEXES, async (journal) => {
      await accept(journal, [
        acceptedFact({ eventId: "early", sequence: "1", sentAt: NOON - 1 }),
        acceptedFact({ eventId: "first", sequence: "2", sentAt: NOON }),
        acceptedFact({ eventId: "last", sequence: "3", sentAt: NOON + MINUTE - 1 }),
        acceptedFact({ eventId: "late", sequence: "4", sentAt: NOON + MINUTE }),
      ]);
      const minute = { ...all, since: NOON, until: NOON + MINUTE };
      await eventually(clock, async () => expect(await idsOf(journal, minute)).toEqual(["first", "last"]));
    });

    rule("passes over other clients, other facts and what has expired", TTL, async (journal) => {
      await accept(journal, [
        acceptedFact({ eventId: "other", clientId: "client-2", sequence: "1", sentAt: NOON }),
        acceptedFact({ eventId: "expired", sequence: "2", sentAt: NOON, expiresAt: NOON / 1000 + 60 }),
        acceptedFact({ eventId: "kept", sequence: "3", sentAt: NOON }),
      ]);
      await journal.write([duplicateFact({ eventId: "kept" }), rejectedFact({ eventId: "bad" })]);
      await eventually(clock, async () => expect(await idsOf(journal, all)).toEqual(["kept"]));
    });

    rule("gives a survey everything but, maybe, the bodies", "BatchGetItem", async (journal) => {
      const accepted = acceptedFact({ sequence: "1", sentAt: NOON });
      await accept(journal, [accepted]);
      await journal.write([publishedFact()]);
      await eventually(clock, async () =>
        expect(await collect(journal.events({ ...all, withoutBodies: true, mayMissLatest: true }))).toEqual([
          { accepted: { ...accepted, body: expect.any(String) }, published: publishedFact() },
        ]),
      );
    });

    rule("gives more than one read can hold", "BatchGetItem", async (journal) => {
      const ids = Array.from({ length: 125 }, (_, index) => `e-${String(index).padStart(3, "0")}`);
      const facts = ids.map((eventId, index) =>
        acceptedFact({ eventId, sequence: String(index + 1), sentAt: NOON + index }),
      );
      for (let start = 0; start < facts.length; start += 25) await accept(journal, facts.slice(start, start + 25));
      await eventually(clock, async () => expect(await idsOf(journal, all)).toEqual(ids));
    });
  });
}

async function idsOf(journal: Journal, period: Parameters<Journal["events"]>[0]): Promise<string[]> {
  return (await collect(journal.events(period))).map(({ accepted }) => accepted.eventId);
}

async function collect(events: AsyncIterable<StoredEvent>): Promise<StoredEvent[]> {
  const collected: StoredEvent[] = [];
  for await (const event of events) collected.push(event);
  return collected;
}
