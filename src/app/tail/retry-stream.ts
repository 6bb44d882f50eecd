import { retryDelayMs } from "../../core/backoff.js";
import { isCallError } from "../../ports/call.js";
import type { Clock } from "../../ports/clock.js";

/** Attempts in a row that bring nothing. */
const MAX_ATTEMPTS = 5;

/**
 * Yields what `read` yields, and calls it again with growing pauses when it fails for a passing reason; it then has to leave out what it
 * has yielded before. Nothing is tried again once the signal has aborted. @throws what the last attempt threw
 */
export async function* retryStream<Item>(
  clock: Clock,
  signal: AbortSignal | undefined,
  read: () => AsyncIterable<Item>,
): AsyncGenerator<Item> {
  for (let attempt = 1; ; attempt++) {
    try {
      for await (const item of read()) {
        attempt = 1;
        yield item;
      }
      return;
    } catch (error) {
      if (!isPassing(error) || attempt === MAX_ATTEMPTS || signal?.aborted === true) throw error;
      await clock.sleep(
        retryDelayMs(attempt, () => clock.random()),
        signal,
      );
    }
  }
}

function isPassing(error: unknown): boolean {
  return isCallError(error) && ["unreachable", "throttled", "failed"].includes(error.kind);
}
