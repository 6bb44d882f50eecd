import type { Clock } from "../../src/ports/clock.js";

/** A clock that stands still until the test moves it; sleepers wake in the order of their times. */
export interface ManualClock extends Clock {
  /** Moves on by so many ms, waking every sleeper on the way, and lets all that follows from it happen. */
  advance(ms: number): Promise<void>;
  /** Lets everything happen that needs no time. */
  settle(): Promise<void>;
}

interface Sleeper {
  wakeAt: number;
  wake: () => void;
}

export function createManualClock(start = Date.parse("2026-11-21T10:00:00Z")): ManualClock {
  let now = start;
  let sleepers: Sleeper[] = [];
  let seed = 1;

  async function settle(): Promise<void> {
    // Promise chains end within a few turns of the event loop when nothing outside takes part.
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  return {
    now: () => now,
    monotonic: () => now - start,
    random() {
      // A linear congruential generator: the same numbers in every run.
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return seed / 2 ** 31;
    },
    sleep: (delayMs, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const sleeper = { wakeAt: now + delayMs, wake: resolve };
        sleepers.push(sleeper);
        signal?.addEventListener("abort", () => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          resolve();
        });
      }),
    settle,
    async advance(ms) {
      const until = now + ms;
      await settle();
      for (;;) {
        sleepers.sort((a, b) => a.wakeAt - b.wakeAt);
        const [next] = sleepers;
        if (next === undefined || next.wakeAt > until) break;
        sleepers.shift();
        now = Math.max(now, next.wakeAt);
        next.wake();
        await settle();
      }
      now = until;
    },
  };
}
