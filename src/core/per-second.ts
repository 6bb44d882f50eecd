/** What was counted in each of the last seconds. Changed in place: it takes thousands of events a second. Times are ms since 1970. */
export interface PerSecond {
  keptSeconds: number;
  /** By the second since 1970; those that hold nothing are missing. */
  counts: Map<number, number>;
}

/** @param keptSeconds complete seconds that can be looked back on */
export function perSecond(keptSeconds: number): PerSecond {
  return { keptSeconds, counts: new Map() };
}

export function countAt({ counts, keptSeconds }: PerSecond, now: number, count: number): void {
  const second = secondOf(now);
  const before = counts.get(second);
  counts.set(second, (before ?? 0) + count);
  if (before === undefined) forgetBefore(counts, second - keptSeconds);
}

/** What was counted in the last `seconds` complete seconds. */
export function countedWithin({ counts }: PerSecond, now: number, seconds: number): number {
  const thisSecond = secondOf(now);
  let sum = 0;
  for (const [second, count] of counts) if (second >= thisSecond - seconds && second < thisSecond) sum += count;
  return sum;
}

/** Counts a second over the last `seconds` complete seconds, or over those that have passed since `startedAt`. */
export function ratePerSecond(window: PerSecond, startedAt: number, now: number, seconds: number): number {
  const passed = Math.min(seconds, secondOf(now) - secondOf(startedAt));
  return passed <= 0 ? 0 : countedWithin(window, now, passed) / passed;
}

/** The counts of the last `seconds` complete seconds, the oldest first. */
export function countsOf({ counts }: PerSecond, now: number, seconds: number): number[] {
  const first = secondOf(now) - seconds;
  return Array.from({ length: seconds }, (_, index) => counts.get(first + index) ?? 0);
}

export function secondOf(now: number): number {
  return Math.floor(now / 1000);
}

/** Drops the entries of seconds before `oldest` from a map whose seconds were put in as time went on. */
export function forgetBefore(bySecond: Map<number, unknown>, oldest: number): void {
  for (const second of bySecond.keys()) if (second < oldest) bySecond.delete(second);
}
