/** How the time that one invocation has for its batch is spent; all in ms. */
export interface BatchTimes {
  /** Bound on one call. */
  callTimeoutMs: number;
  /** After so long nothing waits or begins any more, and what is not done is given back. */
  giveUpAfterMs: number;
  /** So long the messages are ours: no call is under way any more, and the answer is due. */
  leaseMs: number;
}

/** For the answer to reach the event source mapping before the function is ended. */
const ANSWER_MARGIN_MS = 1_000;
const SHORTEST_CALL_MS = 100;

/**
 * What begins right before everything is given up may take as long as a call, and giving back takes one more: both must end
 * before the answer is due.
 *
 * @param remainingMs - until the function is ended ("AWS Lambda context object in Node.js": getRemainingTimeInMillis)
 * @param callTimeoutMs - as it is set
 */
export function batchTimes(remainingMs: number, callTimeoutMs: number): BatchTimes {
  const leaseMs = Math.max(0, remainingMs - ANSWER_MARGIN_MS);
  const bound = Math.max(SHORTEST_CALL_MS, Math.min(callTimeoutMs, Math.floor(leaseMs / 4)));
  return { callTimeoutMs: bound, giveUpAfterMs: Math.max(0, leaseMs - 2 * bound), leaseMs };
}
