import type { Clock } from "../../ports/clock.js";
import type { QueueDepth } from "../../ports/queue.js";

const ASK_EVERY_MS = 5_000;

/** How full a queue is, as far as is known. */
export interface KnownDepth {
  /** undefined: not yet known, or not any more. */
  depth: QueueDepth | undefined;
}

/** Asks every 5 s, until `signal` aborts. @returns what is known, kept up to date; an answer that fails makes it unknown */
export function watchDepth(ask: () => Promise<QueueDepth>, clock: Clock, signal: AbortSignal): KnownDepth {
  const known: KnownDepth = { depth: undefined };
  const watch = async () => {
    while (!signal.aborted) {
      known.depth = await ask().catch(() => undefined);
      await clock.sleep(ASK_EVERY_MS, signal);
    }
  };
  void watch();
  return known;
}
