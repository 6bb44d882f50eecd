import type { Clock } from "../../ports/clock.js";

/** Tells when nothing has happened for too long. */
export interface IdleTimer {
  /** Something happened. */
  touch(): void;
  /** ms left; Infinity without a timeout. */
  leftMs(): number;
}

export function startIdleTimer(clock: Clock, timeoutMs: number | undefined): IdleTimer {
  let since = clock.monotonic();
  return {
    touch() {
      since = clock.monotonic();
    },
    leftMs: () => (timeoutMs ?? Number.POSITIVE_INFINITY) - (clock.monotonic() - since),
  };
}
