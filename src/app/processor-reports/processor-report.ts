import { percentilesWithin } from "../../core/latency-window.js";
import { ratePerSecond } from "../../core/per-second.js";
import type { ProcessorReport } from "../../core/processor-report.js";
import { hundredths } from "../process/tally.js";
import { apiCallsPerEvent, heldIn, oldestSentAt, RECENT_SECONDS } from "./run-figures.js";
import type { RunState } from "./run-state.js";

/** A report is kept in an item of the store, of 400 KB at most. */
const TOLD_GROUPS = 100;
const TOLD_DEPENDENCIES = 100;
const TOLD_CHARACTERS = 300;

/** What a processor says of itself at this moment. */
export function toReport(
  state: RunState,
  identity: Pick<ProcessorReport, "processorId" | "host" | "pid" | "version">,
  now: number,
): ProcessorReport {
  const { messages, bytes } = heldIn(state);
  const latency = percentilesWithin(state.latencies, now, RECENT_SECONDS);
  return {
    ...identity,
    workers: Math.max(1, state.samples.size),
    startedAt: state.startedAt,
    at: now,
    totals: { received: state.received, ...state.totals },
    eventsPerSecond: hundredths(ratePerSecond(state.outcomes, state.startedAt, now, RECENT_SECONDS)),
    latencyMs: latency && { p50: Math.round(latency.p50), p99: Math.round(latency.p99) },
    held: { messages, bytes },
    apiCallsPerEvent: apiCallsPerEvent(state),
    oldestSentAt: oldestSentAt(state, now),
    down: [...state.down]
      .slice(0, TOLD_DEPENDENCIES)
      .map(([dependency, { since, why }]) => ({ dependency, since, why: shortened(why) })),
    stalled: [...state.stalled.values()]
      .slice(0, TOLD_GROUPS)
      .map((group) => ({ ...group, why: shortened(group.why) })),
    stalledGroups: state.stalled.size,
  };
}

function shortened(text: string): string {
  return text.length <= TOLD_CHARACTERS ? text : `${text.slice(0, TOLD_CHARACTERS - 1)}…`;
}
