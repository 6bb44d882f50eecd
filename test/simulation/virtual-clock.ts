import type { Clock } from "../../src/ports/clock.js";

export type Random = () => number;

/** Mulberry32: small, and good enough for schedules. */
export function createRandom(seed: number): Random {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface VirtualClock extends Clock {
  /** Moves on until `isDone`, or until `untilMs` (ms since 1970). */
  run(untilMs: number, isDone?: () => boolean): Promise<void>;
}

/** A clock that jumps from sleeper to sleeper. Nothing here waits for anything but it, so one turn of the event loop ends every promise chain. */
export function createVirtualClock(random: Random): VirtualClock {
  const start = Date.parse("2026-11-21T10:00:00Z");
  let now = start;
  const sleepers = new Set<{ wakeAt: number; wake: () => void }>();
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    now: () => now,
    monotonic: () => now - start,
    random,
    sleep: (delayMs, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const wake = () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener("abort", wake);
          resolve();
        };
        const sleeper = { wakeAt: now + delayMs, wake };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", wake);
      }),
    async run(untilMs, isDone = () => false) {
      await settle();
      while (!isDone()) {
        let next: { wakeAt: number; wake: () => void } | undefined;
        for (const sleeper of sleepers) if (next === undefined || sleeper.wakeAt < next.wakeAt) next = sleeper;
        if (next === undefined || next.wakeAt > untilMs) {
          now = Math.max(now, untilMs);
          return;
        }
        now = Math.max(now, next.wakeAt);
        next.wake();
        await settle();
      }
    },
  };
}
