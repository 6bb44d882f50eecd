import { retryDelayMs } from "../../core/backoff.js";
import { leaseFrom } from "../../core/lease.js";
import { isCallError } from "../../ports/call.js";
import type { ReceivedMessage, ReceiveOptions } from "../../ports/queue.js";
import { type HeldMessage, holdMessage } from "./held-message.js";
import { momentOf } from "./leases.js";
import type { ProcessContext } from "./process-context.js";

/** Takes messages from the ingress queue; undefined when the call has failed, after a pause that grows. */
export type Receive = (options: { maxMessages: number; waitSeconds: number }) => Promise<HeldMessage[] | undefined>;

/** How long the queue may hold back its answer to the call that asks again for what an aborted one took. */
const RECLAIM_WAIT_SECONDS = 1;
/** A dead network must not hold up the end for longer. */
const RECLAIM_MS = 3_000;

/**
 * @returns a receive for one receiver, one call at a time. A call that failed may have taken messages all the same: the next one
 * carries the same attempt id, for which the queue hands out the same messages ("ReceiveMessage": ReceiveRequestAttemptId).
 * @param force - aborts a call that is under way, and asks once more for what it took
 */
export function createReceive(context: ProcessContext, force: AbortSignal): Receive {
  const { connection, clock, settings, tell, stopping } = context;
  const { visibilitySeconds, kind } = settings.ingress;
  let failures = 0;
  let attemptId = newAttemptId(clock.random);

  async function call(options: ReceiveOptions): Promise<HeldMessage[]> {
    const lease = leaseFrom(momentOf(clock), visibilitySeconds);
    // A standard queue knows no attempts, and refuses their ids.
    const messages = await connection.ingress.receive(kind === "fifo" ? { ...options, attemptId } : options);
    const received = momentOf(clock);
    failures = 0;
    attemptId = newAttemptId(clock.random);
    const all = messages.map((message) => holdMessage(message, received, lease));
    const bytes = all.reduce((sum, held) => sum + held.bytes, 0);
    const about = { count: messages.length, bytes, oldestSentAt: oldestOf(messages) };
    tell("messages:received", { limit: options.maxMessages, ...about });
    return all;
  }

  async function reclaim(options: ReceiveOptions): Promise<HeldMessage[]> {
    if (kind !== "fifo") return [];
    const bound = new AbortController();
    const done = new AbortController();
    void clock.sleep(RECLAIM_MS, done.signal).then(() => bound.abort());
    try {
      return await call({ ...options, waitSeconds: RECLAIM_WAIT_SECONDS, signal: bound.signal });
    } catch (error) {
      if (!isCallError(error)) throw error;
      tell("call:failed", { operation: "reclaim messages", fault: error.fault, attempt: 1 });
      return [];
    } finally {
      done.abort();
    }
  }

  return async ({ maxMessages, waitSeconds }) => {
    const options = { maxMessages, waitSeconds, visibilitySeconds };
    try {
      return await call({ ...options, signal: force });
    } catch (error) {
      if (!isCallError(error)) throw error;
      if (force.aborted) return reclaim(options);
      tell("call:failed", { operation: "receive messages", fault: error.fault, attempt: ++failures });
      await clock.sleep(retryDelayMs(failures, clock.random), stopping);
      return undefined;
    }
  };
}

function oldestOf(messages: ReceivedMessage[]): number | undefined {
  return messages.length === 0 ? undefined : Math.min(...messages.map(({ sentAt }) => sentAt));
}

/** Unique enough to tell one receive from the others of the last 5 minutes. */
function newAttemptId(random: () => number): string {
  const part = () => Math.floor(random() * 2 ** 48).toString(36);
  return `evp-${part()}-${part()}`;
}
