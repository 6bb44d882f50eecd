import { describe, expect } from "vitest";
import type { ProcessorReport } from "../../src/core/processor-report.js";
import type { Journal } from "../../src/ports/journal.js";
import { NOON } from "./journal-facts.js";
import { OWN_RULE, rulesOn } from "./rule.js";

const MINUTE = 60_000;

function processorReport(changes: Partial<ProcessorReport> = {}): ProcessorReport {
  return {
    processorId: "p-1",
    host: "host-1",
    pid: 4711,
    workers: 1,
    version: "1.2.3",
    startedAt: NOON - MINUTE,
    at: NOON,
    totals: { received: 4, published: 1, rejected: 1, duplicates: 1 },
    eventsPerSecond: 0.5,
    held: { messages: 1, bytes: 500 },
    apiCallsPerEvent: 0.4,
    down: [{ dependency: "store", since: NOON, why: "throttled ☕" }],
    stalled: [],
    stalledGroups: 0,
    ...changes,
  };
}

/** How a store keeps what processors say of themselves. `open` gives one that knows of none. */
export function journalProcessorsContract(open: () => Promise<Journal>): void {
  const rule = rulesOn(open);

  describe("processors", () => {
    rule("gives back what each said last", "PutItem", async (journal) => {
      const later = processorReport({ at: NOON + 1, down: [] });
      await journal.noteProcessor(processorReport());
      await journal.noteProcessor(processorReport({ processorId: "p-2" }));
      await journal.noteProcessor(later);
      expect(await journal.processors(NOON)).toEqual([later, processorReport({ processorId: "p-2" })]);
    });

    rule("forgets the one that ended", "DeleteItem", async (journal) => {
      await journal.noteProcessor(processorReport());
      await journal.forgetProcessor("p-1");
      await journal.forgetProcessor("p-never");
      expect(await journal.processors(NOON)).toEqual([]);
    });

    rule("forgets one that has said nothing for a minute", "Using time to live (TTL) in DynamoDB", async (journal) => {
      await journal.noteProcessor(processorReport());
      expect(await journal.processors(NOON + MINUTE - 1)).toHaveLength(1);
      expect(await journal.processors(NOON + MINUTE)).toEqual([]);
    });

    rule("takes none for a fact", OWN_RULE, async (journal) => {
      await journal.noteProcessor(processorReport({ processorId: "client-1#accepted" }));
      expect(await journal.readEvent("client-1#accepted")).toEqual([]);
      expect(await journal.blockedGroups(NOON)).toEqual([]);
    });
  });
}
