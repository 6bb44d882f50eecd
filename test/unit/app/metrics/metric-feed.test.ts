import { describe, expect, it } from "vitest";
import { createPrometheusRegistry } from "../../../../src/adapters/telemetry/prometheus.js";
import { createMetricFeed } from "../../../../src/app/metrics/metric-feed.js";
import { PROCESS_METRICS } from "../../../../src/app/metrics/process-metrics.js";
import type { ProcessEvents } from "../../../../src/app/process/events.js";
import { createManualClock } from "../../../factories/manual-clock.js";
import { parsePrometheusText, sampleValue } from "../../../factories/prometheus-text.js";

const MESSAGE = {
  messageId: "m-1",
  groupId: "g",
  correlationId: "c",
  eventId: "e-1",
  clientId: "client-1",
  type: "transaction",
};
const DOWN = { code: "Unreachable", message: "no answer", isSenderFault: false };

function startFeed() {
  const clock = createManualClock();
  const registry = createPrometheusRegistry(PROCESS_METRICS);
  const feed = createMetricFeed({ registry, now: clock.now, version: "1.2.3" });
  const scrape = async () => {
    feed.refresh();
    return parsePrometheusText(await registry.text());
  };
  const value = async (name: string, labels: Record<string, string> = {}) => sampleValue(await scrape(), name, labels);
  return { clock, tell: feed.listener, scrape, value };
}

function sample(changes: Partial<ProcessEvents["processor:sampled"]> = {}): ProcessEvents["processor:sampled"] {
  return { held: { messages: 0, bytes: 0 }, groups: 0, apiCalls: {}, worker: 0, ...changes };
}

