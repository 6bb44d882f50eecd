import { batchFill, noteBatch } from "../../core/batch-fill.js";
import { latencyAt } from "../../core/latency-window.js";
import { noteReceived } from "../../core/oldest-received.js";
import { countAt } from "../../core/per-second.js";
import { forgetSomebodyElses, noteGivenBack } from "../../core/stalled-groups.js";
import type { MessageFacts, ProcessEvents } from "../process/events.js";
import { type CallKind, noOutcomes, type OutcomeCounts, type RunState, waitingIn } from "./run-state.js";

/** Takes an event into the state, in place: a copy for each of thousands of events a second would cost more than it is worth. */
export function noteEvent<Name extends keyof ProcessEvents>(
  state: RunState,
  name: Name,
  payload: ProcessEvents[Name],
  now: number,
): void {
  NOTES[name]?.(state, payload, now);
}

const KEPT_REJECTIONS = 40;
/** Clients, or types, that are counted one by one: whatever producers write as a client would fill the memory otherwise. */
const COUNTED_NAMES = 500;
/** Messages that name no client, or no type. */
const NO_NAME = "(none)";
const OTHERS = "(others)";

const NOTES: { [Name in keyof ProcessEvents]?: (state: RunState, payload: ProcessEvents[Name], now: number) => void } =
  {
    "messages:received": (state, { count, limit, bytes, oldestSentAt }, now) => {
      state.received += count;
      state.receivedBytes += bytes;
      noteCall(state, "receive", { entries: count, limit }, now);
      if (oldestSentAt !== undefined) noteReceived(state.oldest, now, oldestSentAt, waitingIn(state));
    },
    "batch:answered": (state, { operation, ...call }, now) => noteCall(state, operation, call, now),
    "processor:sampled": (state, { worker, ...vitals }, now) => {
      state.samples.set(worker, vitals);
      forgetSomebodyElses(state.stalled, state.down.size > 0, now);
    },
    "event:published": (state, message, now) => {
      noteOutcome(state, message, "published", now);
      latencyAt(state.latencies, now, message.latencyMs);
    },
    "event:duplicate": (state, message, now) => noteOutcome(state, message, "duplicates", now),
    "event:rejected": (state, { reason, detail, ...message }, now) => {
      const { clientId, eventId } = message;
      noteOutcome(state, message, "rejected", now);
      state.rejections.unshift({ serial: state.totals.rejected, at: now, clientId, eventId, reason, detail });
      state.rejections.length = Math.min(state.rejections.length, KEPT_REJECTIONS);
    },
    "call:failed": (state, { operation, fault }, now) => {
      const text = `${operation}: ${fault.message}`;
      const times = state.problem?.text === text ? state.problem.times + 1 : 1;
      state.problem = { text, at: now, times };
    },
    "breaker:opened": ({ down }, { dependency, fault }, now) => {
      const known = down.get(dependency);
      if (known === undefined) down.set(dependency, { since: now, why: fault.message, workers: 1 });
      else known.workers += 1;
    },
    "breaker:closed": ({ down }, { dependency }) => {
      const known = down.get(dependency);
      if (known === undefined) return;
      known.workers -= 1;
      if (known.workers === 0) down.delete(dependency);
    },
    "group:blocked": (state, { groupId, messageId, clientId, reason, detail }) => {
      state.blocked.delete(groupId);
      state.blocked.set(groupId, { messageId, clientId, reason, detail });
      state.stalled.delete(groupId);
    },
    "group:unblocked": (state, { groupId }) => {
      state.blocked.delete(groupId);
    },
    "group:released": (state, { groupId, messageId, eventId, clientId, type, messages, why }, now) => {
      // What a processor that stops gives back has not stalled, and what is blocked is known as such.
      if (state.phase === "stopping" || state.blocked.has(groupId)) return;
      noteGivenBack(state.stalled, { groupId, messageId, eventId, clientId, type, messages, why }, now);
    },
    "processor:stopping": (state) => {
      state.phase = "stopping";
    },
  };

function noteCall(state: RunState, kind: CallKind, call: { entries: number; limit: number }, now: number): void {
  let fill = state.fills.get(kind);
  if (fill === undefined) {
    fill = batchFill();
    state.fills.set(kind, fill);
  }
  noteBatch(fill, now, call.entries, call.limit);
}

function noteOutcome(
  state: RunState,
  { clientId, type, groupId, messageId }: MessageFacts,
  outcome: keyof OutcomeCounts,
  now: number,
): void {
  state.totals[outcome] += 1;
  countsOf(state.clients, clientId)[outcome] += 1;
  countsOf(state.types, type)[outcome] += 1;
  countAt(state.outcomes, now, 1);
  state.stalled.delete(groupId);
  // Another worker than the one that found its group blocked may have had it.
  if (state.blocked.get(groupId)?.messageId === messageId) state.blocked.delete(groupId);
}

function countsOf(table: Map<string, OutcomeCounts>, name: string = NO_NAME): OutcomeCounts {
  const row = table.has(name) || table.size < COUNTED_NAMES ? name : OTHERS;
  let counts = table.get(row);
  if (counts === undefined) {
    counts = noOutcomes();
    table.set(row, counts);
  }
  return counts;
}
