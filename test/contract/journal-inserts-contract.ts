import { describe, expect } from "vitest";
import type { EntryResult } from "../../src/ports/call.js";
import type { Journal } from "../../src/ports/journal.js";
import { acceptedFact, NOON } from "./journal-facts.js";
import { accept } from "./journal-target.js";
import { OWN_RULE, rulesOn } from "./rule.js";

const MINUTE = 60_000;
const ADDRESS = { eventId: "e-1", clientId: "client-1" };
const INSERTS = "PartiQL insert statements for DynamoDB";

/** How a store of facts decides which message owns an event. `open` gives an empty one. */
export function journalInsertsContract(open: () => Promise<Journal>): void {
  const rule = rulesOn(open);

  describe("inserting accepted facts", () => {
    rule("inserts each of them once", INSERTS, async (journal) => {
      const facts = [acceptedFact(), acceptedFact({ eventId: "e-2", owner: "m-2" })];
      expect(await journal.insertAccepted(facts)).toEqual([
        { ok: true, inserted: true },
        { ok: true, inserted: true },
      ]);
      expect(await journal.insertAccepted([acceptedFact({ owner: "m-7" })])).toEqual([{ ok: true, inserted: false }]);
      expect(await journal.read(ADDRESS)).toEqual([acceptedFact()]);
    });

    rule("answers for each in its place when only some are known", "BatchStatementError", async (journal) => {
      await journal.insertAccepted([acceptedFact({ eventId: "known" })]);
      const facts = ["new-1", "known", "new-2"].map((eventId) => acceptedFact({ eventId, owner: "m-8" }));
      expect(await journal.insertAccepted(facts)).toEqual([
        { ok: true, inserted: true },
        { ok: true, inserted: false },
        { ok: true, inserted: true },
      ]);
    });

    rule("takes 25 at once", "BatchExecuteStatement", async (journal) => {
      const facts = Array.from({ length: 25 }, (_, index) => acceptedFact({ eventId: `e-${index}` }));
      const results = await journal.insertAccepted(facts);
      expect(results.filter((result) => result.ok && result.inserted)).toHaveLength(25);
    });

    rule("knows a fact that has just expired as there", INSERTS, async (journal) => {
      await journal.insertAccepted([acceptedFact({ expiresAt: NOON / 1000 })]);
      expect(await journal.insertAccepted([acceptedFact()])).toEqual([{ ok: true, inserted: false }]);
    });

    rule("keeps the same event id of two clients apart", INSERTS, async (journal) => {
      const other = acceptedFact({ clientId: "client-2" });
      await journal.insertAccepted([acceptedFact(), other]);
      expect(await journal.read({ eventId: "e-1", clientId: "client-2" })).toEqual([other]);
    });

    rule("lets one of many inserts at the same time have the event", INSERTS, async (journal) => {
      const rivals = ["m-1", "m-2", "m-3", "m-4", "m-5"].map((owner) => acceptedFact({ owner }));
      const results = await Promise.all(rivals.map((rival) => journal.insertAccepted([rival])));
      const winners = rivals.filter((_, index) => isInserted(results[index]?.[0]));
      expect(winners).toHaveLength(1);
      expect(await journal.read(ADDRESS)).toEqual(winners);
    });

    rule("never gives two entries of one call the same event", "BatchExecuteStatement", async (journal) => {
      const rivals = [acceptedFact({ owner: "m-1" }), acceptedFact({ owner: "m-2" })];
      const results = await journal.insertAccepted(rivals);
      const winners = rivals.filter((_, index) => isInserted(results[index]));
      expect(winners).toHaveLength(1);
      expect(await journal.read(ADDRESS)).toEqual(winners);
    });

    rule("shows at once what was inserted", "DynamoDB read consistency", async (journal) => {
      for (let round = 0; round < 10; round++) {
        const fact = acceptedFact({ eventId: `e-${round}` });
        await journal.insertAccepted([fact]);
        expect(await journal.read({ eventId: `e-${round}`, clientId: "client-1" })).toEqual([fact]);
      }
    });

    rule("does nothing for none", OWN_RULE, async (journal) => {
      expect(await journal.insertAccepted([])).toEqual([]);
    });
  });

  describe("taking an event over", () => {
    rule("replaces the accepted fact of the previous owner", "PutItem", async (journal) => {
      await accept(journal, [acceptedFact({ owner: "m-1" })]);
      const mine = acceptedFact({ owner: "m-2", sequence: "18889348512345678999" });
      expect(await journal.takeOver(mine, acceptedFact({ owner: "m-1" }))).toBe(true);
      expect(await journal.read(ADDRESS)).toEqual([mine]);
    });

    rule("leaves it to the message that was faster", "PutItem", async (journal) => {
      await accept(journal, [acceptedFact({ owner: "m-1" })]);
      await journal.takeOver(acceptedFact({ owner: "m-2" }), acceptedFact({ owner: "m-1" }));
      expect(await journal.takeOver(acceptedFact({ owner: "m-3" }), acceptedFact({ owner: "m-1" }))).toBe(false);
      expect(await journal.read(ADDRESS)).toEqual([acceptedFact({ owner: "m-2" })]);
    });

    rule("leaves it to an owner that has renewed its claim", "PutItem", async (journal) => {
      const old = acceptedFact({ owner: "m-1", claimedAt: NOON });
      await accept(journal, [old]);
      const renewed = { ...old, claimedAt: NOON + MINUTE };
      expect(await journal.takeOver(renewed, old)).toBe(true);
      expect(await journal.takeOver(acceptedFact({ owner: "m-2" }), old)).toBe(false);
      expect(await journal.read(ADDRESS)).toEqual([renewed]);
    });

    rule("lets one of many that take over at the same time have it", "PutItem", async (journal) => {
      const previous = acceptedFact({ owner: "m-1" });
      await accept(journal, [previous]);
      const rivals = ["m-2", "m-3", "m-4", "m-5"].map((owner) => acceptedFact({ owner }));
      const taken = await Promise.all(rivals.map((rival) => journal.takeOver(rival, previous)));
      const winners = rivals.filter((_, index) => taken[index]);
      expect(winners).toHaveLength(1);
      expect(await journal.read(ADDRESS)).toEqual(winners);
    });

    rule("takes nothing where nothing was accepted", "PutItem", async (journal) => {
      expect(await journal.takeOver(acceptedFact(), acceptedFact({ owner: "m-1" }))).toBe(false);
      expect(await journal.read(ADDRESS)).toEqual([]);
    });
  });
}

function isInserted(result: EntryResult<{ inserted: boolean }> | undefined): boolean {
  return result?.ok === true && result.inserted;
}
