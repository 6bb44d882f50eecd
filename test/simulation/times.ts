export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Bound on one call, as the processors are told. */
export const CALL_TIMEOUT_MS = 10 * SECOND;

/** How far a processor's clock may be off the true time. */
export const MAX_CLOCK_ERROR_MS = 60 * SECOND;
