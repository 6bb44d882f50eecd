import type { Clock } from "../../ports/clock.js";
import type { Journal } from "../../ports/journal.js";
import { type DeadLetter, fromJournal } from "../dlq/dead-letter.js";
import { startIdleTimer } from "./idle-timer.js";
import { retryStream } from "./retry-stream.js";
import { matchesAll, type TailFilter } from "./tail-filter.js";

export interface TailDeadLettersOptions {
  /** Begins with what was rejected from then on, ms since 1970. */
  since?: number | undefined;
  /** False: ends with what is recorded. */
  follow?: boolean | undefined;
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

/** Yields rejections as they are recorded, from `since` or from now on. It follows the journal, so it takes nothing from the DLQ. */
export async function* tailDeadLetters(
  { journal, clock }: TailDeadLettersPorts,
  options: TailDeadLettersOptions,
): AsyncGenerator<DeadLetter> {
  const { filters = [], limit = Number.POSITIVE_INFINITY, idleTimeoutMs, signal, follow = true } = options;
  const isAborted = () => signal?.aborted === true;
  const idle = startIdleTimer(clock, idleTimeoutMs);
  const start = options.since ?? clock.now();
  const seen = new Map<string, number>();
  let since = start;
  let yielded = 0;
  while (!isAborted()) {
    for await (const letter of readNew({ journal, clock }, { since, signal }, seen)) {
      if (isAborted()) return;
      if (!matchesAll(filters, { record: letter, attributes: {}, body: letter.body })) continue;
      yield letter;
      yielded += 1;
      idle.touch();
      if (yielded >= limit) return;
    }
    if (!follow || idle.leftMs() <= 0) return;
    await clock.sleep(Math.min(PAUSE_MS, idle.leftMs()), signal);
    since = Math.max(start, clock.now() - OVERLAP_MS);
    forgetBefore(seen, since);
  }
}

/** What was not seen before. */
function readNew(
  { journal, clock }: TailDeadLettersPorts,
  { since, signal }: { since: number; signal: AbortSignal | undefined },
  seen: Map<string, number>,
): AsyncGenerator<DeadLetter> {
  return retryStream(clock, signal, async function* () {
    for await (const entry of journal.rejections({ since, until: clock.now() + OVERLAP_MS })) {
      const { messageId, at } = entry.rejected;
      if (seen.has(messageId)) continue;
      seen.set(messageId, at);
      yield fromJournal(entry).letter;
    }
  });
}

function forgetBefore(seen: Map<string, number>, since: number): void {
  for (const [messageId, at] of seen) {
    if (at < since) seen.delete(messageId);
  }
}
