import { type Bucket, type BucketLimit, fullBucket, takeTokens } from "../../core/token-bucket.js";
import type { Clock } from "../../ports/clock.js";

/** Buckets by name; what is full again is forgotten. */
export interface RateLimits {
  /** @returns ms after which it may be tried again; undefined: it was taken */
  take(name: string, limit: BucketLimit, count: number): number | undefined;
  /** How many may be taken now. */
  left(name: string, limit: BucketLimit): number;
}

const MAX_BUCKETS = 10_000;

export function createRateLimits(clock: Pick<Clock, "monotonic">): RateLimits {
  const buckets = new Map<string, Bucket>();
  return {
    take(name, limit, count) {
      const now = clock.monotonic();
      const taken = takeTokens(buckets.get(name) ?? fullBucket(limit, now), limit, count, now);
      if (!buckets.has(name) && buckets.size >= MAX_BUCKETS) forgetOldest(buckets);
      buckets.set(name, taken.bucket);
      return taken.ok ? undefined : taken.retryAfterMs;
    },
    left(name, limit) {
      const bucket = buckets.get(name);
      if (bucket === undefined) return limit.burst;
      const sinceMs = clock.monotonic() - bucket.at;
      return Math.max(0, Math.min(limit.burst, Math.floor(bucket.tokens + (sinceMs * limit.rate) / 1000)));
    },
  };
}

function forgetOldest(buckets: Map<string, Bucket>): void {
  const [oldest] = buckets.keys();
  if (oldest !== undefined) buckets.delete(oldest);
}
