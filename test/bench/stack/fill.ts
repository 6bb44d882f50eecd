import { type BenchEvent, eventAt, type Workload } from "../workload.js";
import { BATCH_SIZE, type QueueAccess } from "./queue-access.js";

const CALLS_AT_ONCE = 4;

/** Puts a load's events, from one ordinal to before another, on a queue. Calls overlap, but never with two of a group in different ones. */
export async function fill(
  queue: QueueAccess,
  workload: Workload,
  { run, from = 0, to }: { run: number; from?: number; to: number },
): Promise<void> {
  // The next batch of a group begins `groups` events later: with fewer groups than calls hold, they go one by one.
  const atOnce = Math.max(1, Math.min(CALLS_AT_ONCE, Math.floor(workload.groups / BATCH_SIZE)));
  for (let first = from; first < to; first += atOnce * BATCH_SIZE) {
    const starts = Array.from({ length: atOnce }, (_, index) => first + index * BATCH_SIZE);
    const batches = starts.map((start) => eventsBetween(workload, run, start, Math.min(to, start + BATCH_SIZE)));
    await Promise.all(batches.filter(({ length }) => length > 0).map(queue.send));
  }
}

/** The events of a load from one ordinal to before another. */
export function eventsBetween(workload: Workload, run: number, from: number, to: number): BenchEvent[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => eventAt(workload, run, from + index));
}
