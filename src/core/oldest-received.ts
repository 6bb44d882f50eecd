/** How old the messages are that are received. Changed in place; times are ms since 1970. */
export type OldestReceived = Map<number, { sentAt: number; ageMs: number }>;

/** What waits of that which was received: nothing, groups that were given back, or whatever needs a dependency that is down. */
export type Waiting = "nothing" | "stalled" | "down";

const SPAN_MS = 10_000;
/** What is given back comes again within half an hour at most; what waits for a dependency may take any time. */
const REMEMBERED_SPANS = (40 * 60_000) / SPAN_MS;

/** Takes a receive in. `sentAt`: of the oldest message that came */
export function noteReceived(oldest: OldestReceived, now: number, sentAt: number, waiting: Waiting): void {
  const span = spanOf(now);
  const before = oldest.get(span);
  oldest.set(span, olderOf(before, { sentAt, ageMs: Math.max(0, now - sentAt) }));
  if (before !== undefined) return;
  for (const [old, { sentAt: oldSentAt }] of oldest) {
    if (old >= span - REMEMBERED_SPANS) break;
    oldest.delete(old);
    if (waiting === "down") oldest.set(span, olderOf(oldest.get(span), { sentAt: oldSentAt, ageMs: 0 }));
  }
}

/** How old the oldest message was that came in the last ten seconds, when it came; undefined when none came. */
export function recentAgeMs(oldest: OldestReceived, now: number): number | undefined {
  const ages = [...oldest].filter(([span]) => span >= spanOf(now) - 1).map(([, { ageMs }]) => ageMs);
  return ages.length === 0 ? undefined : Math.max(...ages);
}

/** When the oldest message was sent that may still wait: a head that waits out its delay is one, although nobody receives it meanwhile. */
export function waitingSentAt(oldest: OldestReceived, now: number, waiting: Waiting): number | undefined {
  if (waiting === "nothing") return undefined;
  const spans = waiting === "stalled" ? REMEMBERED_SPANS : Number.POSITIVE_INFINITY;
  const known = [...oldest].filter(([span]) => span >= spanOf(now) - spans).map(([, { sentAt }]) => sentAt);
  return known.length === 0 ? undefined : Math.min(...known);
}

function olderOf(one: { sentAt: number; ageMs: number } | undefined, other: { sentAt: number; ageMs: number }) {
  if (one === undefined) return other;
  return { sentAt: Math.min(one.sentAt, other.sentAt), ageMs: Math.max(one.ageMs, other.ageMs) };
}

function spanOf(now: number): number {
  return Math.floor(now / SPAN_MS);
}
