import type { ProcessorView } from "../../app/processor-reports/processor-view.js";

/** Events a second of each processor at each of its reports, the oldest first. */
export type RateHistory = Map<string, { reportedAt: string; rates: number[] }>;

/** More than any terminal is wide. */
const KEPT_RATES = 400;

/** Takes in what processors said last, in place; those that say nothing any more are forgotten. */
export function noteRates(history: RateHistory, processors: readonly ProcessorView[]): void {
  for (const { processorId, reportedAt, eventsPerSecond } of processors) {
    const known = history.get(processorId);
    if (known?.reportedAt === reportedAt) continue;
    const rates = [...(known?.rates ?? []), eventsPerSecond].slice(-KEPT_RATES);
    history.set(processorId, { reportedAt, rates });
  }
  const running = new Set(processors.map(({ processorId }) => processorId));
  for (const processorId of history.keys()) if (!running.has(processorId)) history.delete(processorId);
}
