import type { Examined } from "../../core/examine.js";
import type { Clock } from "../../ports/clock.js";
import type { StackConnection } from "../../ports/stack-connection.js";
import { createAttempts } from "./attempts.js";
import { createBlockedGroups } from "./blocked-groups.js";
import { type Breakers, createBreakers } from "./breakers.js";
import { createCalls } from "./calls.js";
import type { ProcessListener, ProcessorVitals, ProcessSummary } from "./events.js";
import { createGate } from "./gate.js";
import type { HeldMessage } from "./held-message.js";
import { createLanes, type Lanes } from "./lanes.js";
import { renewLeases } from "./leases.js";
import { createLoad, type Load } from "./load.js";
import { createPermissions } from "./permissions.js";
import type { ProcessContext } from "./process-context.js";
import { receiveUntilStopped } from "./receivers.js";
import { releaseBlocked } from "./release.js";
import { createTally } from "./tally.js";
import { examineTraced } from "./traced.js";
import type { Judged, Turn } from "./turn.js";
import { createUnrecordedPublications, recordAbandoned, type UnrecordedPublications } from "./unrecorded.js";
import { watchConnection } from "./watched-connection.js";

export interface ProcessorOptions
  extends Omit<ProcessContext, "blocked" | "connection" | "stopping" | "stopped" | "tell"> {
  connection: ProcessContext["connection"] & Pick<StackConnection, "apiCalls">;
  tell?: ProcessListener;
  /** Called once it runs, with what tells how it stands whenever that is asked for. */
  started?: (vitals: () => ProcessorVitals) => void;
  /** End once the queue is empty. */
  drain: boolean;
  /** Aborts: take no more, finish what is held within `stopTimeoutMs`, give the rest back. */
  stop: AbortSignal;
  /** Aborts: finish nothing, give back what is held. */
  force: AbortSignal;
}

/** Giving back what is held takes one call of each ten messages; a dead network must not hold up the end for longer. */
const GIVE_BACK_MS = 2_000;

/**
 * Runs until `stop` aborts, or until the queue is drained. Receives, hands messages to their groups' lanes, renews leases.
 * @throws CallError when the first contact with the stack fails: later failures are waited out
 */
export async function runProcessor(options: ProcessorOptions): Promise<ProcessSummary> {
  const { connection, clock, drain, stop, force } = options;
  // Both queues are known from here on: a call that has to ask for its queue's URL first may outlast a lease.
  await Promise.all([connection.ingress.depth(), connection.deadLetters.depth()]);
  const {
    listener: tell,
    summary,
    apiCalls,
  } = createTally(clock, connection.apiCalls, options.tell ?? (() => undefined));
  const crashed = new AbortController();
  const crash = (error: unknown) => crashed.abort(error);
  const giveUp = new AbortController();
  const stopping = AbortSignal.any([stop, force, crashed.signal]);
  const breakers = createBreakers({ clock, tell });
  const watched = watchConnection(connection, breakers);
  const blocked = createBlockedGroups({ clock, tell });
  const stopped = giveUp.signal;
  const context: ProcessContext = { ...options, connection: watched, tell, blocked, stopping, stopped };
  const load = createLoad();
  const lanes = createLanes({ context, load, crash });
  const ended = new AbortController();
  const unrecorded = createUnrecordedPublications();
  const beside = Promise.all([
    renewLeases(context, lanes.held, ended.signal),
    recordAbandoned(context, unrecorded, ended.signal),
  ]);

  options.started?.(() => ({ held: { ...load.held }, groups: load.groups, apiCalls: apiCalls() }));
  try {
    const startTurn = createTurns({ context, load, lanes, breakers, unrecorded });
    const why = await receiveUntilStopped({ context, lanes, load, breakers, startTurn, drain, force, crash });
    tell("processor:stopping", { why, held: load.held.messages });
    await finishHeld(lanes, context, AbortSignal.any([force, crashed.signal]), () => giveUp.abort());
    if (why === "signal") await within(GIVE_BACK_MS, clock, releaseBlocked(context));
  } finally {
    ended.abort();
    await beside;
  }
  if (crashed.signal.aborted) throw crashed.signal.reason;
  const blockedGroups = blocked.list();
  const done = { ...summary(), blocked: blockedGroups.length, blockedGroups };
  tell("processor:stopped", { summary: done });
  return done;
}

interface TurnParts {
  context: ProcessContext;
  load: Load;
  lanes: Lanes;
  breakers: Breakers;
  unrecorded: UnrecordedPublications;
}

/** What every message's turn shares. */
function createTurns({ context, load, lanes, breakers, unrecorded }: TurnParts): (held: HeldMessage) => Turn {
  const { connection, clock, settings } = context;
  const gate = createGate({ context, breakers, onParked: lanes.parked });
  const shared = {
    context,
    calls: createCalls({ connection, clock, callTimeoutMs: settings.process.callTimeoutMs, load, tell: context.tell }),
    attempts: createAttempts(context, gate),
    gate,
    permissions: createPermissions({ registry: connection.clients, clock }),
    unrecorded,
  };
  return (held) => ({ ...shared, held, examined: withoutPayload(examineTraced(context, held)) });
}

function withoutPayload(examined: Examined): Judged {
  if (!examined.ok) return examined;
  const { payload: _, ...event } = examined.event;
  return { ...examined, event };
}

/** Waits until it is done, and no longer than so long. */
async function within(boundMs: number, clock: Clock, work: Promise<void>): Promise<void> {
  const done = new AbortController();
  await Promise.race([work.finally(() => done.abort()), clock.sleep(boundMs, done.signal)]);
}

/** Waits for what is held, and calls `giveUp` when that takes too long; then what still waits for its turn is given back. */
async function finishHeld(lanes: Lanes, { clock, settings }: ProcessContext, force: AbortSignal, giveUp: () => void) {
  const done = new AbortController();
  const allDone = lanes.until(({ messages }) => messages === 0).then(() => done.abort());
  await clock.sleep(settings.process.stopTimeoutMs, AbortSignal.any([force, done.signal]));
  giveUp();
  const bound = force.aborted ? GIVE_BACK_MS : settings.process.callTimeoutMs + GIVE_BACK_MS;
  await Promise.race([allDone, clock.sleep(bound, done.signal)]);
}
