import type { ProcessEvents } from "../app/process/events.js";

/** The line that says how a run goes on. Counts are those of the whole run, so that a line that is lost loses nothing; the rest is of the time since the last look. */
export interface StatusLine {
  published: number;
  rejected: number;
  duplicates: number;
  eventsPerSecond: number;
  /** Messages received that have no outcome yet. */
  inFlight: number;
  /** From the queue's sent time to the publish; left out where nothing was published. */
  latencyMs?: { p50: number; p99: number };
  /** Left out where nothing got its outcome. */
  apiCallsPerEvent?: number;
}

/** Gathers what the next line says. */
export interface LogStatus {
  take<Name extends keyof ProcessEvents>(name: Name, payload: ProcessEvents[Name]): void;
  /** A moment at which a line may be due. @returns the line; undefined: not yet */
  look(): StatusLine | undefined;
}

/** Samples come once a second, of each worker; and a timer may fire a little early. */
const LEAST_MS = 900;
/** Whoever reads the log is to see that the processor is there. */
const IDLE_MS = 60_000;

/** @param now ms since 1970 */
export function createLogStatus(now: () => number): LogStatus {
  const totals = { published: 0, rejected: 0, duplicates: 0 };
  /** By worker. */
  const samples = new Map<number, ProcessEvents["processor:sampled"]>();
  let since = { at: now(), outcomes: 0, received: 0, apiCalls: 0, latencies: [] as number[] };
  let toldAt = since.at;
  const outcomes = () => totals.published + totals.rejected + totals.duplicates;

  const told: { [Name in keyof ProcessEvents]?: (payload: ProcessEvents[Name]) => void } = {
    "messages:received": ({ count }) => {
      since.received += count;
    },
    "processor:sampled": (sample) => void samples.set(sample.worker, sample),
    "event:published": ({ latencyMs }) => {
      totals.published++;
      since.latencies.push(latencyMs);
    },
    "event:rejected": () => {
      totals.rejected++;
    },
    "event:duplicate": () => {
      totals.duplicates++;
    },
  };

  function lineOf(passedMs: number, apiCalls: number): StatusLine {
    const events = outcomes() - since.outcomes;
    const { latencies } = since;
    return {
      ...totals,
      eventsPerSecond: Math.round((events * 1000) / passedMs),
      inFlight: sum([...samples.values()].map(({ held }) => held.messages)),
      ...(latencies.length === 0 ? {} : { latencyMs: percentilesOf(latencies) }),
      ...(events === 0 ? {} : { apiCallsPerEvent: hundredths((apiCalls - since.apiCalls) / events) }),
    };
  }

  return {
    take: (name, payload) => told[name]?.(payload),
    look() {
      const at = now();
      if (at - since.at < LEAST_MS) return undefined;
      const apiCalls = sum([...samples.values()].flatMap((sample) => Object.values(sample.apiCalls)));
      const isBusy = since.received > 0 || outcomes() > since.outcomes;
      const line = isBusy || at - toldAt >= IDLE_MS ? lineOf(at - since.at, apiCalls) : undefined;
      since = { at, outcomes: outcomes(), received: 0, apiCalls, latencies: [] };
      if (line !== undefined) toldAt = at;
      return line;
    },
  };
}

function percentilesOf(values: number[]): { p50: number; p99: number } {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}

function sum(values: number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
