import { latencyAt, latencyWindow, type Percentiles, percentilesWithin } from "../../core/latency-window.js";
import type { GatewayListener } from "./gateway-events.js";

/** The document of `evp gateway --json`, printed at its end. */
export interface GatewaySummary {
  requests: number;
  /** Events that are on the queue. */
  enqueued: number;
  /** Requests by the status of their answer. */
  statuses: Record<string, number>;
  durationMs: number;
}

export interface GatewayTally {
  listener: GatewayListener;
  summary(): GatewaySummary;
  /** How long the answers of the last second took; undefined: there were none. */
  lastSecond(): Percentiles | undefined;
}

export function createGatewayTally(now: () => number): GatewayTally {
  const startedAt = now();
  const latencies = latencyWindow(2);
  const statuses: Record<string, number> = {};
  let requests = 0;
  let enqueued = 0;
  return {
    listener(name, payload) {
      if (name === "events:enqueued" && "count" in payload) enqueued += payload.count;
      if (name !== "request:answered" || !("status" in payload) || !("durationMs" in payload)) return;
      requests += 1;
      statuses[payload.status] = (statuses[payload.status] ?? 0) + 1;
      latencyAt(latencies, now(), payload.durationMs);
    },
    summary: () => ({ requests, enqueued, statuses: { ...statuses }, durationMs: now() - startedAt }),
    lastSecond: () => percentilesWithin(latencies, now(), 1),
  };
}
