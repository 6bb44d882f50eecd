import type { Clock } from "../../ports/clock.js";
import { pauseBeforeRetry } from "../retry-call.js";

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
      await pauseBeforeRetry(clock, signal, attempt, error);
    }
  }
}
