import { averageFill } from "../../core/batch-fill.js";
import { type Percentiles, p99sOf, percentilesWithin } from "../../core/latency-window.js";
import { countsOf, ratePerSecond } from "../../core/per-second.js";
import { PRICES_OF } from "../../core/price-list.js";
import type { JournalSettings } from "../../core/settings.js";
import type { QueueDepth } from "../../ports/queue.js";
import { apiCallsPerEvent, costOf, heldIn, oldestAgeMs, RECENT_SECONDS } from "./run-figures.js";
import type { CallKind, OutcomeCounts, RecentRejection, RunState } from "./run-state.js";

/** A running processor at one moment, ready to be drawn. */
export interface RunPicture {
  phase: RunState["phase"];
  runningForMs: number;
  workers: number;
  totals: OutcomeCounts;
  eventsPerSecond: number;
  /** Outcomes in each of the last seconds, the oldest first. */
  rates: number[];
  /** Over the last seconds; undefined while nothing was published in them. */
  latencyMs: Percentiles | undefined;
  /** The 99th percentile in each of the last seconds, the oldest first; 0 where there was none. */
  p99s: number[];
  /** undefined: not known. */
  queue: QueueDepth | undefined;
  /** Of the oldest message that came of late or, where none came, that waits here. */
  oldestAgeMs: number | undefined;
  held: { messages: number; bytes: number; groups: number };
  /** undefined before it can be told. */
  apiCallsPerEvent: number | undefined;
  /** undefined where it cannot be told. */
  cost: { perMillion: number; pricesOf: string } | undefined;
  /** Entries of a call on average, and how many would have fitted. */
  fills: { kind: CallKind; entries: number; limit: number }[];
  /** The busiest first. */
  clients: [string, OutcomeCounts][];
  types: [string, OutcomeCounts][];
  down: { dependency: string; forMs: number; why: string }[];
  /** The one that was tried last comes first. */
  blocked: { groupId: string; clientId: string; reason: string; detail: string }[];
  /** Those that have waited longest come first. */
  stalled: { groupId: string; eventId?: string | undefined; forMs: number; why: string; messages: number }[];
  /** Newest first. */
  rejections: RecentRejection[];
  /** undefined: nothing failed lately. */
  problem: { text: string; at: number; times: number } | undefined;
}

/** A failure that was not seen again for so long is over. */
const PROBLEM_LASTS_MS = 10_000;
/** Sparklines reach back so far at most. */
const SERIES_SECONDS = 120;

interface Beside {
  queue: QueueDepth | undefined;
  /** undefined: what a million events cost is not wanted. */
  journal: Pick<JournalSettings, "replayIndex" | "rejectionIndex"> | undefined;
}

/** @param now ms since 1970 */
export function pictureOf(state: RunState, { queue, journal }: Beside, now: number): RunPicture {
  const { startedAt, outcomes, latencies, problem } = state;
  const cost = journal && costOf(state, journal);
  return {
    phase: state.phase,
    runningForMs: now - startedAt,
    workers: Math.max(1, state.samples.size),
    totals: state.totals,
    eventsPerSecond: ratePerSecond(outcomes, startedAt, now, RECENT_SECONDS),
    rates: countsOf(outcomes, now, SERIES_SECONDS),
    latencyMs: percentilesWithin(latencies, now, RECENT_SECONDS),
    p99s: p99sOf(latencies, now, SERIES_SECONDS),
    queue,
    oldestAgeMs: oldestAgeMs(state, now),
    held: heldIn(state),
    apiCallsPerEvent: apiCallsPerEvent(state) || undefined,
    cost: cost && { perMillion: cost.total, pricesOf: PRICES_OF },
    fills: [...state.fills].flatMap(([kind, fill]) => {
      const average = averageFill(fill, now);
      return average === undefined ? [] : { kind, ...average };
    }),
    clients: busiestFirst(state.clients),
    types: busiestFirst(state.types),
    down: [...state.down].map(([dependency, { since, why }]) => ({ dependency, forMs: now - since, why })),
    blocked: [...state.blocked].reverse().map(([groupId, head]) => ({ groupId, ...head })),
    stalled: [...state.stalled.values()].map(({ since, ...group }) => ({ ...group, forMs: now - since })),
    rejections: state.rejections,
    problem: problem && now - problem.at < PROBLEM_LASTS_MS ? problem : undefined,
  };
}

function busiestFirst(table: Map<string, OutcomeCounts>): [string, OutcomeCounts][] {
  return [...table].sort(([, left], [, right]) => total(right) - total(left));
}

function total({ published, rejected, duplicates }: OutcomeCounts): number {
  return published + rejected + duplicates;
}
