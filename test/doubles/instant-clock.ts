import type { Clock } from "../../src/ports/clock.js";

/** A clock on which sleeping takes no time: whoever sleeps moves it on. `slept` lists the delays in ms. */
export interface InstantClock extends Clock {
  readonly slept: number[];
  advance(ms: number): void;
}

export function createInstantClock(start = Date.parse("2026-11-21T10:00:00Z")): InstantClock {
  let now = start;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    monotonic: () => now - start,
    random: () => 0.5,
    advance(ms) {
      now += ms;
    },
    async sleep(delayMs, signal) {
      // A turn of the event loop, so that whatever runs at the same time gets on.
      await new Promise((resolve) => setImmediate(resolve));
      if (signal?.aborted) return;
      slept.push(delayMs);
      now += delayMs;
    },
  };
}
