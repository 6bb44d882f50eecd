import type { Bench } from "../bench-context.js";

/** How long a run is watched. Compiling hot code takes the first second or so. */
export function windowsOf({ isQuick }: Bench): { warmUpMs: number; measureMs: number } {
  return isQuick ? { warmUpMs: 1000, measureMs: 1500 } : { warmUpMs: 2000, measureMs: 2500 };
}

/** At the very end there is not enough work left to fill the calls. */
export const ENOUGH_SHARE = 0.97;
