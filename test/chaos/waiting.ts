import { setTimeout as delay } from "node:timers/promises";

const LOOK_EVERY_MS = 200;

/** Waiting that ends when the whole run is told to stop: everything here rejects then. */
export interface Waiting {
  wait(ms: number): Promise<void>;
  /** Looks again and again. @returns whether it was so within `ms` */
  until(ms: number, isSo: () => boolean | Promise<boolean>): Promise<boolean>;
}

export function createWaiting(stop: AbortSignal): Waiting {
  const wait = (ms: number) => delay(ms, undefined, { signal: stop });
  return {
    wait,
    async until(ms, isSo) {
      const deadline = performance.now() + ms;
      while (!(await isSo())) {
        if (performance.now() > deadline) return false;
        await wait(LOOK_EVERY_MS);
      }
      return true;
    },
  };
}
