import type { Bench } from "../bench-context.js";
import type { Workload } from "../workload.js";

/** What latency is measured with. */
export const LATENCY_LOAD: Workload = { clients: 1, groups: 100, bodyBytes: 500, delayMs: 0 };

/** How long events come at an even pace. The first quarter does not count. */
export function paceSeconds({ isQuick }: Bench): number {
  return isQuick ? 4 : 8;
}

/** Half of what was measured, in whole hundreds. */
export function halfOf(eventsPerSecond: number): number {
  return Math.max(100, Math.round(eventsPerSecond / 200) * 100);
}
