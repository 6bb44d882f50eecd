/** Part of a tap's retention after which its reader is said to be behind: early enough to be a warning. */
const WARN_AT = 0.8;
/** Below this part it has caught up, and the next time is told again. */
const CALM_AT = 0.4;

/** Notices when a reader falls so far behind that its tap lets go of what was not read. */
export interface LagWatch {
  /**
   * Looks at one receive.
   * @param oldestSentAt undefined when it brought nothing. Both in ms since 1970
   * @returns how late it is, in ms, when that has to be told
   */
  look(now: number, oldestSentAt: number | undefined): number | undefined;
}

export function createLagWatch(retentionMs: number, startedAt: number): LagWatch {
  let lookedAt = startedAt;
  let isTold = false;
  return {
    look(now, oldestSentAt = now) {
      // A reader that stood still for too long may find an empty tap, and has missed what was on it.
      const lateMs = Math.max(now - lookedAt, now - oldestSentAt);
      lookedAt = now;
      if (lateMs < retentionMs * CALM_AT) isTold = false;
      if (isTold || lateMs < retentionMs * WARN_AT) return undefined;
      isTold = true;
      return lateMs;
    },
  };
}
