import type { MetricDefinition } from "../../ports/metrics.js";

const SECONDS_OF_CALLS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const SECONDS_OF_EVENTS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600];
const TENTHS = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

/** What `evp process --http` tells at /metrics, by name; beside it stand prom-client's own metrics of the process. */
export const PROCESS_METRICS = {
  evp_build_info: { kind: "gauge", help: "1, with the version of evp.", labels: ["version"] },
  evp_received_messages_total: { kind: "counter", help: "Messages received from the ingress queue.", labels: [] },
  evp_events_total: {
    kind: "counter",
    help: "Messages that got their outcome; reason is empty unless they were rejected.",
    labels: ["client", "type", "outcome", "reason"],
  },
  evp_dead_letters_total: {
    kind: "counter",
    help: "Messages that evp rejected and sent to the DLQ.",
    labels: ["reason"],
  },
  evp_released_messages_total: {
    kind: "counter",
    help: "Messages given back to the queue without an outcome.",
    labels: [],
  },
  evp_lost_leases_total: {
    kind: "counter",
    help: "Messages that were somebody else's before they had their outcome.",
    labels: [],
  },
  evp_api_calls_total: { kind: "counter", help: "API calls made.", labels: ["operation"] },
  evp_call_failures_total: {
    kind: "counter",
    help: "Calls, or entries of batch calls, that failed and were tried again or given up for the time being.",
    labels: ["operation", "code"],
  },
  evp_event_latency_seconds: {
    kind: "histogram",
    help: "From the queue's sent time of an event until it was published and recorded.",
    labels: [],
    buckets: SECONDS_OF_EVENTS,
  },
  evp_batch_fill_ratio: {
    kind: "histogram",
    help: "Entries of a batch call as a part of what fits into it.",
    labels: ["operation"],
    buckets: TENTHS,
  },
  evp_call_duration_seconds: {
    kind: "histogram",
    help: "How long batch calls took.",
    labels: ["operation"],
    buckets: SECONDS_OF_CALLS,
  },
  evp_in_flight_messages: {
    kind: "gauge",
    help: "Messages received that have no outcome yet.",
    labels: [],
  },
  evp_in_flight_bytes: { kind: "gauge", help: "Bytes of their bodies.", labels: [] },
  evp_lag_seconds: {
    kind: "gauge",
    help: "Age of the oldest message received lately; 0 when nothing waits.",
    labels: [],
  },
  evp_breaker_open: {
    kind: "gauge",
    help: "1 while a dependency counts as down, else 0.",
    labels: ["dependency"],
  },
  evp_blocked_groups: {
    kind: "gauge",
    help: "Groups that wait for an operator, as far as this processor knows.",
    labels: [],
  },
} as const satisfies Record<string, MetricDefinition>;

export type ProcessMetric = keyof typeof PROCESS_METRICS;
