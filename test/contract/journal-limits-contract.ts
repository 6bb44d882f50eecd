import { describe, expect } from "vitest";
import type { Journal } from "../../src/ports/journal.js";
import { acceptedFact, publishedFact, rejectedFact } from "./journal-facts.js";
import { rulesOn } from "./rule.js";

/** How a store reads what is more than one page, and what it does with facts that are too large for it. `open` gives an empty one. */
export function journalLimitsContract(open: () => Promise<Journal>): void {
  const rule = rulesOn(open);

  describe("a batch refused for its content", () => {
    const tooLarge = "x".repeat(401 * 1024);

    rule("fails the one fact that is too large and writes the others", "BatchWriteItem", async (journal) => {
      const results = await journal.write([
        publishedFact({ eventId: "e-1" }),
        rejectedFact({ eventId: "e-2", body: tooLarge }),
        publishedFact({ eventId: "e-3" }),
      ]);
      expect(results.map((result) => result.ok)).toEqual([true, false, true]);
      expect(results[1]).toMatchObject({ fault: { isSenderFault: true } });
      expect(await journal.readEvent("e-3")).toHaveLength(1);
    });

    rule("fails the one event that is too large and inserts the others", "BatchExecuteStatement", async (journal) => {
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

  describe("reading an event", () => {
    rule("reads the facts of every client under an event id", "Query", async (journal) => {
      const facts = [publishedFact(), rejectedFact({ clientId: "client-2" })];
      await journal.write(facts);
      expect(await journal.readEvent("e-1")).toEqual(facts);
    });

    rule("reads more than one page", "Paginating table query results in DynamoDB", async (journal) => {
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
}
