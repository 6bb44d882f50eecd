import type { Clock } from "../../src/ports/clock.js";
import type { Random } from "./random.js";
import { createSleepers, type Sleeper } from "./sleepers.js";

export interface VirtualClock extends Clock {
  /** A sleep that can be ended early. */
  rest(delayMs: number): { ended: Promise<void>; wake(): void };
  /** Moves on until `isDone`, or until `untilMs` (ms since 1970). */
  run(untilMs: number, isDone?: () => boolean): Promise<void>;
}

const START = Date.parse("2026-11-21T10:00:00Z");

/** A clock that jumps from sleeper to sleeper. Nothing here waits for anything but it, so one turn of the event loop ends every promise chain. */
export function createVirtualClock(random: Random): VirtualClock {
  let now = START;
  const sleepers = createSleepers();

  function add(delayMs: number, wake: () => void): Sleeper {
    return sleepers.add(now + Math.max(0, delayMs), wake);
  }

  function sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    if (signal === undefined) return new Promise((resolve) => add(delayMs, resolve));
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper = add(delayMs, () => {
        signal.removeEventListener("abort", wakeEarly);
        resolve();
      });
      function wakeEarly(): void {
        sleeper.isOver = true;
        resolve();
      }
      signal.addEventListener("abort", wakeEarly, { once: true });
    });
  }

  return {
    now: () => now,
    monotonic: () => now - START,
    random,
    sleep,
    rest(delayMs) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const sleeper = add(delayMs, resolve);
      const wake = () => {
        sleeper.isOver = true;
        resolve();
      };
      return { ended: promise, wake };
    },
    async run(untilMs, isDone = () => false) {
      await turn();
      while (!isDone()) {
        const next = sleepers.takeUntil(untilMs);
        if (next === undefined) {
          now = Math.max(now, untilMs);
          return;
        }
        now = Math.max(now, next.wakeAt);
        next.wake();
        await turn();
      }
    },
  };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
