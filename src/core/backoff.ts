const BASE_RETRY_MS = 100;
const MAX_RETRY_MS = 5_000;
const BASE_RELEASE_SECONDS = 2;
/** A group that keeps failing is tried again at least this often … */
const MAX_RELEASE_SECONDS = 15 * 60;
/** … until it has failed for about a day: then half as often, since the queue moves a message to the DLQ at the 1,000th receive, and an outage may last for the 14 days that the queue keeps it. */
const LONG_OUTAGE_RECEIVES = 100;

/** Pause before a call is tried again, exponential with full jitter ("Exponential Backoff And Jitter", AWS Architecture Blog). `attempt`: 1 for the first that failed. @returns ms */
export function retryDelayMs(attempt: number, random: () => number): number {
  return Math.floor(random() * Math.min(MAX_RETRY_MS, BASE_RETRY_MS * 2 ** attempt));
}

/** How long a group's messages stay invisible once they are given back, with jitter. `receiveCount`: of its head; it sets a delay and decides nothing else. @returns seconds, 1–1800 */
export function releaseDelaySeconds(receiveCount: number, random: () => number): number {
  const longest = receiveCount > LONG_OUTAGE_RECEIVES ? 2 * MAX_RELEASE_SECONDS : MAX_RELEASE_SECONDS;
  const ceiling = Math.min(longest, BASE_RELEASE_SECONDS * 2 ** Math.min(receiveCount, 16));
  return Math.ceil(ceiling / 2 + random() * (ceiling / 2));
}
