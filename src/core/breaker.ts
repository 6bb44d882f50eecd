/**
 * Whether a dependency is asked at all. `closed`: it works, as far as is known. `open`: it failed too often in a row, and is
 * left alone until `retryAt`. `probing`: one piece of real work is on its way to it; what becomes of that decides.
 */
export type Breaker =
  | { state: "closed"; failures: number }
  | { state: "open"; since: number; trips: number; retryAt: number }
  | { state: "probing"; since: number; trips: number };

export const CLOSED: Breaker = { state: "closed", failures: 0 };

/** Calls that fail in a row before the dependency counts as down. */
const FAILURES_TO_OPEN = 5;
const BASE_PAUSE_MS = 500;
const MAX_PAUSE_MS = 15_000;

/** A call failed as a whole. Calls that were already under way when the breaker opened change nothing. `now`: ms of the monotonic clock */
export function afterFailure(breaker: Breaker, now: number, random: () => number): Breaker {
  if (breaker.state === "open") return breaker;
  if (breaker.state === "probing") {
    const trips = breaker.trips + 1;
    return { state: "open", since: breaker.since, trips, retryAt: now + probePauseMs(trips, random) };
  }
  const failures = breaker.failures + 1;
  if (failures < FAILURES_TO_OPEN) return { state: "closed", failures };
  return { state: "open", since: now, trips: 1, retryAt: now + probePauseMs(1, random) };
}

/** Lets one probe through once the pause is over. @returns undefined as long as it is not, or while another probe is on its way */
export function startProbe(breaker: Breaker, now: number): Breaker | undefined {
  if (breaker.state !== "open" || now < breaker.retryAt) return undefined;
  return { state: "probing", since: breaker.since, trips: breaker.trips };
}

/** A probe that never reached the dependency has told nothing: the next one may go at once. */
export function dropProbe(breaker: Breaker, now: number): Breaker {
  return breaker.state === "probing" ? { ...breaker, state: "open", retryAt: now } : breaker;
}

/** Half of the pause is fixed, so that a dependency that is down is not hurried; half is chance, so that processors do not come all at once. */
function probePauseMs(trips: number, random: () => number): number {
  const longest = Math.min(MAX_PAUSE_MS, BASE_PAUSE_MS * 2 ** Math.min(trips, 16));
  return longest / 2 + random() * (longest / 2);
}
