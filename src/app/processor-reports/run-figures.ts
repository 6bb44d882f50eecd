import { type CostEstimate, estimateCost } from "../../core/cost-estimate.js";
import { recentAgeMs, waitingSentAt } from "../../core/oldest-received.js";
import type { JournalSettings } from "../../core/settings.js";
import { hundredths } from "../process/tally.js";
import { type RunState, waitingIn } from "./run-state.js";

/** Seconds that "at the moment" means. */
export const RECENT_SECONDS = 10;

/** What all the workers have in hand, by what each said last. */
export function heldIn({ samples }: RunState): { messages: number; bytes: number; groups: number } {
  const held = { messages: 0, bytes: 0, groups: 0 };
  for (const sample of samples.values()) {
    held.messages += sample.held.messages;
    held.bytes += sample.held.bytes;
    held.groups += sample.groups;
  }
  return held;
}

/** When the oldest message was sent that waits here or, where nothing does, as far back as the messages reach that come now; undefined when none come. */
export function oldestSentAt(state: RunState, now: number): number | undefined {
  const waiting = waitingSentAt(state.oldest, now, waitingIn(state));
  if (waiting !== undefined) return waiting;
  const ageMs = recentAgeMs(state.oldest, now);
  return ageMs === undefined ? undefined : now - ageMs;
}

/** How old the messages are that come now or, where none come, the oldest that waits here; undefined when none does. */
export function oldestAgeMs(state: RunState, now: number): number | undefined {
  const ageMs = recentAgeMs(state.oldest, now);
  if (ageMs !== undefined) return ageMs;
  const waiting = waitingSentAt(state.oldest, now, waitingIn(state));
  return waiting === undefined ? undefined : Math.max(0, now - waiting);
}

/** Over the whole run, to two digits; 0 before the first outcome. */
export function apiCallsPerEvent(state: RunState): number {
  const { published, rejected, duplicates } = state.totals;
  const events = published + rejected + duplicates;
  const calls = Object.values(callsIn(state)).reduce((sum, count) => sum + count, 0);
  return events === 0 ? 0 : hundredths(calls / events);
}

/** What a million events cost as the run went so far; undefined before anything can be told. */
export function costOf(
  state: RunState,
  journal: Pick<JournalSettings, "replayIndex" | "rejectionIndex">,
): CostEstimate | undefined {
  const { received, receivedBytes } = state;
  if (received === 0) return undefined;
  return estimateCost({ apiCalls: callsIn(state), ...state.totals, bodyBytes: receivedBytes / received, journal });
}

/** Calls of all the workers so far, by operation. */
function callsIn({ samples }: RunState): Record<string, number> {
  const calls: Record<string, number> = {};
  for (const { apiCalls } of samples.values()) {
    for (const [operation, count] of Object.entries(apiCalls)) calls[operation] = (calls[operation] ?? 0) + count;
  }
  return calls;
}
