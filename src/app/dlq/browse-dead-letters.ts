import type { DeadLetter, DeadLetterFilter } from "./dead-letter.js";
import { type BrowsePorts, visitLetters } from "./visit-letters.js";

export interface BrowseOptions {
  filter?: DeadLetterFilter | undefined;
  /** Letters taken at most; all where it is missing. */
  limit?: number | undefined;
  /** How many more are counted, once the limit is reached. */
  countAhead?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** What a look at the dead letters came to. */
export interface Browsed {
  taken: number;
  /** Match as well, and were not taken. */
  more: number;
  /** There may be more than `more`. */
  isMoreOpen: boolean;
  /** Messages of the DLQ that it hands out only when those ahead of them in their groups are gone. */
  hidden: number;
}

/**
 * Takes the dead letters that match, one after the other: those of the journal, newest first, then those that only the DLQ knows of, in
 * its own order. The journal is asked; the DLQ is looked into only when all of the journal was read and it may hold others, and what
 * was received is released at once. Bodies above 300 KB are cut.
 */
export async function browseDeadLetters(
  ports: BrowsePorts,
  { filter = {}, limit = Number.POSITIVE_INFINITY, countAhead = 0, signal }: BrowseOptions,
  take: (letter: DeadLetter) => void | Promise<void>,
): Promise<Browsed> {
  const enough = new AbortController();
  const signals = signal === undefined ? [enough.signal] : [enough.signal, signal];
  const browsed: Browsed = { taken: 0, more: 0, isMoreOpen: false, hidden: 0 };
  const options = { filter, wholeBodies: false, leftovers: false, newestFirst: true, signal: AbortSignal.any(signals) };
  const { hidden } = await visitLetters(ports, options, async ({ letter }) => {
    if (browsed.taken < limit) {
      browsed.taken += 1;
      await take(letter);
      return;
    }
    browsed.more += 1;
    browsed.isMoreOpen = browsed.more > countAhead;
    if (browsed.isMoreOpen) enough.abort();
  });
  const more = Math.min(browsed.more, countAhead);
  return { ...browsed, more, hidden };
}
