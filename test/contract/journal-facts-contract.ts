import { describe, expect } from "vitest";
import { NO_CLIENT } from "../../src/core/facts.js";
import type { Journal } from "../../src/ports/journal.js";
import {
  acceptedFact,
  duplicateFact,
  publishedFact,
  purgedFact,
  redrivenFact,
  rejectedFact,
  replayedFact,
} from "./journal-facts.js";
import { rulesOn } from "./rule.js";

const ADDRESS = { eventId: "e-1", clientId: "client-1" };
const SERIALIZABLE = [
  duplicateFact(),
  publishedFact(),
  purgedFact({ messageId: "m-3" }),
  redrivenFact({ messageId: "m-3" }),
  redrivenFact({ messageId: "m-4", changes: '[{"pointer":"/payload/amount","before":"☕","after":1}]' }),
  replayedFact(),
  replayedFact({ to: "queue" }),
  rejectedFact({ messageId: "m-3", traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" }),
];

/** How a store of facts keeps facts. `open` gives an empty one. */
export function journalFactsContract(open: () => Promise<Journal>): void {
  const rule = rulesOn(open);

  describe("writing and reading facts", () => {
    for (const fact of SERIALIZABLE) {
      rule(`gives a ${fact.fact} fact back as it was, at once`, "BatchWriteItem", async (journal) => {
        expect(await journal.write([fact])).toEqual([{ ok: true }]);
        expect(await journal.read(ADDRESS)).toEqual([fact]);
      });
    }

    rule("writes 25 facts at once", "BatchWriteItem", async (journal) => {
      const facts = Array.from({ length: 25 }, (_, index) => duplicateFact({ messageId: `m-${index + 10}` }));
      expect(await journal.write(facts)).toEqual(Array(25).fill({ ok: true }));
      expect(await journal.read(ADDRESS)).toEqual(facts);
    });

    rule(
      "gives back an accepted fact without a key, and with empty texts",
      "BatchExecuteStatement",
      async (journal) => {
        const { key: _, ...envelope } = acceptedFact().envelope;
        const fact = acceptedFact({ envelope, sequence: "" });
        await journal.insertAccepted([fact]);
        expect(await journal.read(ADDRESS)).toEqual([fact]);
      },
    );

    rule("gives back an accepted fact with its producer's trace", "BatchExecuteStatement", async (journal) => {
      const fact = acceptedFact({ traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" });
      await journal.insertAccepted([fact]);
      expect(await journal.read(ADDRESS)).toEqual([fact]);
    });

    rule("keeps what names no client under its message id", "BatchWriteItem", async (journal) => {
      const fact = rejectedFact({ eventId: "m-1", clientId: NO_CLIENT, envelope: {}, detail: "" });
      await journal.write([fact]);
      expect(await journal.read({ eventId: "m-1", clientId: NO_CLIENT })).toEqual([fact]);
    });

    rule("writes a fact again without a trace", "BatchWriteItem", async (journal) => {
      await journal.write([publishedFact()]);
      await journal.write([publishedFact()]);
      expect(await journal.read(ADDRESS)).toEqual([publishedFact()]);
    });

    rule("reads the facts of one client alone, also when its name begins another's", "Query", async (journal) => {
      await journal.write([publishedFact({ clientId: "a" }), publishedFact({ clientId: "ab" })]);
      expect(await journal.read({ eventId: "e-1", clientId: "a" })).toEqual([publishedFact({ clientId: "a" })]);
      expect(await journal.read({ eventId: "e-1", clientId: "nobody" })).toEqual([]);
    });
  });
}
