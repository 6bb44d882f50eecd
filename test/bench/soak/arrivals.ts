import { ordinalOf, type Workload } from "../workload.js";

/** What came to the clients' queues, and whether it came as promised. */
export interface Arrivals {
  /** Different events. */
  readonly arrived: number;
  /** Second copies. */
  readonly repeated: number;
  /** First copies that came after a newer event of their group. */
  readonly outOfOrder: number;
}

/** Counts arrivals. Each group's events lie `groups` ordinals apart. */
export function createArrivals({ groups }: Workload, events: number): Arrivals & { add(eventId: string): void } {
  const seen = new Uint8Array(events);
  const newest = new Int32Array(groups).fill(-1);
  const counts = { arrived: 0, repeated: 0, outOfOrder: 0 };
  return Object.assign(counts, {
    add(eventId: string) {
      const ordinal = ordinalOf(eventId);
      if (seen[ordinal] === 1) {
        counts.repeated++;
        return;
      }
      seen[ordinal] = 1;
      counts.arrived++;
      const group = ordinal % groups;
      if (ordinal < (newest[group] ?? -1)) counts.outOfOrder++;
      newest[group] = Math.max(ordinal, newest[group] ?? -1);
    },
  });
}
