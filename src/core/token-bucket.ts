/** What may be taken at once and how fast it comes back. */
export interface BucketLimit {
  /** Tokens a second. */
  rate: number;
  /** Tokens that a full bucket holds. */
  burst: number;
}

/** How full a bucket was, and when (ms of the monotonic clock). */
export interface Bucket {
  tokens: number;
  at: number;
}

export type Taken = { ok: true; bucket: Bucket } | { ok: false; bucket: Bucket; retryAfterMs: number };

export function fullBucket({ burst }: BucketLimit, now: number): Bucket {
  return { tokens: burst, at: now };
}

/** How full it is by now. */
export function refilled({ tokens, at }: Bucket, { rate, burst }: BucketLimit, now: number): Bucket {
  return { tokens: Math.min(burst, tokens + (Math.max(0, now - at) * rate) / 1000), at: now };
}

/**
 * Takes `count` tokens where there is at least one. It may go into debt, so that something larger than the bucket passes too, and
 * is paid for by what comes after.
 */
export function takeTokens(bucket: Bucket, limit: BucketLimit, count: number, now: number): Taken {
  const full = refilled(bucket, limit, now);
  if (full.tokens >= 1) return { ok: true, bucket: { ...full, tokens: full.tokens - count } };
  return { ok: false, bucket: full, retryAfterMs: Math.ceil(((1 - full.tokens) * 1000) / limit.rate) };
}
