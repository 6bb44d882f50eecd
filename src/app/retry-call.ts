import { retryDelayMs } from "../core/backoff.js";
import { isPassing } from "../ports/call.js";
import type { Clock } from "../ports/clock.js";

const MAX_ATTEMPTS = 5;

/** Makes a call, again with growing pauses while it fails for a passing reason. @throws what the last attempt threw, or the first when `signal` has aborted */
export async function retryCall<Answer>(
  clock: Clock,
  signal: AbortSignal | undefined,
  call: () => Promise<Answer>,
): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      await pauseBeforeRetry(clock, signal, attempt, error);
    }
  }
}

/** Waits before the next attempt. @throws `error` where there is none: it does not pass, there were enough, or `signal` has aborted */
export async function pauseBeforeRetry(
  clock: Clock,
  signal: AbortSignal | undefined,
  attempt: number,
  error: unknown,
): Promise<void> {
  if (!isPassing(error) || attempt === MAX_ATTEMPTS || signal?.aborted === true) throw error;
  await clock.sleep(
    retryDelayMs(attempt, () => clock.random()),
    signal,
  );
}
