import type { ProcessorReport, StalledGroup } from "../../core/processor-report.js";

/** A running processor in `evp status --json`. Times are ISO 8601. */
export interface ProcessorView {
  processorId: string;
  host: string;
  pid: number;
  /** Of evp. */
  version: string;
  /** Processes that share its work. */
  workers: number;
  since: string;
  /** When it said all this. */
  reportedAt: string;
  received: number;
  published: number;
  rejected: number;
  duplicates: number;
  eventsPerSecond: number;
  /** From the queue's sent time to the publish, in ms; null: nothing was published lately. */
  latencyMs: { p50: number; p99: number } | null;
  /** What it has in hand. */
  held: { messages: number; bytes: number };
  apiCallsPerEvent: number;
  /** When the oldest message was sent that waits there for its outcome or, where none does, that came in the last seconds; null: none came. */
  oldestSentAt: string | null;
  down: { dependency: string; since: string; why: string }[];
  /** Groups that were given back and have not moved since, those that have waited longest first; 100 at most. */
  stalled: StalledView[];
  /** How many there are in all. */
  stalledGroups: number;
}

interface StalledView {
  groupId: string;
  /** Of its head; null where nobody has said. */
  messageId: string | null;
  eventId: string | null;
  clientId: string | null;
  since: string;
  lastTriedAt: string;
  why: string;
  /** Messages that were given back with it last. */
  messages: number;
}

/** A report as it is shown. */
export function toProcessorView(report: ProcessorReport): ProcessorView {
  const { processorId, host, pid, version, workers, startedAt, at, totals, eventsPerSecond, latencyMs, held } = report;
  const { apiCallsPerEvent, oldestSentAt, down, stalled, stalledGroups } = report;
  return {
    processorId,
    host,
    pid,
    version,
    workers,
    since: toIso(startedAt),
    reportedAt: toIso(at),
    ...totals,
    eventsPerSecond,
    latencyMs: latencyMs ?? null,
    held,
    apiCallsPerEvent,
    oldestSentAt: oldestSentAt === undefined ? null : toIso(oldestSentAt),
    down: down.map(({ since, ...dependency }) => ({ ...dependency, since: toIso(since) })),
    stalled: stalled.map(toStalledView),
    stalledGroups,
  };
}

function toStalledView(group: StalledGroup): StalledView {
  const { groupId, messageId = null, eventId = null, clientId = null, since, lastTriedAt, why, messages } = group;
  return {
    groupId,
    messageId,
    eventId,
    clientId,
    since: toIso(since),
    lastTriedAt: toIso(lastTriedAt),
    why,
    messages,
  };
}

function toIso(at: number): string {
  return new Date(at).toISOString();
}
