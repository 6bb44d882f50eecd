import type { GatewaySummary } from "../../app/gateway/gateway-tally.js";
import { counted } from "./counted.js";

/** What a gateway has done so far, in one line. */
export function gatewayLine({ requests, enqueued, statuses }: GatewaySummary, p99Ms: number | undefined): string {
  const refused = Object.entries(statuses).filter(([status]) => Number(status) >= 300);
  const others = refused.map(([status, count]) => `, ${count} × ${status}`).join("");
  const pace = p99Ms === undefined ? "" : ` · p99 ${Math.round(p99Ms)} ms`;
  return `${counted(requests, "request")}, ${enqueued} enqueued${others}${pace}`;
}

export function renderGatewaySummary(summary: GatewaySummary): string {
  return `${gatewayLine(summary, undefined)}, in ${(summary.durationMs / 1000).toFixed(1)} s\n`;
}
