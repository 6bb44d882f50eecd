import type { Clock } from "../../ports/clock.js";
import type { ProcessListener, ProcessSummary } from "./events.js";

/** Counts what a processor tells, on its way to the listener. */
export function createTally(
  clock: Clock,
  apiCalls: () => Record<string, number>,
  listener: ProcessListener = () => undefined,
) {
  const startedAt = clock.monotonic();
  const callsBefore = total(apiCalls());
  const counts = { received: 0, published: 0, rejected: 0, duplicates: 0 };

  const tell: ProcessListener = (name, payload) => {
    if (name === "messages:received" && "count" in payload) counts.received += payload.count;
    else if (name === "event:published") counts.published++;
    else if (name === "event:rejected") counts.rejected++;
    else if (name === "event:duplicate") counts.duplicates++;
    listener(name, payload);
  };

  function summary(): ProcessSummary {
    const durationMs = Math.round(clock.monotonic() - startedAt);
    const calls = total(apiCalls()) - callsBefore;
    const events = counts.published + counts.rejected + counts.duplicates;
    return {
      ...counts,
      durationMs,
      eventsPerSecond: durationMs === 0 ? 0 : round((events * 1000) / durationMs),
      apiCalls: calls,
      apiCallsPerEvent: events === 0 ? 0 : round(calls / events),
    };
  }

  return { listener: tell, summary };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function total(calls: Record<string, number>): number {
  return Object.values(calls).reduce((sum, count) => sum + count, 0);
}
