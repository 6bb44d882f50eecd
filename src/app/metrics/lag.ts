/** How old the messages are that are received. Changed in place; times are ms since 1970. */
export interface Lag {
  /** The greatest age among the messages that each second's receives brought, ms; 0 where they brought none. */
  ages: Map<number, number>;
  /** When the oldest message of the last receive that brought any was sent. */
  sentAt: number;
}

/** Longer than a long poll: while polls are made, one of them ends within it. */
const WINDOW_SECONDS = 15;

export function startLag(): Lag {
  return { ages: new Map(), sentAt: 0 };
}

/** A receive came back. @param sentAt of the oldest message it brought; undefined: it brought none */
export function noteReceive(lag: Lag, now: number, sentAt: number | undefined): void {
  const { ages } = lag;
  const second = Math.floor(now / 1000);
  const ageMs = sentAt === undefined ? 0 : Math.max(0, now - sentAt);
  ages.set(second, Math.max(ageMs, ages.get(second) ?? 0));
  for (const old of ages.keys()) if (old <= second - WINDOW_SECONDS) ages.delete(old);
  lag.sentAt = sentAt ?? lag.sentAt;
}

/**
 * The greatest age among what was received in the last seconds. Where nothing was asked for meanwhile, since a dependency is down, what is
 * held grows older.
 *
 * @returns milliseconds
 */
export function lagMs({ ages, sentAt }: Lag, now: number, heldMessages: number): number {
  const first = Math.floor(now / 1000) - WINDOW_SECONDS;
  const recent = [...ages].filter(([second]) => second > first).map(([, ageMs]) => ageMs);
  if (recent.length > 0) return Math.max(...recent);
  return heldMessages === 0 ? 0 : Math.max(0, now - sentAt);
}
