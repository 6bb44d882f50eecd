import type { BatchFill } from "../../core/batch-fill.js";
import { type LatencyWindow, latencyWindow } from "../../core/latency-window.js";
import type { OldestReceived, Waiting } from "../../core/oldest-received.js";
import { type PerSecond, perSecond } from "../../core/per-second.js";
import type { StalledGroups } from "../../core/stalled-groups.js";
import type { BatchOperation, ProcessorVitals } from "../process/events.js";

/** What is known of a running processor, or of all its workers together, by what it told. Times are milliseconds since 1970. */
export interface RunState {
  startedAt: number;
  phase: "running" | "stopping";
  received: number;
  totals: OutcomeCounts;
  /** By client, and by type. Those beyond a number are counted together. */
  clients: Map<string, OutcomeCounts>;
  types: Map<string, OutcomeCounts>;
  /** Outcomes by the second in which they were told. */
  outcomes: PerSecond;
  latencies: LatencyWindow;
  /** Newest first. */
  rejections: RecentRejection[];
  /** What failed last and is tried again. */
  problem: { text: string; at: number; times: number } | undefined;
  /** Dependencies that are down, by name, in the order in which they went. */
  down: Map<string, DownDependency>;
  /** Groups that wait for an operator, by id; the one that was tried last comes last. */
  blocked: Map<string, BlockedHead>;
  stalled: StalledGroups;
  oldest: OldestReceived;
  fills: Map<CallKind, BatchFill>;
  /** How each worker stood when it said so last. */
  samples: Map<number, ProcessorVitals>;
  /** Bytes of all the bodies that were received. */
  receivedBytes: number;
}

export interface OutcomeCounts {
  published: number;
  rejected: number;
  duplicates: number;
}

export interface RecentRejection {
  /** Tells it from every other one of this run. */
  serial: number;
  at: number;
  clientId: string | undefined;
  eventId: string | undefined;
  reason: string;
  detail: string;
}

interface DownDependency {
  since: number;
  why: string;
  /** Workers for which it is. */
  workers: number;
}

interface BlockedHead {
  messageId: string;
  clientId: string;
  reason: string;
  detail: string;
}

/** A kind of call that can hold several entries. */
export type CallKind = "receive" | BatchOperation;

/** Seconds that can be looked back on. */
const KEPT_SECONDS = 120;

export function startRun(now: number): RunState {
  return {
    startedAt: now,
    phase: "running",
    received: 0,
    totals: noOutcomes(),
    clients: new Map(),
    types: new Map(),
    outcomes: perSecond(KEPT_SECONDS),
    latencies: latencyWindow(KEPT_SECONDS),
    rejections: [],
    problem: undefined,
    down: new Map(),
    blocked: new Map(),
    stalled: new Map(),
    oldest: new Map(),
    fills: new Map(),
    samples: new Map(),
    receivedBytes: 0,
  };
}

export function noOutcomes(): OutcomeCounts {
  return { published: 0, rejected: 0, duplicates: 0 };
}

/** What waits of that which was received. */
export function waitingIn({ down, stalled, blocked }: RunState): Waiting {
  if (down.size > 0) return "down";
  return stalled.size + blocked.size > 0 ? "stalled" : "nothing";
}
