import { forgetBefore, secondOf } from "./per-second.js";

/** How long things took in each of the last seconds, as histograms: however many there are, it takes the same memory. Changed in place. */
export interface LatencyWindow {
  keptSeconds: number;
  /** How many fell into each bucket, by the second since 1970. */
  histograms: Map<number, Uint32Array>;
}

export interface Percentiles {
  /** Milliseconds, within 5 % of what was measured. */
  p50: number;
  p99: number;
}

/** Each bucket reaches a tenth further than the one before; the first is everything below a millisecond, the last begins after 16 days. */
const GROWTH = Math.log(1.1);
const BUCKETS = 222;

/** @param keptSeconds complete seconds that can be looked back on */
export function latencyWindow(keptSeconds: number): LatencyWindow {
  return { keptSeconds, histograms: new Map() };
}

export function latencyAt({ histograms, keptSeconds }: LatencyWindow, now: number, latencyMs: number): void {
  const second = secondOf(now);
  let histogram = histograms.get(second);
  if (histogram === undefined) {
    histogram = new Uint32Array(BUCKETS);
    histograms.set(second, histogram);
    forgetBefore(histograms, second - keptSeconds);
  }
  const bucket = bucketOf(latencyMs);
  histogram[bucket] = (histogram[bucket] ?? 0) + 1;
}

/** Percentiles of the last `seconds` complete seconds; undefined when nothing was measured in them. */
export function percentilesWithin(
  { histograms }: LatencyWindow,
  now: number,
  seconds: number,
): Percentiles | undefined {
  const thisSecond = secondOf(now);
  const merged = new Uint32Array(BUCKETS);
  for (const [second, histogram] of histograms) {
    if (second < thisSecond - seconds || second >= thisSecond) continue;
    for (const [bucket, count] of histogram.entries()) merged[bucket] = (merged[bucket] ?? 0) + count;
  }
  return percentilesOf(merged);
}

/** The 99th percentile of each of the last `seconds` complete seconds, the oldest first; 0 where nothing was measured. */
export function p99sOf({ histograms }: LatencyWindow, now: number, seconds: number): number[] {
  const first = secondOf(now) - seconds;
  return Array.from({ length: seconds }, (_, index) => {
    const histogram = histograms.get(first + index);
    return histogram === undefined ? 0 : valueAt(histogram, total(histogram), 0.99);
  });
}

function percentilesOf(histogram: Uint32Array): Percentiles | undefined {
  const count = total(histogram);
  if (count === 0) return undefined;
  return { p50: valueAt(histogram, count, 0.5), p99: valueAt(histogram, count, 0.99) };
}

/** The middle of the bucket below whose end that share of what was measured lies. */
function valueAt(histogram: Uint32Array, count: number, share: number): number {
  let left = Math.ceil(count * share);
  const bucket = histogram.findIndex((inBucket) => {
    left -= inBucket;
    return left <= 0;
  });
  return bucket <= 0 ? 0.5 : Math.exp((bucket - 0.5) * GROWTH);
}

function bucketOf(latencyMs: number): number {
  if (!(latencyMs >= 1)) return 0;
  return Math.min(BUCKETS - 1, 1 + Math.floor(Math.log(latencyMs) / GROWTH));
}

function total(histogram: Uint32Array): number {
  return histogram.reduce((sum, count) => sum + count, 0);
}
