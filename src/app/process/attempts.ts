import { retryDelayMs } from "../../core/backoff.js";
import type { EntryResult, Fault } from "../../ports/call.js";
import type { Dependency } from "./breakers.js";
import { LEASE_TOO_SHORT } from "./calls.js";
import type { Gate } from "./gate.js";
import { HandBack, type HeldMessage } from "./held-message.js";
import type { ProcessContext } from "./process-context.js";

/** One thing to be done for a message. */
export interface Task {
  /** Told with each failure. */
  operation: string;
  /** What the call asks; undefined: the ingress queue, which is down for everything or for nothing. */
  dependency?: Dependency;
  /** Tried for as long as the message is ours, and until the processor gives up what it holds. */
  isEndless?: boolean;
}

/** Tries one entry again, the same one, until it succeeds. Attempts are used up by what is wrong with this one message; while a dependency is down for all, the message waits. */
export interface Attempts {
  /** @throws HandBack once the attempts are used up, the lease is lost, or the processor must stop */
  until<Value>(held: HeldMessage, task: Task, call: () => Promise<EntryResult<Value>>): Promise<{ ok: true } & Value>;
  /** One attempt. @throws HandBack when the lease is too short for it */
  once<Value>(held: HeldMessage, task: Task, call: () => Promise<Value>): Promise<Value>;
  /** What follows an attempt that failed: a pause. @returns the number of the next one; @throws HandBack, as above */
  pause(held: HeldMessage, task: Task, fault: Fault, attempt: number): Promise<number>;
}

export function createAttempts({ settings, clock, tell, stopped }: ProcessContext, gate: Gate): Attempts {
  const once: Attempts["once"] = (held, { dependency, isEndless = false }, call) =>
    dependency === undefined ? call() : gate.pass(held, dependency, call, { isEndless });

  const pause: Attempts["pause"] = async (held, { operation, dependency, isEndless }, fault, attempt) => {
    if (fault.code === LEASE_TOO_SHORT) throw new HandBack("lost", fault.message);
    tell("call:failed", { operation, fault, attempt });
    const isDown = dependency !== undefined && gate.isShut(dependency);
    if (!isDown && isEndless !== true && attempt >= settings.process.attempts)
      throw new HandBack("failed", `${operation}: ${fault.code}: ${fault.message}`);
    await clock.sleep(retryDelayMs(attempt, clock.random), stopped);
    if (stopped.aborted) throw new HandBack("stopping", "the processor stops");
    if (held.isGone) throw new HandBack("lost", "the lease was lost");
    return isDown ? 1 : attempt + 1;
  };

  return {
    once,
    pause,
    async until(held, task, call) {
      for (let attempt = 1; ; ) {
        const result = await once(held, task, call);
        if (result.ok) return result;
        attempt = await pause(held, task, result.fault, attempt);
      }
    },
  };
}
