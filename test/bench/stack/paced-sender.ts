import { setTimeout as sleep } from "node:timers/promises";
import type { Workload } from "../workload.js";
import { fill } from "./fill.js";
import type { QueueAccess } from "./queue-access.js";

const EVERY_MS = 5;

interface Pace {
  run: number;
  events: number;
  ratePerSecond: number;
}

/** When an event of a paced load is due, by the monotonic clock. */
export type DueAt = (ordinal: number) => number;

/**
 * Sends each event when it is due, whether those before it have come through or not; `send` ends when all are sent. Latency
 * counts from the due time, so that a sender who is held up hides nothing.
 */
export function paceEvents(
  queue: QueueAccess,
  workload: Workload,
  { run, events, ratePerSecond }: Pace,
): { dueAt: DueAt; send: () => Promise<void> } {
  const startedAt = performance.now();
  return {
    dueAt: (ordinal) => startedAt + (ordinal * 1000) / ratePerSecond,
    async send() {
      for (let sent = 0; sent < events; ) {
        const elapsedMs = performance.now() - startedAt;
        const due = Math.min(events, Math.floor((elapsedMs * ratePerSecond) / 1000) + 1);
        if (due > sent) await fill(queue, workload, { run, from: sent, to: due });
        else await sleep(EVERY_MS);
        sent = Math.max(sent, due);
      }
    },
  };
}
