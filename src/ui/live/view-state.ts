import type { MessageFacts, ProcessEvents } from "../../app/process/events.js";

/** What the live view shows of a running processor. Times are milliseconds since 1970. */
export interface ViewState {
  startedAt: number;
  phase: "running" | "stopping";
  received: number;
  totals: OutcomeCounts;
  clients: Map<string, OutcomeCounts>;
  /** Newest first. */
  rejections: ShownRejection[];
  /** What failed last and is tried again. */
  problem: { text: string; at: number; times: number } | undefined;
  /** Dependencies that are down, by name, in the order in which they went. */
  down: Map<string, { since: number; why: string }>;
  /** Groups that wait for an operator, by id; the one that was tried last comes last. */
  blocked: Map<string, ShownBlocked>;
  /** Outcomes by the second in which they were told, of the last seconds only. */
  perSecond: Map<number, number>;
}

export interface OutcomeCounts {
  published: number;
  rejected: number;
  duplicates: number;
}

export interface ShownRejection {
  /** Tells it from every other one of this run. */
  serial: number;
  at: number;
  clientId: string | undefined;
  eventId: string | undefined;
  reason: string;
  detail: string;
}

interface ShownBlocked {
  messageId: string;
  clientId: string;
  reason: string;
  detail: string;
}

const KEPT_REJECTIONS = 5;
const RATE_WINDOW_SECONDS = 10;
/** Messages that name no client. */
const NO_CLIENT_ROW = "(no client)";

export function startView(now: number): ViewState {
  return {
    startedAt: now,
    phase: "running",
    received: 0,
    totals: noOutcomes(),
    clients: new Map(),
    rejections: [],
    problem: undefined,
    down: new Map(),
    blocked: new Map(),
    perSecond: new Map(),
  };
}

/** Takes an event into the state, in place: a copy for each of thousands of events a second would cost more than the view is worth. */
export function show<Name extends keyof ProcessEvents>(
  state: ViewState,
  name: Name,
  payload: ProcessEvents[Name],
  now: number,
): void {
  const shown: Partial<{ [Each in keyof ProcessEvents]: (payload: ProcessEvents[Each]) => void }> = {
    "messages:received": ({ count }) => {
      state.received += count;
    },
    "event:published": (message) => countOutcome(state, message, "published", now),
    "event:duplicate": (message) => countOutcome(state, message, "duplicates", now),
    "event:rejected": ({ reason, detail, ...message }) => {
      const { clientId, eventId } = message;
      countOutcome(state, message, "rejected", now);
      state.rejections.unshift({ serial: state.totals.rejected, at: now, clientId, eventId, reason, detail });
      state.rejections.length = Math.min(state.rejections.length, KEPT_REJECTIONS);
    },
    "call:failed": ({ operation, fault }) => showProblem(state, `${operation}: ${fault.message}`, now),
    "breaker:opened": ({ dependency, fault }) => {
      state.down.set(dependency, { since: now, why: fault.message });
    },
    "breaker:closed": ({ dependency }) => {
      state.down.delete(dependency);
    },
    "group:blocked": ({ groupId, messageId, clientId, reason, detail }) => {
      state.blocked.delete(groupId);
      state.blocked.set(groupId, { messageId, clientId, reason, detail });
    },
    "group:unblocked": ({ groupId }) => {
      state.blocked.delete(groupId);
    },
    "processor:stopping": () => {
      state.phase = "stopping";
    },
  };
  shown[name]?.(payload);
}

/** Outcomes a second, over the last seconds that are complete. */
export function ratePerSecond(state: ViewState, now: number): number {
  const thisSecond = Math.floor(now / 1000);
  const firstSecond = Math.max(Math.floor(state.startedAt / 1000), thisSecond - RATE_WINDOW_SECONDS);
  let outcomes = 0;
  for (const [second, count] of state.perSecond) if (second >= firstSecond && second < thisSecond) outcomes += count;
  return thisSecond === firstSecond ? 0 : outcomes / (thisSecond - firstSecond);
}

function countOutcome(
  state: ViewState,
  { clientId, groupId, messageId }: MessageFacts,
  outcome: keyof OutcomeCounts,
  now: number,
): void {
  state.totals[outcome] += 1;
  // Another worker than the one that found its group blocked may have had it.
  if (state.blocked.get(groupId)?.messageId === messageId) state.blocked.delete(groupId);
  const client = clientId ?? NO_CLIENT_ROW;
  const counts = state.clients.get(client) ?? noOutcomes();
  counts[outcome] += 1;
  state.clients.set(client, counts);
  const second = Math.floor(now / 1000);
  state.perSecond.set(second, (state.perSecond.get(second) ?? 0) + 1);
  for (const known of state.perSecond.keys()) if (known < second - RATE_WINDOW_SECONDS) state.perSecond.delete(known);
}

function showProblem(state: ViewState, text: string, now: number): void {
  const times = state.problem?.text === text ? state.problem.times + 1 : 1;
  state.problem = { text, at: now, times };
}

function noOutcomes(): OutcomeCounts {
  return { published: 0, rejected: 0, duplicates: 0 };
}
