import { retryDelayMs } from "../../core/backoff.js";
import { isPassing } from "../../ports/call.js";
import type { Clock } from "../../ports/clock.js";

const MAX_ATTEMPTS = 4;

/** Cleans up with a call that can be made again, and tries again while it fails for a passing reason. */
export async function persist<Answer>(clock: Clock, call: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (!isPassing(error) || attempt === MAX_ATTEMPTS) throw error;
      await clock.sleep(retryDelayMs(attempt, () => clock.random()));
    }
  }
}