describe("the metrics of a processor", () => {
  it("begin with every series that an alert may look back on", async () => {
    const { value } = startFeed();
    expect(await value("evp_build_info", { version: "1.2.3" })).toBe(1);
    expect(await value("evp_dead_letters_total", { reason: "schema-violation" })).toBe(0);
    expect(await value("evp_breaker_open", { dependency: "store" })).toBe(0);
    expect(await value("evp_received_messages_total")).toBe(0);
    expect(await value("evp_blocked_groups")).toBe(0);
    expect(await value("evp_lag_seconds")).toBe(0);
  });

  it("count outcomes by client, type and reason", async () => {
    const { tell, value } = startFeed();
    tell("event:published", { ...MESSAGE, latencyMs: 120 });
    tell("event:published", { ...MESSAGE, latencyMs: 80 });
    tell("event:duplicate", MESSAGE);
    tell("event:rejected", { ...MESSAGE, clientId: undefined, type: undefined, reason: "malformed-json", detail: "" });
    const about = { client: "client-1", type: "transaction" };
    expect(await value("evp_events_total", { ...about, outcome: "published", reason: "" })).toBe(2);
    expect(await value("evp_events_total", { ...about, outcome: "duplicate" })).toBe(1);
    const none = { client: "(none)", type: "(none)" };
    expect(await value("evp_events_total", { ...none, outcome: "rejected", reason: "malformed-json" })).toBe(1);
    expect(await value("evp_dead_letters_total", { reason: "malformed-json" })).toBe(1);
    expect(await value("evp_event_latency_seconds_count")).toBe(2);
    expect(await value("evp_event_latency_seconds_sum")).toBeCloseTo(0.2);
    expect(await value("evp_event_latency_seconds_bucket", { le: "0.1" })).toBe(1);
  });

  it("tell how full calls are and how long they take", async () => {
    const { tell, value } = startFeed();
    tell("messages:received", { count: 3, limit: 10, bytes: 1500, oldestSentAt: 0 });
    tell("batch:answered", { operation: "publish", entries: 5, limit: 10, durationMs: 30 });
    expect(await value("evp_received_messages_total")).toBe(3);
    expect(await value("evp_batch_fill_ratio_sum", { operation: "receive messages" })).toBe(0.3);
    expect(await value("evp_batch_fill_ratio_bucket", { operation: "publish", le: "0.5" })).toBe(1);
    expect(await value("evp_batch_fill_ratio_bucket", { operation: "publish", le: "0.4" })).toBe(0);
    expect(await value("evp_call_duration_seconds_sum", { operation: "publish" })).toBe(0.03);
  });

  it("add up what several workers do", async () => {
    const { tell, value } = startFeed();
    tell("processor:sampled", sample({ held: { messages: 3, bytes: 30 }, apiCalls: { ReceiveMessage: 5 } }));
    tell("processor:sampled", sample({ held: { messages: 2, bytes: 20 }, apiCalls: { ReceiveMessage: 1 }, worker: 1 }));
    tell("processor:sampled", sample({ held: { messages: 1, bytes: 10 }, apiCalls: { ReceiveMessage: 7 } }));
    expect(await value("evp_in_flight_messages")).toBe(3);
    expect(await value("evp_in_flight_bytes")).toBe(30);
    expect(await value("evp_api_calls_total", { operation: "ReceiveMessage" })).toBe(8);
  });

  it("show a dependency as down until no worker finds it so", async () => {
    const { tell, value } = startFeed();
    tell("breaker:opened", { dependency: "store", fault: DOWN });
    tell("breaker:opened", { dependency: "store", fault: DOWN });
    tell("breaker:closed", { dependency: "store", openMs: 1 });
    expect(await value("evp_breaker_open", { dependency: "store" })).toBe(1);
    tell("breaker:closed", { dependency: "store", openMs: 1 });
    expect(await value("evp_breaker_open", { dependency: "store" })).toBe(0);
  });

  it("tell of blocked groups, of what was given back and of what failed", async () => {
    const { tell, value } = startFeed();
    const blocked = { ...MESSAGE, reason: "too-large" as const, detail: "" };
    tell("group:blocked", blocked);
    tell("group:blocked", blocked);
    expect(await value("evp_blocked_groups")).toBe(1);
    tell("group:unblocked", { groupId: "g" });
    expect(await value("evp_blocked_groups")).toBe(0);
    tell("group:released", { ...MESSAGE, messages: 4, delaySeconds: 30, why: "" });
    expect(await value("evp_released_messages_total")).toBe(4);
    tell("call:failed", { operation: "publish", fault: DOWN, attempt: 1 });
    expect(await value("evp_call_failures_total", { operation: "publish", code: "Unreachable" })).toBe(1);
    tell("lease:lost", { messageId: "m", groupId: "g" });
    expect(await value("evp_lost_leases_total")).toBe(1);
  });

  it("stay few, whatever clients and types producers make up, and keep those that exist", async () => {
    const { tell, scrape, value } = startFeed();
    for (let index = 0; index < 500; index++)
      tell("event:rejected", { ...MESSAGE, clientId: `no-${index}`, reason: "client-unknown", detail: "" });
    for (let index = 0; index < 100; index++)
      tell("event:published", { ...MESSAGE, clientId: `client-${index}`, latencyMs: 1 });
    const samples = (await scrape()).get("evp_events_total")?.samples ?? [];
    expect(samples.length).toBeLessThanOrEqual(202);
    expect(await value("evp_events_total", { client: "client-99", outcome: "published" })).toBe(1);
    const other = { client: "other", type: "other", reason: "client-unknown" };
    expect(await value("evp_events_total", other)).toBe(450);
    for (let index = 100; index < 500; index++)
      tell("event:published", { ...MESSAGE, clientId: `client-${index}`, latencyMs: 1 });
    expect(await value("evp_events_total", { client: "other", outcome: "published" })).toBe(350);
  });

  it("write whatever text a label holds so that it can be read", async () => {
    const { tell, value } = startFeed();
    tell("call:failed", { operation: "publish", fault: { ...DOWN, code: 'a "quoted"\\\nname' }, attempt: 1 });
    expect(await value("evp_call_failures_total", { code: 'a "quoted"\\\nname' })).toBe(1);
  });

  it("have no latency below nothing, though clocks differ", async () => {
    const { tell, value } = startFeed();
    tell("event:published", { ...MESSAGE, latencyMs: -50 });
    expect(await value("evp_event_latency_seconds_sum")).toBe(0);
  });
});

describe("the lag", () => {
  it("is the age of the oldest message received lately", async () => {
    const { clock, tell, value } = startFeed();
    tell("messages:received", { count: 2, limit: 10, bytes: 1000, oldestSentAt: clock.now() - 40_000 });
    tell("messages:received", { count: 2, limit: 10, bytes: 1000, oldestSentAt: clock.now() - 5_000 });
    expect(await value("evp_lag_seconds")).toBe(40);
    await clock.advance(16_000);
    tell("messages:received", { count: 0, limit: 10, bytes: 0, oldestSentAt: undefined });
    expect(await value("evp_lag_seconds")).toBe(0);
  });

  it("grows while nothing can be received and something is held", async () => {
    const { clock, tell, value } = startFeed();
    tell("processor:sampled", sample({ held: { messages: 1, bytes: 10 } }));
    tell("messages:received", { count: 1, limit: 10, bytes: 500, oldestSentAt: clock.now() - 5_000 });
    await clock.advance(600_000);
    expect(await value("evp_lag_seconds")).toBe(605);
    tell("processor:sampled", sample());
    expect(await value("evp_lag_seconds")).toBe(0);
  });
});
