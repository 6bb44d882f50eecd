import type { Figures } from "./watch.js";

/** The smallest value that is not below `percent` % of the values; 0 where there is none. */
export function percentile(values: ArrayLike<number>, percent: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0;
}

export function median(values: ArrayLike<number>): number {
  return percentile(values, 50);
}

/** Each figure's own median over several runs. */
export function medianFigures(runs: readonly Figures[]): Figures {
  const of = (figure: (run: Figures) => number) => median(runs.map(figure));
  const operations = new Set(runs.flatMap(({ callsPerEvent }) => Object.keys(callsPerEvent)));
  return {
    eventsPerSecond: of((run) => run.eventsPerSecond),
    cpuMsPerEvent: of((run) => run.cpuMsPerEvent),
    peakRssMb: of((run) => run.peakRssMb),
    callsPerEvent: Object.fromEntries(
      Array.from(operations, (operation) => [operation, of(({ callsPerEvent }) => callsPerEvent[operation] ?? 0)]),
    ),
    serverBusy: of((run) => run.serverBusy),
  };
}
