const BASE_RETRY_MS = 100;
const MAX_RETRY_MS = 5_000;
const BASE_RELEASE_SECONDS = 2;
/** A group that keeps failing is tried again at least this often. */
const MAX_RELEASE_SECONDS = 15 * 60;

/** Pause before a call is tried again, exponential with full jitter ("Exponential Backoff And Jitter", AWS Architecture Blog). `attempt`: 1 for the first that failed. @returns ms */
export function retryDelayMs(attempt: number, random: () => number): number {
  return Math.floor(random() * Math.min(MAX_RETRY_MS, BASE_RETRY_MS * 2 ** attempt));
}

/** How long a group's messages stay invisible once they are given back. `receiveCount`: of its head; it sets a delay and decides nothing else. @returns seconds, 1–900 */
export function releaseDelaySeconds(receiveCount: number, random: () => number): number {
  const ceiling = Math.min(MAX_RELEASE_SECONDS, BASE_RELEASE_SECONDS * 2 ** Math.min(receiveCount, 16));
  return 1 + Math.floor(random() * (ceiling - 1));
}
