import { REASONS } from "../../core/outcome.js";
import type { Labels, MetricRegistry } from "../../ports/metrics.js";
import type { MessageFacts, ProcessEvents, ProcessListener } from "../process/events.js";
import { limitLabels } from "./label-limit.js";
import { lagMs, noteReceive, startLag } from "./lag.js";
import { breakerClosed, breakerOpened, type OpenBreakers } from "./open-breakers.js";
import type { ProcessMetric } from "./process-metrics.js";

/** Turns what one or several processors tell into metrics. */
export interface MetricFeed {
  listener: ProcessListener;
  /** Brings what changes by itself up to date: to be called before the metrics are told. */
  refresh(): void;
}

interface FeedOptions {
  registry: Pick<MetricRegistry<ProcessMetric>, "add" | "set" | "observe">;
  /** ms since 1970. */
  now: () => number;
  /** Of evp. */
  version: string;
}

/** Sets of labels that a metric has at most, beside those that stand for all others. */
const MOST_LABEL_SETS = 200;
/** A rejected message may name any client and type: those must not crowd out the ones that exist. */
const MOST_REJECTED_SETS = 50;
/** The client or the type of a message that names none; in neither's alphabet. */
const NONE = "(none)";
/** Receives are told apart from other batch calls, and by the same metric. */
const RECEIVE = "receive messages";

export function createMetricFeed({ registry, now, version }: FeedOptions): MetricFeed {
  const state = startState();
  const told = feedsOf(registry, state, now);
  beginSeries(registry, version);
  const listener: ProcessListener = (name, payload) => told[name]?.(payload);
  return {
    listener,
    refresh: () => registry.set("evp_lag_seconds", lagMs(state.lag, now(), heldOf(state).messages) / 1000),
  };
}

function startState() {
  const open = ["client", "type"];
  return {
    lag: startLag(),
    /** By worker. */
    samples: new Map<number, ProcessEvents["processor:sampled"]>(),
    open: new Map() as OpenBreakers,
    blocked: new Set<string>(),
    limits: {
      accepted: limitLabels(MOST_LABEL_SETS - MOST_REJECTED_SETS, open),
      rejected: limitLabels(MOST_REJECTED_SETS, open),
      failures: limitLabels(MOST_LABEL_SETS, ["code"]),
      dependencies: limitLabels(MOST_LABEL_SETS, ["dependency"]),
    },
  };
}

type State = ReturnType<typeof startState>;
type Feeds = { [Name in keyof ProcessEvents]?: (payload: ProcessEvents[Name]) => void };

function feedsOf(registry: FeedOptions["registry"], state: State, now: () => number): Feeds {
  return {
    ...feedsOfOutcomes(registry, state),
    ...feedsOfCalls(registry, state, now),
    ...feedsOfTrouble(registry, state, now),
  };
}

function feedsOfOutcomes(registry: FeedOptions["registry"], { limits }: State): Feeds {
  const count = (limit: (labels: Labels) => Labels, message: MessageFacts, outcome: string, reason: string) =>
    registry.add("evp_events_total", 1, limit({ ...aboutOf(message), outcome, reason }));
  return {
    "event:published": (message) => {
      count(limits.accepted, message, "published", "");
      // The queue's clock may be ahead of this one's.
      registry.observe("evp_event_latency_seconds", Math.max(0, message.latencyMs) / 1000);
    },
    "event:duplicate": (message) => count(limits.accepted, message, "duplicate", ""),
    "event:rejected": (message) => {
      count(limits.rejected, message, "rejected", message.reason);
      registry.add("evp_dead_letters_total", 1, { reason: message.reason });
    },
  };
}

function feedsOfCalls(registry: FeedOptions["registry"], state: State, now: () => number): Feeds {
  return {
    "messages:received": ({ count: received, limit, oldestSentAt }) => {
      registry.add("evp_received_messages_total", received);
      registry.observe("evp_batch_fill_ratio", received / limit, { operation: RECEIVE });
      noteReceive(state.lag, now(), oldestSentAt);
    },
    "batch:answered": ({ operation, entries, limit, durationMs }) => {
      registry.observe("evp_batch_fill_ratio", entries / limit, { operation });
      registry.observe("evp_call_duration_seconds", durationMs / 1000, { operation });
    },
    "processor:sampled": (sample) => showSample(registry, state, sample),
    "call:failed": ({ operation, fault }) =>
      registry.add("evp_call_failures_total", 1, state.limits.failures({ operation, code: fault.code })),
  };
}

function feedsOfTrouble(registry: FeedOptions["registry"], state: State, now: () => number): Feeds {
  const showBreaker = (dependency: string) => {
    const labels = state.limits.dependencies({ dependency });
    const shown = [...state.open.keys()].map((each) => state.limits.dependencies({ dependency: each }).dependency);
    registry.set("evp_breaker_open", shown.includes(labels.dependency) ? 1 : 0, labels);
  };
  const showBlocked = () => registry.set("evp_blocked_groups", state.blocked.size);
  return {
    "group:blocked": ({ groupId }) => {
      state.blocked.add(groupId);
      showBlocked();
    },
    "group:unblocked": ({ groupId }) => {
      state.blocked.delete(groupId);
      showBlocked();
    },
    "group:released": ({ messages }) => registry.add("evp_released_messages_total", messages),
    "breaker:opened": (opened) => {
      breakerOpened(state.open, opened, now());
      showBreaker(opened.dependency);
    },
    "breaker:closed": (closed) => {
      breakerClosed(state.open, closed);
      showBreaker(closed.dependency);
    },
    "lease:lost": () => registry.add("evp_lost_leases_total", 1),
  };
}

/** A series that begins with its first event looks, to whoever asks how it grew, as if that event had never been. */
function beginSeries(registry: FeedOptions["registry"], version: string): void {
  registry.set("evp_build_info", 1, { version });
  for (const reason of REASONS) registry.add("evp_dead_letters_total", 0, { reason });
  for (const dependency of ["store", "registry", "dlq"]) registry.set("evp_breaker_open", 0, { dependency });
}

/** A sample says how many calls were made so far: what is new since the worker's last one is added. */
function showSample(registry: FeedOptions["registry"], state: State, sample: ProcessEvents["processor:sampled"]): void {
  const before = state.samples.get(sample.worker)?.apiCalls ?? {};
  state.samples.set(sample.worker, sample);
  for (const [operation, calls] of Object.entries(sample.apiCalls))
    registry.add("evp_api_calls_total", calls - (before[operation] ?? 0), { operation });
  const held = heldOf(state);
  registry.set("evp_in_flight_messages", held.messages);
  registry.set("evp_in_flight_bytes", held.bytes);
}

/** What all workers hold. */
function heldOf({ samples }: State): { messages: number; bytes: number } {
  const all = { messages: 0, bytes: 0 };
  for (const { held } of samples.values()) {
    all.messages += held.messages;
    all.bytes += held.bytes;
  }
  return all;
}

function aboutOf({ clientId, type }: MessageFacts): Labels {
  return { client: clientId ?? NONE, type: type ?? NONE };
}
