import type { Clock } from "../../ports/clock.js";

/** How far ahead of its time an event may go, so that several of them go in one call. */
const AHEAD_MS = 100;
/** A long pause is made of short ones, between which the lock is kept. */
const LONGEST_SLEEP_MS = 5_000;

interface PaceOptions {
  ratePerSecond: number;
  signal: AbortSignal | undefined;
  /** Waited for between the parts of a long pause. */
  meanwhile: () => Promise<void>;
}

/** @returns what to wait for before each event, so that no more go than the rate allows, give or take a tenth of a second; time lost is not made up for */
export function createPace(clock: Clock, { ratePerSecond, signal, meanwhile }: PaceOptions): () => Promise<void> {
  const intervalMs = 1000 / ratePerSecond;
  let dueMs = clock.monotonic();
  return async () => {
    dueMs = Math.max(dueMs, clock.monotonic() - AHEAD_MS);
    if (dueMs - clock.monotonic() >= AHEAD_MS) {
      while (dueMs > clock.monotonic() && signal?.aborted !== true) {
        await clock.sleep(Math.min(dueMs - clock.monotonic(), LONGEST_SLEEP_MS), signal);
        await meanwhile();
      }
    }
    dueMs += intervalMs;
  };
}
