import type { DeadLetter, DeadLetterFilter } from "./dead-letter.js";
import { type BrowsePorts, visitLetters } from "./visit-letters.js";

interface ListOptions {
  filter?: DeadLetterFilter | undefined;
  limit?: number | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * The dead letters that match, oldest first; with a limit, the newest of them. The journal is asked; only when the DLQ may
 * hold some that the journal does not know is it looked into, and what was received is released at once.
 */
export async function listDeadLetters(
  ports: BrowsePorts,
  { filter = {}, limit = Number.POSITIVE_INFINITY, signal }: ListOptions,
): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  await visitLetters(ports, { filter, wholeBodies: false, leftovers: false, signal }, ({ letter }) => {
    letters.push(letter);
    // The journal tells the oldest first, so that the newest stay; twice the limit, so that this is rarely done.
    if (letters.length >= limit * 2) letters.splice(0, letters.length - limit);
  });
  letters.sort((one, other) => Date.parse(one.rejectedAt) - Date.parse(other.rejectedAt));
  return letters.slice(Math.max(0, letters.length - limit));
}
