import type { ProcessEvents, ProcessListener } from "../process/events.js";
import { breakerClosed, breakerOpened, type OpenBreakers } from "./open-breakers.js";

/** `starting`: it has not reached the stack yet; `down`: a dependency is down; `stuck`: a processor says nothing any more. */
export type HealthStatus = "starting" | "up" | "down" | "stopping" | "stuck";

/** The document of /health. Times are ISO 8601, and null where there was none yet. */
export interface HealthReport {
  status: HealthStatus;
  /** Whether it is up: for probes that look at one field. */
  healthy: boolean;
  /** When this was said. */
  timestamp: string;
  checks: {
    /** `latency`: how long the last call of the store took, ms. */
    database: { healthy: boolean; latency: number | null };
    /** Resident memory of this process, bytes. */
    memory: { rssBytes: number };
  };
  /** Since when it has been so. */
  since: string;
  version: string;
  startedAt: string;
  breakers: { dependency: string; since: string; why: string }[];
  /** Messages received that have no outcome yet, and bytes of their bodies. */
  held: { messages: number; bytes: number };
  /** Groups that wait for an operator. */
  blockedGroups: number;
  lastReceivedAt: string | null;
  lastOutcomeAt: string | null;
}

export interface Health {
  listener: ProcessListener;
  report(): HealthReport;
}

interface HealthOptions {
  /** ms since 1970. */
  now: () => number;
  /** ms of a clock that never jumps. */
  monotonic: () => number;
  version: string;
  /** Resident memory of this process, bytes. */
  rssBytes: () => number;
  /** Aborts when the processor is asked to stop. */
  stop: AbortSignal;
}

/** A processor says how it is once a second: one that has said nothing for so long does nothing either. */
const STUCK_AFTER_MS = 30_000;

/** Whether work is received: with one dependency down, or when it is about to end, it is not, or not all of it. */
export function isReady({ status }: Pick<HealthReport, "status">): boolean {
  return status === "up";
}

/** Whether to leave it alone: to start it anew would mend nothing while it starts, stops, or waits for a dependency. */
export function isAlive({ status }: HealthReport): boolean {
  return status !== "stuck";
}

interface HealthState {
  startedAt: number;
  /** What each worker held, and when it last said so, by the clock that never jumps. */
  workers: Map<number, { held: ProcessEvents["processor:sampled"]["held"]; at: number }>;
  open: OpenBreakers;
  blocked: Set<string>;
  isStopping: boolean;
  lastReceivedAt: number | undefined;
  lastOutcomeAt: number | undefined;
  storeLatencyMs: number | undefined;
  known: { status: HealthStatus; since: number };
}

/** Knows how one or several processors are, by what they tell. */
export function createHealth({ now, monotonic, version, rssBytes, stop }: HealthOptions): Health {
  const state = startState(now());
  /** Looks after each change, so that `since` tells when it came, and not when somebody asked. */
  const look = () => {
    const status = statusOf(state, monotonic(), stop.aborted);
    if (status !== state.known.status) state.known = { status, since: now() };
  };
  const told = feedsOf(state, { now, monotonic, look });
  return {
    listener: (name, payload) => told[name]?.(payload),
    report() {
      look();
      return { ...reportOf(state, version), timestamp: timeOf(now()), checks: checksOf(state, rssBytes()) };
    },
  };
}

function startState(now: number): HealthState {
  return {
    startedAt: now,
    workers: new Map(),
    open: new Map(),
    blocked: new Set(),
    isStopping: false,
    lastReceivedAt: undefined,
    lastOutcomeAt: undefined,
    storeLatencyMs: undefined,
    known: { status: "starting", since: now },
  };
}

function statusOf({ workers, open, isStopping }: HealthState, monotonic: number, isStopped: boolean): HealthStatus {
  if (isStopping || isStopped) return "stopping";
  if (workers.size === 0) return "starting";
  if ([...workers.values()].some(({ at }) => monotonic - at > STUCK_AFTER_MS)) return "stuck";
  return open.size > 0 ? "down" : "up";
}

type Feeds = { [Name in keyof ProcessEvents]?: (payload: ProcessEvents[Name]) => void };

function feedsOf(
  state: HealthState,
  { now, monotonic, look }: Pick<HealthOptions, "now" | "monotonic"> & { look: () => void },
): Feeds {
  const outcome = () => {
    state.lastOutcomeAt = now();
  };
  return {
    "processor:sampled": ({ worker, held }) => {
      state.workers.set(worker, { held, at: monotonic() });
      look();
    },
    "messages:received": ({ count }) => {
      if (count > 0) state.lastReceivedAt = now();
    },
    "batch:answered": ({ operation, durationMs }) => {
      if (operation === "insert accepted" || operation === "record") state.storeLatencyMs = durationMs;
    },
    "event:published": outcome,
    "event:rejected": outcome,
    "event:duplicate": outcome,
    "breaker:opened": (opened) => {
      breakerOpened(state.open, opened, now());
      look();
    },
    "breaker:closed": (closed) => {
      breakerClosed(state.open, closed);
      look();
    },
    "group:blocked": ({ groupId }) => void state.blocked.add(groupId),
    "group:unblocked": ({ groupId }) => void state.blocked.delete(groupId),
    "processor:stopping": () => {
      state.isStopping = true;
      look();
    },
  };
}

function checksOf({ open, storeLatencyMs }: HealthState, rssBytes: number): HealthReport["checks"] {
  return {
    database: { healthy: !open.has("store"), latency: storeLatencyMs ?? null },
    memory: { rssBytes },
  };
}

function reportOf(state: HealthState, version: string): Omit<HealthReport, "timestamp" | "checks"> {
  const held = [...state.workers.values()].map((worker) => worker.held);
  const { startedAt, known, lastReceivedAt, lastOutcomeAt } = state;
  return {
    status: known.status,
    healthy: isReady(known),
    since: timeOf(known.since),
    version,
    startedAt: timeOf(startedAt),
    breakers: [...state.open].map(([dependency, { since, why }]) => ({ dependency, since: timeOf(since), why })),
    held: {
      messages: held.reduce((sum, { messages }) => sum + messages, 0),
      bytes: held.reduce((sum, { bytes }) => sum + bytes, 0),
    },
    blockedGroups: state.blocked.size,
    lastReceivedAt: lastReceivedAt === undefined ? null : timeOf(lastReceivedAt),
    lastOutcomeAt: lastOutcomeAt === undefined ? null : timeOf(lastOutcomeAt),
  };
}

function timeOf(at: number): string {
  return new Date(at).toISOString();
}
