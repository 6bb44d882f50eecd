import type { Clock } from "../../ports/clock.js";
import type { ProcessListener, ProcessTotals } from "./events.js";

/** Counts what a processor tells, on its way to the listener. `apiCalls`: calls made so far, by operation */
export function createTally(clock: Clock, apiCalls: () => Record<string, number>, listener: ProcessListener) {
  const startedAt = clock.monotonic();
  const callsBefore = { ...apiCalls() };
  const counts = { received: 0, published: 0, rejected: 0, duplicates: 0 };
  let firstReceiptAt: number | undefined;
  let lastOutcomeAt = startedAt;

  const tell: ProcessListener = (name, payload) => {
    if (name === "messages:received" && "count" in payload && payload.count > 0) {
      counts.received += payload.count;
      firstReceiptAt ??= clock.monotonic();
    }
    const outcome = OUTCOME_COUNTS[name];
    if (outcome !== undefined) {
      counts[outcome]++;
      lastOutcomeAt = clock.monotonic();
    }
    try {
      listener(name, payload);
    } catch {
      // A view or a log that fails must not stop the work that it shows.
    }
  };

  /** Calls of this run so far, by operation. */
  function callsOfThisRun(): Record<string, number> {
    const calls = Object.entries(apiCalls()).map(([name, count]) => [name, count - (callsBefore[name] ?? 0)] as const);
    return Object.fromEntries(calls);
  }

  function summary(): ProcessTotals {
    const calls = total(callsOfThisRun());
    const events = counts.published + counts.rejected + counts.duplicates;
    const busyMs = lastOutcomeAt - (firstReceiptAt ?? startedAt);
    return {
      ...counts,
      durationMs: Math.round(clock.monotonic() - startedAt),
      eventsPerSecond: busyMs <= 0 ? 0 : hundredths((events * 1000) / busyMs),
      apiCalls: calls,
      apiCallsPerEvent: events === 0 ? 0 : hundredths(calls / events),
    };
  }

  return { listener: tell, summary, apiCalls: callsOfThisRun };
}

const OUTCOME_COUNTS: Partial<Record<string, "published" | "rejected" | "duplicates">> = {
  "event:published": "published",
  "event:rejected": "rejected",
  "event:duplicate": "duplicates",
};

/** Rounded to two digits behind the point, as summaries tell rates. */
export function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}

function total(calls: Record<string, number>): number {
  return Object.values(calls).reduce((sum, count) => sum + count, 0);
}
