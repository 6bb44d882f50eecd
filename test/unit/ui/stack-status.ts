import type { ProcessorView } from "../../../src/app/processor-reports/processor-view.js";
import type { StackStatus } from "../../../src/app/status.js";

export const ASKED_AT = "2026-11-21T12:00:00.000Z";

/** A stack that is well, with one client and nobody who processes. */
export function stackStatus(changes: Partial<StackStatus> = {}): StackStatus {
  const depth = { visible: 0, inFlight: 0, delayed: 0 };
  return {
    target: "local",
    stack: "evp",
    ingress: depth,
    dlq: depth,
    clients: [{ clientId: "client-1", active: true, queue: depth, askedAt: ASKED_AT }],
    blocked: [],
    processors: [],
    warnings: [],
    ...changes,
  };
}

/** A processor that is well. */
export function processorView(changes: Partial<ProcessorView> = {}): ProcessorView {
  return {
    processorId: "p-1",
    host: "ops-1",
    pid: 4711,
    version: "1.2.3",
    workers: 1,
    since: "2026-11-21T11:58:37.000Z",
    reportedAt: "2026-11-21T11:59:55.000Z",
    received: 3,
    published: 1,
    rejected: 1,
    duplicates: 1,
    eventsPerSecond: 120.5,
    latencyMs: { p50: 12, p99: 48 },
    held: { messages: 7, bytes: 3500 },
    apiCallsPerEvent: 0.41,
    oldestSentAt: null,
    down: [],
    stalled: [],
    stalledGroups: 0,
    ...changes,
  };
}

export const TROUBLED_PROCESSOR = processorView({
  down: [{ dependency: "topic evp-client-1.fifo", since: "2026-11-21T11:59:30.000Z", why: "no such topic" }],
  stalled: [
    {
      groupId: "client-1#a",
      messageId: "m-1",
      eventId: "order-17",
      clientId: "client-1",
      since: "2026-11-21T11:59:48.000Z",
      lastTriedAt: "2026-11-21T11:59:59.000Z",
      why: "waits for the topic",
      messages: 3,
    },
  ],
  stalledGroups: 12,
});
