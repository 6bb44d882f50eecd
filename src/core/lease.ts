/** The same moment on two clocks: the wall's, which the queue goes by but which may be set back, and one that never jumps. */
export interface Moment {
  /** ms since 1970. */
  wall: number;
  /** ms from an arbitrary start. */
  monotonic: number;
}

/** Until when a received message is ours. */
export type Lease = Moment;

/** @param start just before the call that took or renewed the lease was made, so that the lease never ends later than we think */
export function leaseFrom(start: Moment, visibilitySeconds: number): Lease {
  return { wall: start.wall + visibilitySeconds * 1000, monotonic: start.monotonic + visibilitySeconds * 1000 };
}

/** Whether the lease lasts `durationMs` longer by both clocks. */
export function outlives(lease: Lease, now: Moment, durationMs: number): boolean {
  return lease.wall - now.wall > durationMs && lease.monotonic - now.monotonic > durationMs;
}
