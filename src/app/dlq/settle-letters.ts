import type { PurgedFact, RedrivenFact } from "../../core/facts.js";
import type { EntryResult } from "../../ports/call.js";
import type { Clock } from "../../ports/clock.js";
import type { Journal } from "../../ports/journal.js";
import type { Queue } from "../../ports/queue.js";
import { retryCall } from "../retry-call.js";

export interface SettlePorts {
  journal: Pick<Journal, "write">;
  deadLetters: Pick<Queue, "delete">;
  clock: Clock;
}

/** A dead letter that was dealt with: what the journal is to know of it (nothing where it knows already), and its message. */
export interface Settlement {
  messageId: string;
  fact: RedrivenFact | PurgedFact | undefined;
  receiptHandle: string;
}

/** A dead letter that could not be dealt with to the end. */
export interface FailedLetter {
  messageId: string;
  error: string;
}

/**
 * Records what was done, then deletes the messages; at most 10. In this order, so that nothing is done twice: what is recorded
 * and not deleted is only deleted the next time. @returns those that failed, by an entry's own fault
 */
export async function settleLetters(
  { journal, deadLetters, clock }: SettlePorts,
  settlements: Settlement[],
): Promise<FailedLetter[]> {
  const failed: FailedLetter[] = [];
  const keep = (letters: Settlement[], results: EntryResult[], doing: string) =>
    letters.filter(({ messageId }, index) => {
      const result = results[index];
      if (result?.ok === true) return true;
      failed.push({ messageId, error: `${doing}: ${result?.fault.message ?? "no answer"}` });
      return false;
    });
  const known = settlements.filter(({ fact }) => fact === undefined);
  const unknown = settlements.filter(({ fact }) => fact !== undefined);
  const facts = unknown.flatMap(({ fact }) => fact ?? []);
  const written = facts.length === 0 ? [] : await retryCall(clock, undefined, () => journal.write(facts));
  const recorded = [...known, ...keep(unknown, written, "not recorded")];
  if (recorded.length === 0) return failed;
  const handles = recorded.map(({ receiptHandle }) => receiptHandle);
  const deleted = await retryCall(clock, undefined, () => deadLetters.delete(handles));
  keep(recorded, deleted, "not deleted from the DLQ");
  return failed;
}
