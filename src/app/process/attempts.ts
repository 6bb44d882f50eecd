import { retryDelayMs } from "../../core/backoff.js";
import type { EntryResult, Fault } from "../../ports/call.js";
import { LEASE_TOO_SHORT } from "./calls.js";
import { HandBack, type HeldMessage } from "./held-message.js";
import type { ProcessContext } from "./process-context.js";

/** Tries one entry again, the same one, until it succeeds; `operation` is told with each failure. `isEndless`: for as long as the message is ours. */
export type Attempt = <Value>(
  held: HeldMessage,
  operation: string,
  call: () => Promise<EntryResult<Value>>,
  options?: { isEndless?: boolean },
) => Promise<{ ok: true } & Value>;

/** @returns an {@link Attempt} that throws HandBack once the attempts are used up, the lease is lost, or the processor must stop */
export function createAttempt({ settings, clock, tell, stopped }: ProcessContext): Attempt {
  return async (held, operation, call, { isEndless = false } = {}) => {
    for (let attempt = 1; ; attempt++) {
      const result = await call();
      if (result.ok) return result;
      if (result.fault.code === LEASE_TOO_SHORT) throw new HandBack("lost", result.fault.message);
      tell("call:failed", { operation, fault: result.fault, attempt });
      if (!isEndless && attempt >= settings.process.attempts)
        throw new HandBack("failed", describeFault(operation, result.fault));
      await clock.sleep(retryDelayMs(attempt, clock.random), stopped);
      if (stopped.aborted) throw new HandBack("stopping", "the processor stops");
      if (held.isGone) throw new HandBack("lost", "the lease was lost");
    }
  };
}

function describeFault(operation: string, { code, message }: Fault): string {
  return `${operation}: ${code}: ${message}`;
}
