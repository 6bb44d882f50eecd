import { beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/adapters/system-clock.js";
import { type Fact, NO_CLIENT } from "../../src/core/facts.js";
import type { Clock } from "../../src/ports/clock.js";
import type { Journal, RejectedEntry } from "../../src/ports/journal.js";
import {
  acceptedFact,
  duplicateFact,
  NOON,
  publishedFact,
  purgedFact,
  redrivenFact,
  rejectedFact,
} from "./journal-facts.js";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const SERIALIZABLE = [
  ["duplicate", duplicateFact()],
  ["published", publishedFact()],
  ["purged", purgedFact({ messageId: "m-3" })],
  ["redriven", redrivenFact({ messageId: "m-3" })],
  [
    "rejected",
    rejectedFact({ messageId: "m-3", traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" }),
  ],
] as const;

/** Two hours after the facts of these tests. */
const clock: Clock = { ...systemClock, now: () => NOON + 2 * 60 * MINUTE };

/** Gives an empty store whose time is the clock's. */
type OpenJournal = (clock: Clock) => Promise<Journal>;

/** What every store of facts does. */
export function journalContract(open: OpenJournal): void {
  let journal: Journal;
  beforeEach(async () => {
    journal = await open(clock);
  });

  describe("inserting accepted facts (BatchExecuteStatement)", () => {
    it("inserts each of them once", async () => {
      const facts = [acceptedFact(), acceptedFact({ eventId: "e-2", owner: "m-2" })];
      expect(await journal.insertAccepted(facts)).toEqual([
        { ok: true, inserted: true },
        { ok: true, inserted: true },
      ]);
      expect(await journal.insertAccepted([acceptedFact({ owner: "m-7" })])).toEqual([{ ok: true, inserted: false }]);
      expect(await journal.read({ eventId: "e-1", clientId: "client-1" })).toEqual([acceptedFact()]);
    });

    it("answers for each in its place when only some are known (BatchStatementError, DuplicateItem)", async () => {
      await journal.insertAccepted([acceptedFact({ eventId: "known" })]);
      const facts = ["new-1", "known", "new-2"].map((eventId) => acceptedFact({ eventId, owner: "m-8" }));
      expect(await journal.insertAccepted(facts)).toEqual([
        { ok: true, inserted: true },
        { ok: true, inserted: false },
        { ok: true, inserted: true },
      ]);
    });

    it("takes 25 at once", async () => {
      const facts = Array.from({ length: 25 }, (_, index) => acceptedFact({ eventId: `e-${index}` }));
      const results = await journal.insertAccepted(facts);
      expect(results.filter((result) => result.ok && result.inserted)).toHaveLength(25);
    });

    it("knows an expired fact as there", async () => {
      await journal.insertAccepted([acceptedFact({ expiresAt: 1 })]);
      expect(await journal.insertAccepted([acceptedFact()])).toEqual([{ ok: true, inserted: false }]);
    });

    it("keeps the same event id of two clients apart", async () => {
      const other = acceptedFact({ clientId: "client-2" });
      await journal.insertAccepted([acceptedFact(), other]);
      expect(await journal.read({ eventId: "e-1", clientId: "client-2" })).toEqual([other]);
    });

    it("does nothing for none", async () => {
      expect(await journal.insertAccepted([])).toEqual([]);
    });
  });

  describe("writing and reading facts (BatchWriteItem, Query)", () => {
    it.each(SERIALIZABLE)("gives a %s fact back as it was", async (_, fact) => {
      expect(await journal.write([fact])).toEqual([{ ok: true }]);
      expect(await journal.read({ eventId: "e-1", clientId: "client-1" })).toEqual([fact]);
    });

    it("gives back an accepted fact without a key, and with empty texts", async () => {
      const { key: _, ...envelope } = acceptedFact().envelope;
      const fact = acceptedFact({ envelope, sequence: "" });
      await journal.insertAccepted([fact]);
      expect(await journal.read({ eventId: "e-1", clientId: "client-1" })).toEqual([fact]);
    });

    it("keeps what names no client under its message id", async () => {
      const fact = rejectedFact({ eventId: "m-1", clientId: NO_CLIENT, envelope: {}, detail: "" });
      await journal.write([fact]);
      expect(await journal.read({ eventId: "m-1", clientId: NO_CLIENT })).toEqual([fact]);
    });

    it("writes a fact again without a trace", async () => {
      await journal.write([publishedFact()]);
      await journal.write([publishedFact()]);
      expect(await journal.read({ eventId: "e-1", clientId: "client-1" })).toEqual([publishedFact()]);
    });

    it("reads the facts of one client alone, also when its name begins another's", async () => {
      await journal.write([publishedFact({ clientId: "a" }), publishedFact({ clientId: "ab" })]);
      expect(await journal.read({ eventId: "e-1", clientId: "a" })).toEqual([publishedFact({ clientId: "a" })]);
      expect(await journal.read({ eventId: "e-1", clientId: "nobody" })).toEqual([]);
    });

    it("reads the facts of every client under an event id", async () => {
      const facts: Fact[] = [publishedFact(), rejectedFact({ clientId: "client-2" })];
      await journal.write([publishedFact(), rejectedFact({ clientId: "client-2" })]);
      expect(await journal.readEvent("e-1")).toEqual(facts);
    });

    it("reads more than one page (Paginating table query results)", async () => {
      const body = "x".repeat(300 * 1024);
      const facts = Array.from({ length: 6 }, (_, index) => rejectedFact({ messageId: `m-${index}`, body }));
      await journal.write(facts);
      const found = await journal.readEvent("e-1");
      expect(found.map((fact) => fact.fact === "rejected" && fact.messageId)).toEqual([
        "m-0",
        "m-1",
        "m-2",
        "m-3",
        "m-4",
        "m-5",
      ]);
    });
  });

  describe("a batch refused for its content (BatchWriteItem, ValidationException)", () => {
    const tooLarge = "x".repeat(401 * 1024);

    it("fails the one fact that is too large and writes the others", async () => {
      const results = await journal.write([
        publishedFact({ eventId: "e-1" }),
        rejectedFact({ eventId: "e-2", body: tooLarge }),
        publishedFact({ eventId: "e-3" }),
      ]);
      expect(results.map((result) => result.ok)).toEqual([true, false, true]);
      expect(results[1]).toMatchObject({ fault: { isSenderFault: true } });
      expect(await journal.readEvent("e-3")).toHaveLength(1);
    });

    it("fails the one event that is too large and inserts the others", async () => {
      const results = await journal.insertAccepted([
        acceptedFact({ eventId: "e-1" }),
        acceptedFact({ eventId: "e-2", body: tooLarge }),
      ]);
      expect(results).toMatchObject([
        { ok: true, inserted: true },
        { ok: false, fault: { isSenderFault: true } },
      ]);
    });
  });

  describe("taking an event over (PutItem with a condition)", () => {
    it("replaces the accepted fact of the previous owner", async () => {
      await journal.insertAccepted([acceptedFact({ owner: "m-1" })]);
      const mine = acceptedFact({ owner: "m-2", sequence: "18889348512345678999" });
      expect(await journal.takeOver(mine, acceptedFact({ owner: "m-1" }))).toBe(true);
      expect(await journal.read({ eventId: "e-1", clientId: "client-1" })).toEqual([mine]);
    });

    it("leaves it to the message that was faster", async () => {
      await journal.insertAccepted([acceptedFact({ owner: "m-1" })]);
      await journal.takeOver(acceptedFact({ owner: "m-2" }), acceptedFact({ owner: "m-1" }));
      expect(await journal.takeOver(acceptedFact({ owner: "m-3" }), acceptedFact({ owner: "m-1" }))).toBe(false);
      expect(await journal.read({ eventId: "e-1", clientId: "client-1" })).toEqual([acceptedFact({ owner: "m-2" })]);
    });

    it("leaves it to an owner that has renewed its claim", async () => {
      const old = acceptedFact({ owner: "m-1", claimedAt: NOON });
      await journal.insertAccepted([old]);
      const renewed = { ...old, claimedAt: NOON + MINUTE };
      expect(await journal.takeOver(renewed, old)).toBe(true);
      expect(await journal.takeOver(acceptedFact({ owner: "m-2" }), old)).toBe(false);
      expect(await journal.read({ eventId: "e-1", clientId: "client-1" })).toEqual([renewed]);
    });

    it("takes nothing where nothing was accepted", async () => {
      expect(await journal.takeOver(acceptedFact(), acceptedFact({ owner: "m-1" }))).toBe(false);
      expect(await journal.readEvent("e-1")).toEqual([]);
    });
  });

  describe("telling whether a group has newer events", () => {
    const group = { clientId: "client-1", groupId: "g", sequence: "100", since: NOON };

    it("finds an accepted event of the group with a higher sequence number, hours later too", async () => {
      await journal.insertAccepted([acceptedFact({ groupId: "g", sequence: "1000", sentAt: NOON + 59 * MINUTE })]);
      expect(await journal.hasNewer(group)).toBe(true);
    });

    it("passes over older events, other groups and other clients", async () => {
      await journal.insertAccepted([
        acceptedFact({ eventId: "older", groupId: "g", sequence: "99", sentAt: NOON }),
        acceptedFact({ eventId: "itself", groupId: "g", sequence: "100", sentAt: NOON }),
        acceptedFact({ eventId: "other-group", groupId: "h", sequence: "101", sentAt: NOON }),
        acceptedFact({ eventId: "other-client", clientId: "client-2", groupId: "g", sequence: "101", sentAt: NOON }),
      ]);
      expect(await journal.hasNewer(group)).toBe(false);
    });

    it("knows no order on a standard queue", async () => {
      await journal.insertAccepted([acceptedFact({ groupId: "g", sequence: "", sentAt: NOON + 1 })]);
      expect(await journal.hasNewer({ ...group, sequence: "" })).toBe(false);
    });
  });

  describe("locks (PutItem with a condition)", () => {
    const lock = { name: "redrive", holder: "one", until: NOON + MINUTE };

    it("gives a lock to one holder at a time", async () => {
      expect(await journal.takeLock(lock, NOON)).toBeUndefined();
      expect(await journal.takeLock({ ...lock, holder: "two" }, NOON)).toEqual(lock);
      expect(await journal.takeLock({ ...lock, name: "other", holder: "two" }, NOON)).toBeUndefined();
    });

    it("lets its holder renew it", async () => {
      await journal.takeLock(lock, NOON);
      expect(await journal.takeLock({ ...lock, until: NOON + 2 * MINUTE }, NOON)).toBeUndefined();
      expect(await journal.takeLock({ ...lock, holder: "two" }, NOON + MINUTE)).toMatchObject({ holder: "one" });
    });

    it("gives a lock that ran out to the next", async () => {
      await journal.takeLock(lock, NOON);
      expect(await journal.takeLock({ ...lock, holder: "two" }, NOON + MINUTE)).toBeUndefined();
    });

    it("is given back by its holder alone", async () => {
      await journal.takeLock(lock, NOON);
      await journal.giveLock({ name: "redrive", holder: "two" });
      expect(await journal.takeLock({ ...lock, holder: "two" }, NOON)).toMatchObject({ holder: "one" });
      await journal.giveLock({ name: "redrive", holder: "one" });
      expect(await journal.takeLock({ ...lock, holder: "two" }, NOON)).toBeUndefined();
    });
  });
}

/** How every store of facts shows rejections, with an index over them or without. */
export function rejectionsContract(open: OpenJournal): void {
  let journal: Journal;
  beforeEach(async () => {
    journal = await open(clock);
  });

  describe("browsing rejections (Global secondary indexes)", () => {
    const all = { since: NOON - DAY, until: NOON + DAY };

    it("gives them oldest first, across midnight, from the first to the last moment", async () => {
      const times = [NOON + 13 * 60 * MINUTE, NOON, NOON + 5, NOON - DAY];
      await journal.write(times.map((at, index) => rejectedFact({ eventId: `e-${index}`, at })));
      expect((await collect(journal.rejections(all))).map(({ rejected }) => rejected.eventId)).toEqual([
        "e-3",
        "e-1",
        "e-2",
        "e-0",
      ]);
      expect(await collect(journal.rejections({ since: NOON + 1, until: NOON + 5 }))).toEqual([
        { rejected: rejectedFact({ eventId: "e-2", at: NOON + 5 }), settled: undefined },
      ]);
    });

    it("tells which were redriven or purged since", async () => {
      await journal.write([
        rejectedFact({ messageId: "m-1" }),
        rejectedFact({ messageId: "m-2", at: NOON + 1 }),
        rejectedFact({ messageId: "m-3", at: NOON + 2 }),
        redrivenFact({ messageId: "m-1" }),
        purgedFact({ messageId: "m-2" }),
      ]);
      expect((await collect(journal.rejections(all))).map(({ settled }) => settled)).toEqual([
        "redriven",
        "purged",
        undefined,
      ]);
    });

    it("gives more than one BatchGetItem can read", async () => {
      const facts = Array.from({ length: 75 }, (_, index) =>
        rejectedFact({ messageId: `m-${index}`, at: NOON + index }),
      );
      for (let start = 0; start < facts.length; start += 25) await journal.write(facts.slice(start, start + 25));
      expect((await collect(journal.rejections(all))).map(({ rejected }) => rejected)).toEqual(facts);
    });

    it("shows nothing but rejections", async () => {
      await journal.insertAccepted([acceptedFact()]);
      await journal.write([publishedFact(), duplicateFact(), redrivenFact()]);
      expect(await collect(journal.rejections(all))).toEqual([]);
    });
  });
}

async function collect(entries: AsyncIterable<RejectedEntry>): Promise<RejectedEntry[]> {
  const collected: RejectedEntry[] = [];
  for await (const entry of entries) collected.push(entry);
  return collected;
}
