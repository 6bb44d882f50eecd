import { retryDelayMs } from "../../core/backoff.js";
import { leaseFrom } from "../../core/lease.js";
import { BATCH_MAX_ENTRIES } from "../../core/limits.js";
import { isCallError } from "../../ports/call.js";
import type { StackConnection } from "../../ports/stack-connection.js";
import { createAttempt } from "./attempts.js";
import { createCalls } from "./calls.js";
import { isDrained } from "./drain.js";
import type { ProcessListener, ProcessSummary } from "./events.js";
import { HandBack, type HeldMessage } from "./held-message.js";
import { createLanes, type Lanes } from "./lanes.js";
import { momentOf, renewLeases } from "./leases.js";
import { createPermissions } from "./permissions.js";
import type { ProcessContext } from "./process-context.js";
import { createTally } from "./tally.js";
import type { Turn } from "./turn.js";
import { createUnrecordedPublications, recordAbandoned, type UnrecordedPublications } from "./unrecorded.js";

export interface ProcessorOptions extends Omit<ProcessContext, "connection" | "stopped" | "tell"> {
  connection: ProcessContext["connection"] & Pick<StackConnection, "apiCalls">;
  tell?: ProcessListener;
  /** End once the queue is empty. */
  drain: boolean;
  /** Aborts: take no more, finish what is held within `stopTimeoutMs`, give the rest back. */
  stop: AbortSignal;
  /** Aborts: finish nothing, give back what is held. */
  force: AbortSignal;
}

/** Long polls are never aborted, because an aborted one may have taken messages; so they are short, and a stop waits for one at most. */
const POLL_SECONDS = 2;
/** Giving back what is held takes one call of each ten messages; a dead network must not hold up the end for longer. */
const GIVE_BACK_MS = 2_000;

/**
 * Runs until `stop` aborts, or until the queue is drained. Receives, hands messages to their groups' lanes, renews leases.
 * @throws CallError when the first contact with the stack fails: later failures are waited out
 */
export async function runProcessor(options: ProcessorOptions): Promise<ProcessSummary> {
  const { connection, clock, drain, stop, force } = options;
  await connection.ingress.depth();
  const tally = createTally(clock, connection.apiCalls, options.tell ?? (() => undefined));
  const stopping = new AbortController();
  const crashed = new AbortController();
  const context: ProcessContext = { ...options, tell: tally.listener, stopped: stopping.signal };
  const lanes = createLanes(context, (error) => crashed.abort(error));
  const ended = new AbortController();
  const unrecorded = createUnrecordedPublications();
  const beside = Promise.all([
    renewLeases(context, lanes.held, ended.signal),
    recordAbandoned(context, unrecorded, ended.signal),
  ]);
  const noMore = AbortSignal.any([stop, force, crashed.signal]);

  try {
    const why = await receiveUntil(noMore, drain, context, lanes, unrecorded);
    context.tell("processor:stopping", { why, held: lanes.held.size });
    await finishHeld(lanes, context, AbortSignal.any([force, crashed.signal]), () => stopping.abort());
  } finally {
    ended.abort();
    await beside;
  }
  if (crashed.signal.aborted) throw crashed.signal.reason;
  const summary = tally.summary();
  context.tell("processor:stopped", { summary });
  return summary;
}

async function receiveUntil(
  noMore: AbortSignal,
  drain: boolean,
  context: ProcessContext,
  lanes: Lanes,
  unrecorded: UnrecordedPublications,
) {
  const { clock, settings } = context;
  const startTurn = createTurns(context, unrecorded);
  const maxMessages = Math.min(BATCH_MAX_ENTRIES, settings.process.concurrency);
  const receive = createReceive(context, maxMessages, noMore);
  while (!noMore.aborted) {
    await roomFor(maxMessages, settings.process.concurrency, lanes, noMore);
    if (noMore.aborted) break;
    const messages = await receive(drain ? 1 : POLL_SECONDS);
    if (noMore.aborted) await lanes.giveBack(messages, new HandBack("stopping", "the processor stops"));
    else lanes.add(messages.map(startTurn));
    const mayBeDrained = drain && messages.length === 0 && lanes.held.size === 0;
    if (mayBeDrained && (await isDrained(context.connection.ingress, clock, noMore))) return "drained" as const;
  }
  return "signal" as const;
}

/** Resolves when there is room for so many more messages, or when no more are to be taken. */
async function roomFor(count: number, concurrency: number, lanes: Lanes, noMore: AbortSignal): Promise<void> {
  if (lanes.held.size <= concurrency - count) return;
  await new Promise<void>((resolve) => {
    const settle = () => {
      noMore.removeEventListener("abort", settle);
      resolve();
    };
    noMore.addEventListener("abort", settle);
    void lanes.downTo(concurrency - count).then(settle);
  });
}

/** What every message's turn shares. */
function createTurns(context: ProcessContext, unrecorded: UnrecordedPublications): (held: HeldMessage) => Turn {
  const { connection, clock, settings, examine } = context;
  const shared = {
    context,
    calls: createCalls({ connection, clock, callTimeoutMs: settings.process.callTimeoutMs }),
    attempt: createAttempt(context),
    permissions: createPermissions({ registry: connection.clients, clock }),
    unrecorded,
  };
  return (held) => {
    const { body, attributes } = held.message;
    return { ...shared, held, examined: examine({ body, attributes, receivedAt: held.received.wall }) };
  };
}

/** @returns a receive that answers a failure with nothing, after a pause that grows */
function createReceive(
  { connection, clock, settings, tell }: ProcessContext,
  maxMessages: number,
  noMore: AbortSignal,
) {
  const { visibilitySeconds, kind } = settings.ingress;
  let failures = 0;
  let attemptId = newAttemptId(clock.random);
  return async (waitSeconds: number): Promise<HeldMessage[]> => {
    const lease = leaseFrom(momentOf(clock), visibilitySeconds);
    try {
      const options = { maxMessages, waitSeconds, visibilitySeconds };
      // A standard queue knows no attempts, and refuses their ids.
      const messages = await connection.ingress.receive(kind === "fifo" ? { ...options, attemptId } : options);
      failures = 0;
      attemptId = newAttemptId(clock.random);
      tell("messages:received", { count: messages.length });
      const received = momentOf(clock);
      return messages.map((message) => ({ message, received, lease, isGone: false }));
    } catch (error) {
      if (!isCallError(error)) throw error;
      // The same attempt id again: if the call did take messages, the queue hands out the same ones.
      tell("call:failed", { operation: "receive messages", fault: error.fault, attempt: ++failures });
      await clock.sleep(retryDelayMs(failures, clock.random), noMore);
      return [];
    }
  };
}

/** Unique enough to tell one receive from the others of the last 5 minutes. */
function newAttemptId(random: () => number): string {
  const part = () => Math.floor(random() * 2 ** 48).toString(36);
  return `evp-${part()}-${part()}`;
}

/** Waits for what is held, and calls `giveUp` when that takes too long; then what still waits for its turn is given back. */
async function finishHeld(lanes: Lanes, { clock, settings }: ProcessContext, force: AbortSignal, giveUp: () => void) {
  const done = new AbortController();
  const allDone = lanes.downTo(0).then(() => done.abort());
  await clock.sleep(settings.process.stopTimeoutMs, AbortSignal.any([force, done.signal]));
  giveUp();
  const bound = force.aborted ? GIVE_BACK_MS : settings.process.callTimeoutMs + GIVE_BACK_MS;
  await Promise.race([allDone, clock.sleep(bound, done.signal)]);
}
