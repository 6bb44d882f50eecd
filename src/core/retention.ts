const DAY_SECONDS = 24 * 60 * 60;
/** What was published is remembered longer than what was accepted, so that nobody sees an accepted event whose publication is forgotten. */
const PUBLISHED_LIVES_LONGER_SECONDS = 7 * DAY_SECONDS;

/** When a fact expires, in seconds since 1970. `at`: ms since 1970 */
export function expiryOf(at: number, retentionDays: number): number {
  return Math.floor(at / 1000) + retentionDays * DAY_SECONDS;
}

/** When the published fact expires that completes an accepted one. */
export function publishedExpiry(accepted: { expiresAt: number }): number {
  return accepted.expiresAt + PUBLISHED_LIVES_LONGER_SECONDS;
}

/** Whether a published fact completes this accepted one, and not one that the journal has forgotten since. */
export function completes(published: { expiresAt: number }, accepted: { expiresAt: number }): boolean {
  return published.expiresAt >= accepted.expiresAt;
}
