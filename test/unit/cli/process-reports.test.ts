import { describe, expect, it } from "vitest";
import { openProcessReports } from "../../../src/cli/process-reports.js";
import { createMemoryJournal, type MemoryJournal } from "../../doubles/memory-journal.js";
import { createManualClock } from "../../factories/manual-clock.js";
import { messageFacts } from "../app/processor-reports/message-facts.js";

function openReports(journal: MemoryJournal) {
  const clock = createManualClock();
  const reports = openProcessReports({ journal, clock, host: "ops-1", pid: 42, version: "1.2.3" });
  return { clock, ...reports };
}

const said = (journal: MemoryJournal) => [...journal.reports.values()];

describe("a processor's reports", () => {
  it("begin after a second, come every ten, and are gone in the end", async () => {
    const journal = createMemoryJournal();
    const { clock, listener, close } = openReports(journal);
    await clock.advance(999);
    expect(said(journal)).toEqual([]);
    await clock.advance(1);
    expect(said(journal)).toMatchObject([{ host: "ops-1", pid: 42, version: "1.2.3", totals: { published: 0 } }]);
    listener("event:published", { ...messageFacts(), latencyMs: 5 });
    await clock.advance(9_999);
    expect(said(journal)).toMatchObject([{ totals: { published: 0 } }]);
    await clock.advance(1);
    expect(said(journal)).toMatchObject([{ totals: { published: 1 }, at: clock.now() }]);
    await close();
    expect(said(journal)).toEqual([]);
    await clock.advance(60_000);
    expect(said(journal)).toEqual([]);
  });

  it("that fail are nobody's concern, and the next one is tried", async () => {
    const journal = createMemoryJournal();
    const { noteProcessor } = journal;
    journal.noteProcessor = () => Promise.reject(new Error("the store is down"));
    const { clock } = openReports(journal);
    await clock.advance(1_000);
    journal.noteProcessor = noteProcessor;
    await clock.advance(10_000);
    expect(said(journal)).toHaveLength(1);
  });

  it("hold nobody up in the end for longer than two seconds", async () => {
    const journal = createMemoryJournal();
    journal.noteProcessor = () => new Promise(() => undefined);
    const { clock, close } = openReports(journal);
    await clock.advance(1_000);
    let isClosed = false;
    const closing = close().then(() => {
      isClosed = true;
    });
    await clock.advance(1_999);
    expect(isClosed).toBe(false);
    await clock.advance(1);
    await closing;
  });

  it("are forgotten quietly where forgetting fails", async () => {
    const journal = createMemoryJournal();
    journal.forgetProcessor = () => Promise.reject(new Error("the store is down"));
    const { close } = openReports(journal);
    await expect(close()).resolves.toBeUndefined();
  });

  it("of two that began at the same moment are told from each other", async () => {
    const journal = createMemoryJournal();
    const clock = createManualClock();
    for (let index = 0; index < 2; index += 1)
      openProcessReports({ journal, clock, host: "pod", pid: 1, version: "1.2.3" });
    await clock.advance(1_000);
    expect(said(journal)).toHaveLength(2);
  });
});
