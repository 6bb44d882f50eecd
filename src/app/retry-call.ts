import { retryDelayMs } from "../core/backoff.js";
import { type CallError, isPassing } from "../ports/call.js";
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

/** The same without an end, for what an outage must not stop. `onFailure` hears of each one. @throws what does not pass, and the last failure when `signal` has aborted */
export async function retryPatiently<Answer>(
  clock: Clock,
  { signal, onFailure }: { signal: AbortSignal | undefined; onFailure: (error: CallError) => void },
  call: () => Promise<Answer>,
): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (!isPassing(error) || signal?.aborted === true) throw error;
      onFailure(error);
      await pause(clock, signal, attempt);
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
  await pause(clock, signal, attempt);
}

async function pause(clock: Clock, signal: AbortSignal | undefined, attempt: number): Promise<void> {
  await clock.sleep(
    retryDelayMs(attempt, () => clock.random()),
    signal,
  );
}
