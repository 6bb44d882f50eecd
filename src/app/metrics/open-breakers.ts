import type { ProcessEvents } from "../process/events.js";

/** Dependencies that are down, each with how many processors found it so: several workers each have a breaker for it. Changed in place. */
export type OpenBreakers = Map<string, OpenBreaker>;

interface OpenBreaker {
  processors: number;
  /** ms since 1970, by the first of them. */
  since: number;
  why: string;
}

export function breakerOpened(
  open: OpenBreakers,
  { dependency, fault }: ProcessEvents["breaker:opened"],
  now: number,
): void {
  const known = open.get(dependency);
  if (known === undefined) open.set(dependency, { processors: 1, since: now, why: fault.message });
  else known.processors++;
}

export function breakerClosed(open: OpenBreakers, { dependency }: ProcessEvents["breaker:closed"]): void {
  const known = open.get(dependency);
  if (known === undefined) return;
  known.processors--;
  if (known.processors === 0) open.delete(dependency);
}
