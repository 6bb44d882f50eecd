import { describe, expect } from "vitest";
import type { Journal } from "../../src/ports/journal.js";
import { NOON } from "./journal-facts.js";
import { rulesOn } from "./rule.js";

const MINUTE = 60_000;

/** How a store gives out locks. `open` gives one without any. */
export function journalLocksContract(open: () => Promise<Journal>): void {
  const rule = rulesOn(open);

  describe("locks", () => {
    const lock = { name: "redrive", holder: "one", until: NOON + MINUTE };

    rule("gives a lock to one holder at a time", "PutItem", async (journal) => {
      expect(await journal.takeLock(lock, NOON)).toBeUndefined();
      expect(await journal.takeLock({ ...lock, holder: "two" }, NOON)).toEqual(lock);
      expect(await journal.takeLock({ ...lock, name: "other", holder: "two" }, NOON)).toBeUndefined();
    });

    rule("gives it to one of many that ask at the same time", "PutItem", async (journal) => {
      const holders = ["one", "two", "three", "four"];
      const answers = await Promise.all(holders.map((holder) => journal.takeLock({ ...lock, holder }, NOON)));
      const winners = holders.filter((_, index) => answers[index] === undefined);
      expect(winners).toHaveLength(1);
      expect(answers.filter((answer) => answer?.holder === winners[0])).toHaveLength(3);
    });

    rule("lets its holder renew it", "PutItem", async (journal) => {
      await journal.takeLock(lock, NOON);
      expect(await journal.takeLock({ ...lock, until: NOON + 2 * MINUTE }, NOON)).toBeUndefined();
      expect(await journal.takeLock({ ...lock, holder: "two" }, NOON + MINUTE)).toMatchObject({ holder: "one" });
    });

    rule("gives a lock that ran out to the next", "PutItem", async (journal) => {
      await journal.takeLock(lock, NOON);
      expect(await journal.takeLock({ ...lock, holder: "two" }, NOON + MINUTE)).toBeUndefined();
    });

    rule("is given back by its holder alone", "PutItem", async (journal) => {
      await journal.takeLock(lock, NOON);
      await journal.giveLock({ name: "redrive", holder: "two" });
      expect(await journal.takeLock({ ...lock, holder: "two" }, NOON)).toMatchObject({ holder: "one" });
      await journal.giveLock({ name: "redrive", holder: "one" });
      expect(await journal.takeLock({ ...lock, holder: "two" }, NOON)).toBeUndefined();
    });
  });
}
