import type { AcceptedFact } from "../../src/core/facts.js";
import { type EntryResult, isCallError } from "../../src/ports/call.js";
import type { Clock } from "../../src/ports/clock.js";
import type { Journal } from "../../src/ports/journal.js";
import { NotTried } from "./rule.js";

/** Where a contract's stores of facts are made. */
export interface JournalTarget {
  /** The time that passes on the target. */
  clock: Pick<Clock, "monotonic" | "sleep">;
  /** Gives an empty store, whose facts were written two hours ago. */
  open(): Promise<Journal>;
}

/** Inserts the facts that a rule about something else stands on. @throws NotTried when they are not inserted */
export async function accept(journal: Journal, facts: AcceptedFact[]): Promise<void> {
  for (const result of await resultsOf(journal.insertAccepted(facts))) {
    if (!result.ok) throw new NotTried(`needs an insert, which failed: ${result.fault.message}`);
  }
}

/** A failed call is a failure of each entry. */
async function resultsOf(call: Promise<EntryResult[]>): Promise<EntryResult[]> {
  try {
    return await call;
  } catch (error) {
    if (isCallError(error)) return [{ ok: false, fault: error.fault }];
    throw error;
  }
}
