import type { MetricDefinition, MetricRegistry } from "../../ports/metrics.js";
import type { GatewayListener } from "../gateway/gateway-events.js";

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What `evp gateway --http` tells at /metrics, by name; beside it stand prom-client's own metrics of the process. */
export const GATEWAY_METRICS = {
  evp_build_info: { kind: "gauge", help: "1, with the version of evp.", labels: ["version"] },
  evp_gateway_requests_total: { kind: "counter", help: "Requests answered.", labels: ["status"] },
  evp_gateway_request_seconds: {
    kind: "histogram",
    help: "From a request's headers until its answer.",
    labels: [],
    buckets: SECONDS,
  },
  evp_gateway_events_enqueued_total: {
    kind: "counter",
    help: "Events put onto the ingress queue.",
    labels: ["producer"],
  },
  evp_gateway_events_refused_total: {
    kind: "counter",
    help: "Events that evp would reject, or that their producer may not send.",
    labels: ["producer", "reason"],
  },
  evp_gateway_senders_refused_total: {
    kind: "counter",
    help: "Requests refused for who sent them.",
    labels: ["status"],
  },
  evp_gateway_queue_calls_total: { kind: "counter", help: "SendMessageBatch calls that were made.", labels: [] },
  evp_gateway_queue_failures_total: { kind: "counter", help: "Calls to the queue that failed.", labels: ["code"] },
  evp_gateway_breaker_open: { kind: "gauge", help: "1 while the queue is not asked.", labels: [] },
  evp_gateway_issuer_failures_total: {
    kind: "counter",
    help: "Times that the keys of an issuer could not be had.",
    labels: [],
  },
} as const satisfies Record<string, MetricDefinition>;

/** Producers are registered, statuses and reasons a closed set: no request can make labels up. */
export function feedGatewayMetrics(
  registry: MetricRegistry<keyof typeof GATEWAY_METRICS>,
  version: string,
): GatewayListener {
  registry.set("evp_build_info", 1, { version });
  registry.set("evp_gateway_breaker_open", 0);
  return (name, payload) => {
    if ("durationMs" in payload && "status" in payload) {
      registry.add("evp_gateway_requests_total", 1, { status: String(payload.status) });
      registry.observe("evp_gateway_request_seconds", payload.durationMs / 1000);
    } else if ("count" in payload) {
      registry.add("evp_gateway_events_enqueued_total", payload.count, { producer: payload.producerId });
    } else if ("reason" in payload) {
      const { producerId: producer, reason } = payload;
      registry.add("evp_gateway_events_refused_total", 1, { producer, reason });
    } else if ("address" in payload) {
      registry.add("evp_gateway_senders_refused_total", 1, { status: String(payload.status) });
    } else if ("entries" in payload) registry.add("evp_gateway_queue_calls_total", 1);
    else if ("code" in payload) registry.add("evp_gateway_queue_failures_total", 1, { code: payload.code });
    else if (name === "issuer:failed") registry.add("evp_gateway_issuer_failures_total", 1);
    else if (name === "breaker:opened") registry.set("evp_gateway_breaker_open", 1);
    else if (name === "breaker:closed") registry.set("evp_gateway_breaker_open", 0);
  };
}
