import { countAt, countedWithin, type PerSecond, perSecond } from "./per-second.js";

/** How full the calls of one kind were in the last seconds. Changed in place. */
export interface BatchFill {
  calls: PerSecond;
  entries: PerSecond;
  /** What would have fitted. */
  room: PerSecond;
}

const WINDOW_SECONDS = 10;

export function batchFill(): BatchFill {
  return { calls: perSecond(WINDOW_SECONDS), entries: perSecond(WINDOW_SECONDS), room: perSecond(WINDOW_SECONDS) };
}

/** Takes one call in, with `entries` of at most `limit` entries. */
export function noteBatch(fill: BatchFill, now: number, entries: number, limit: number): void {
  countAt(fill.calls, now, 1);
  countAt(fill.entries, now, entries);
  countAt(fill.room, now, limit);
}

/** Entries of a call, and how many would have fitted, both on average over the last ten seconds; undefined when there was no call. */
export function averageFill(fill: BatchFill, now: number): { entries: number; limit: number } | undefined {
  const calls = countedWithin(fill.calls, now, WINDOW_SECONDS);
  if (calls === 0) return undefined;
  return {
    entries: countedWithin(fill.entries, now, WINDOW_SECONDS) / calls,
    limit: countedWithin(fill.room, now, WINDOW_SECONDS) / calls,
  };
}
