import type { Clock } from "../ports/clock.js";
import type { Journal } from "../ports/journal.js";
import type { StoreCare } from "../ports/store.js";

const EVERY_MS = 10 * 60 * 1_000;
/** Between two batches, for those who have work to do. */
const PAUSE_MS = 100;
/** Of the lock; renewed before each batch. */
const LOCK_MS = 60 * 1_000;
const LOCK = "upkeep";
const CLOSE_WITHIN_MS = 2_000;

interface UpkeepOptions {
  care: Pick<StoreCare, "deleteExpired">;
  journal: Pick<Journal, "takeLock" | "giveLock">;
  clock: Clock;
  /** Unique to this process. */
  holder: string;
}

/**
 * Deletes what has expired in a store that does not do so itself, while a processor runs: in small batches, and one process of
 * the stack at a time. What fails is no concern of the work: it is tried again the next time.
 */
export function openStoreUpkeep({ care, journal, clock, holder }: UpkeepOptions): { close(): Promise<void> } {
  const closed = new AbortController();
  const working = work();

  async function work(): Promise<void> {
    // At once, so that a processor that only drains the queue does it too.
    while (!closed.signal.aborted) {
      await tidyUp().catch(() => undefined);
      await clock.sleep(EVERY_MS, closed.signal);
    }
  }

  async function tidyUp(): Promise<void> {
    let isMore = true;
    while (isMore && !closed.signal.aborted) {
      const now = clock.now();
      if ((await journal.takeLock({ name: LOCK, holder, until: now + LOCK_MS }, now)) !== undefined) return;
      isMore = await care.deleteExpired(now);
      await clock.sleep(PAUSE_MS, closed.signal);
    }
    await journal.giveLock({ name: LOCK, holder });
  }

  return {
    async close() {
      closed.abort();
      const done = new AbortController();
      await Promise.race([working.finally(() => done.abort()), clock.sleep(CLOSE_WITHIN_MS, done.signal)]);
    },
  };
}
