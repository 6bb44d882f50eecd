const DAY_SECONDS = 24 * 60 * 60;
/** What was published is remembered longer than what was accepted, so that nobody sees an accepted event whose publication is forgotten. */
const PUBLISHED_LIVES_LONGER_DAYS = 7;

/** When a fact expires, in seconds since 1970. `at`: ms since 1970 */
export function expiryOf(fact: "published" | "other", at: number, retentionDays: number): number {
  const days = retentionDays + (fact === "published" ? PUBLISHED_LIVES_LONGER_DAYS : 0);
  return Math.floor(at / 1000) + days * DAY_SECONDS;
}
