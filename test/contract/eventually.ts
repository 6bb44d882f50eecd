import type { Clock } from "../../src/ports/clock.js";

const PAUSE_MS = 250;
/** AWS is consistent "eventually", mostly within a second; counts of messages take up to a minute ("GetQueueAttributes"). */
const WITHIN_MS = 90_000;

/**
 * Makes a check again and again, by the target's own clock, until it passes. This is how a rule lets time go by: a service
 * is waited for, and a model's clock is moved.
 *
 * @returns what the check gave. Rejects with what it last threw when it has not passed within `withinMs`
 */
export async function eventually<Answer>(
  clock: Pick<Clock, "monotonic" | "sleep">,
  check: () => Promise<Answer>,
  withinMs: number = WITHIN_MS,
): Promise<Answer> {
  const deadline = clock.monotonic() + withinMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (clock.monotonic() >= deadline) throw error;
      await clock.sleep(PAUSE_MS);
    }
  }
}
