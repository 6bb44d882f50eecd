import type { Clock } from "../../ports/clock.js";
import type { Lanes } from "./lanes.js";

/** Giving back what is held takes one call of each ten messages; a dead network must not hold up the end for longer. */
export const GIVE_BACK_MS = 2_000;

interface Finishing {
  /** So long it may be worked on. */
  withinMs: number;
  /** So long giving back may take, what is under way included. */
  giveBackMs: number;
  /** Aborted where nothing is to be finished. */
  force: AbortSignal;
  giveUp: () => void;
}

/** Waits for what is held, and calls `giveUp` when that takes too long; then what still waits for its turn is given back. */
export async function finishHeld(
  lanes: Lanes,
  clock: Clock,
  { withinMs, giveBackMs, force, giveUp }: Finishing,
): Promise<void> {
  const done = new AbortController();
  const allDone = lanes.until(({ messages }) => messages === 0).then(() => done.abort());
  await clock.sleep(withinMs, AbortSignal.any([force, done.signal]));
  giveUp();
  await Promise.race([allDone, clock.sleep(force.aborted ? GIVE_BACK_MS : giveBackMs, done.signal)]);
}
