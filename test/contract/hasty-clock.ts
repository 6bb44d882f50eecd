import type { Clock } from "../../src/ports/clock.js";
import { NOON } from "./journal-facts.js";

const TWO_HOURS_MS = 2 * 60 * 60 * 1000;

/** A clock on which nobody waits: whoever sleeps moves it on. It starts two hours after the facts of the contracts. */
export function createHastyClock(): Clock {
  const start = NOON + TWO_HOURS_MS;
  let now = start;
  return {
    now: () => now,
    monotonic: () => now - start,
    random: () => 0.5,
    async sleep(delayMs) {
      now += delayMs;
    },
  };
}
