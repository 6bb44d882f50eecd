import { describe, expect, it } from "vitest";
import { createHealth, isAlive, isReady } from "../../../../src/app/metrics/health.js";
import { createManualClock } from "../../../factories/manual-clock.js";

const MESSAGE = { messageId: "m", groupId: "g", correlationId: "c", eventId: "e", clientId: "c", type: "t" };
const DOWN = { code: "Unreachable", message: "no answer", isSenderFault: false };

function startHealth() {
  const clock = createManualClock();
  const stop = new AbortController();
  const health = createHealth({
    now: clock.now,
    monotonic: clock.monotonic,
    version: "1.2.3",
    rssBytes: () => 5,
    stop: stop.signal,
  });
  const sampled = (worker = 0, messages = 0) =>
    health.listener("processor:sampled", { held: { messages, bytes: messages * 10 }, groups: 0, apiCalls: {}, worker });
  const wellness = () => {
    const report = health.report();
    return { status: report.status, isReady: isReady(report), isAlive: isAlive(report) };
  };
  return { clock, stop, sampled, wellness, tell: health.listener, report: health.report };
}

describe("a processor's health", () => {
  it("is starting until it has reached the stack, and then up", async () => {
    const { sampled, wellness } = startHealth();
    expect(wellness()).toEqual({ status: "starting", isReady: false, isAlive: true });
    sampled();
    expect(wellness()).toEqual({ status: "up", isReady: true, isAlive: true });
  });

  it("is down while any dependency is, and says which, since when and why", async () => {
    const { clock, sampled, tell, wellness, report } = startHealth();
    sampled();
    await clock.advance(5_000);
    tell("breaker:opened", { dependency: "store", fault: DOWN });
    const downSince = new Date(clock.now()).toISOString();
    await clock.advance(3_000);
    sampled();
    expect(wellness()).toEqual({ status: "down", isReady: false, isAlive: true });
    expect(report()).toMatchObject({
      since: downSince,
      breakers: [{ dependency: "store", since: downSince, why: "no answer" }],
    });
    tell("breaker:closed", { dependency: "store", openMs: 3_000 });
    expect(wellness()).toEqual({ status: "up", isReady: true, isAlive: true });
    expect(report()).toMatchObject({ since: new Date(clock.now()).toISOString(), breakers: [] });
  });

  it("tells of its parts, the store's last call among them", () => {
    const { sampled, tell, report } = startHealth();
    sampled();
    expect(report()).toMatchObject({ healthy: true, checks: { database: { healthy: true, latency: null } } });
    tell("batch:answered", { operation: "record", entries: 1, limit: 25, durationMs: 7 });
    tell("batch:answered", { operation: "publish", entries: 1, limit: 10, durationMs: 9 });
    expect(report().checks).toEqual({ database: { healthy: true, latency: 7 }, memory: { rssBytes: 5 } });
    tell("breaker:opened", { dependency: "topic evp-a.fifo", fault: DOWN });
    expect(report()).toMatchObject({ healthy: false, checks: { database: { healthy: true } } });
    tell("breaker:opened", { dependency: "store", fault: DOWN });
    expect(report()).toMatchObject({ healthy: false, checks: { database: { healthy: false } } });
  });

  it("is stopping from the signal on", () => {
    const { stop, sampled, wellness } = startHealth();
    sampled();
    stop.abort();
    expect(wellness()).toEqual({ status: "stopping", isReady: false, isAlive: true });
  });

  it("is stopping, too, when a drain is done", () => {
    const { sampled, tell, wellness } = startHealth();
    sampled();
    tell("processor:stopping", { why: "drained", held: 0 });
    expect(wellness().status).toBe("stopping");
  });

  it("is stuck, and not alive, when one of its workers says nothing any more", async () => {
    const { clock, sampled, wellness } = startHealth();
    sampled(0);
    sampled(1);
    await clock.advance(30_000);
    sampled(0);
    expect(wellness().status).toBe("up");
    await clock.advance(1);
    expect(wellness()).toEqual({ status: "stuck", isReady: false, isAlive: false });
    sampled(1);
    expect(wellness().status).toBe("up");
  });

  it("tells what is held, what is blocked, and when something came and went last", async () => {
    const { clock, sampled, tell, report } = startHealth();
    expect(report()).toMatchObject({ lastReceivedAt: null, lastOutcomeAt: null, version: "1.2.3" });
    sampled(0, 3);
    sampled(1, 4);
    tell("messages:received", { count: 7, limit: 10, bytes: 3500, oldestSentAt: clock.now() });
    const receivedAt = new Date(clock.now()).toISOString();
    await clock.advance(1_000);
    tell("messages:received", { count: 0, limit: 10, bytes: 0, oldestSentAt: undefined });
    tell("event:published", { ...MESSAGE, latencyMs: 1 });
    tell("group:blocked", { ...MESSAGE, reason: "too-large", detail: "" });
    expect(report()).toMatchObject({
      held: { messages: 7, bytes: 70 },
      blockedGroups: 1,
      lastReceivedAt: receivedAt,
      lastOutcomeAt: new Date(clock.now()).toISOString(),
    });
  });
});
