import type { Clock } from "../../ports/clock.js";
import type { Journal } from "../../ports/journal.js";
import { type DeadLetter, fromJournal } from "../dlq/dead-letter.js";
import { retryCall } from "../retry-call.js";
import { startIdleTimer } from "./idle-timer.js";
import { matchesAll, type TailFilter } from "./tail-filter.js";

export interface TailDeadLettersOptions {
  filters?: TailFilter[] | undefined;
  limit?: number | undefined;
  idleTimeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
}

interface TailDeadLettersPorts {
  journal: Pick<Journal, "rejections">;
  clock: Clock;
}

const PAUSE_MS = 1_000;
/** The index over rejections follows the table with a delay, and the processor's clock may differ from ours: what is this old is looked at again. */
const OVERLAP_MS = 30_000;

/** Yields rejections as they are recorded from now on. It follows the journal, so it takes nothing from the DLQ. */
export async function* tailDeadLetters(
  { journal, clock }: TailDeadLettersPorts,
  { filters = [], limit = Number.POSITIVE_INFINITY, idleTimeoutMs, signal }: TailDeadLettersOptions,
): AsyncGenerator<DeadLetter> {
  const idle = startIdleTimer(clock, idleTimeoutMs);
  const start = clock.now();
  const seen = new Map<string, number>();
  let yielded = 0;
  while (signal?.aborted !== true) {
    const since = Math.max(start, clock.now() - OVERLAP_MS);
    for (const letter of await retryCall(clock, signal, () => readNew(journal, since, clock.now(), seen))) {
      if (!matchesAll(filters, { record: letter, attributes: {}, body: letter.body })) continue;
      yield letter;
      yielded += 1;
      idle.touch();
      if (yielded >= limit) return;
    }
    forgetBefore(seen, since);
    if (idle.leftMs() <= 0) return;
    await clock.sleep(Math.min(PAUSE_MS, idle.leftMs()), signal);
  }
}

async function readNew(
  journal: Pick<Journal, "rejections">,
  since: number,
  until: number,
  seen: Map<string, number>,
): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  for await (const entry of journal.rejections({ since, until: until + OVERLAP_MS })) {
    if (seen.has(entry.rejected.messageId)) continue;
    letters.push(fromJournal(entry).letter);
  }
  for (const letter of letters) seen.set(letter.messageId, Date.parse(letter.rejectedAt));
  return letters;
}

function forgetBefore(seen: Map<string, number>, since: number): void {
  for (const [messageId, at] of seen) {
    if (at < since) seen.delete(messageId);
  }
}
