const BASE_RETRY_MS = 100;
const MAX_RETRY_MS = 5_000;
const BASE_LOOK_MS = 500;
const MAX_LOOK_MS = 15_000;
const BASE_RELEASE_SECONDS = 2;
/** A group that keeps failing is tried again at least this often … */
const MAX_RELEASE_SECONDS = 15 * 60;
/** … until it has failed for about a day: then half as often, since the queue moves a message to the DLQ at the 1,000th receive, and an outage may last for the 14 days that the queue keeps it. */
const LONG_OUTAGE_RECEIVES = 100;
/** A blocked group is tried again soon, since the operator who has put things right waits for it … */
const MAX_BLOCKED_SECONDS = 60;
/** … and after so many receives only so seldom that the queue, which moves a message to the DLQ at the 1,000th, keeps it for its 14 days. */
const LONG_BLOCKED_SECONDS = { least: 1350, most: 1800 };

/** Pause before a call is tried again, exponential with full jitter ("Exponential Backoff And Jitter", AWS Architecture Blog). `attempt`: 1 for the first that failed. @returns ms */
export function retryDelayMs(attempt: number, random: () => number): number {
  return Math.floor(random() * Math.min(MAX_RETRY_MS, BASE_RETRY_MS * 2 ** attempt));
}

/** Pause before the journal is asked again what became of another message of the same event. `look`: 1 for the first. @returns ms, up to 15 s */
export function ownerDelayMs(look: number, random: () => number): number {
  const ceiling = Math.min(MAX_LOOK_MS, BASE_LOOK_MS * 2 ** look);
  return Math.floor(ceiling / 2 + random() * (ceiling / 2));
}

/** How long a group's messages stay invisible once they are given back, with jitter. `receiveCount`: of its head; it sets a delay and decides nothing else. @returns seconds, 1–1800 */
export function releaseDelaySeconds(receiveCount: number, random: () => number): number {
  const longest = receiveCount > LONG_OUTAGE_RECEIVES ? 2 * MAX_RELEASE_SECONDS : MAX_RELEASE_SECONDS;
  const ceiling = Math.min(longest, BASE_RELEASE_SECONDS * 2 ** Math.min(receiveCount, 16));
  return Math.ceil(ceiling / 2 + random() * (ceiling / 2));
}

/** How long a blocked group stays invisible before its head is judged again, with jitter. `receiveCount`: of its head. @returns seconds, 2–60 for the first 100 receives, then 1350–1800 */
export function blockedDelaySeconds(receiveCount: number, random: () => number): number {
  const { least, most } = LONG_BLOCKED_SECONDS;
  if (receiveCount > LONG_OUTAGE_RECEIVES) return Math.ceil(least + random() * (most - least));
  const ceiling = Math.min(MAX_BLOCKED_SECONDS, BASE_RELEASE_SECONDS * 2 ** Math.min(receiveCount, 16));
  return Math.ceil(ceiling / 2 + random() * (ceiling / 2));
}
