import type { ClientRecord } from "../../core/client.js";
import { isEvpError } from "../../core/errors.js";
import type { Examine } from "../../core/examine.js";
import { type ClientMessage, replayMessage } from "../../core/replay-message.js";
import { judgeReplay, ReplayCount, type ReplayVerdict } from "../../core/replay-plan.js";
import { isCallError } from "../../ports/call.js";
import type { ClientRegistry } from "../../ports/client-registry.js";
import type { Clock } from "../../ports/clock.js";
import type { Journal } from "../../ports/journal.js";
import type { Publisher } from "../../ports/publisher.js";
import type { Queue } from "../../ports/queue.js";
import { findClient } from "../client.js";
import { controlCall } from "../control-calls.js";
import { type Exclusive, withLock } from "../dlq/exclusive.js";
import { assertActive, createClientPermit } from "./client-permit.js";
import { permittedSend, queueDoor, topicDoor } from "./permitted-send.js";
import type { ReplayReport } from "./replay-report.js";
import { ReplayRun } from "./replay-run.js";
import { type FoundEvent, findEvents, type ReplayFilter } from "./replay-source.js";

export { type ReplayReport, replayProblem } from "./replay-report.js";

export interface ReplayPorts {
  journal: Pick<Journal, "events" | "read" | "write" | "takeLock" | "giveLock">;
  clients: Pick<ClientRegistry, "get" | "list">;
  publisher: Publisher;
  queue: (name: string) => Pick<Queue, "send">;
  /** Judges nothing, and tells the triage attributes of an event. */
  triage: Examine;
  clock: Clock;
  /** A name for this run that no other has. */
  holder: string;
}

export interface ReplayOptions {
  filter: ReplayFilter;
  /** The id of this replay, a new one or that of an interrupted one. */
  replayId: string;
  /** It is the id of an interrupted one: what that one sent is left out. */
  resumes: boolean;
  to: "topic" | "queue";
  ratePerSecond: number;
  /** Body and attributes that the client's topic takes. */
  maxBytes: number;
  /** Days the journal remembers what was replayed. */
  retentionDays: number;
  /** Only the plan: nothing is sent or written. */
  dryRun: boolean;
  /** Asked with the plan before anything is sent; throws to leave everything as it is. */
  confirm: (planned: ReplayReport) => Promise<void>;
  onCount?: ((events: number) => void) | undefined;
  onProgress?: ((replayed: number) => void) | undefined;
  /** Stops after the calls in the air. */
  signal?: AbortSignal | undefined;
}

/**
 * Sends stored events to their client once more, in the order of the queue. Each is recorded once it is acknowledged, so that an
 * interrupted replay can be gone on with.
 * @throws EvpError when the client is not registered or disabled, or another replay to it is running
 * @throws CallError when a service cannot be reached and nothing was sent
 */
export async function replayEvents(ports: ReplayPorts, options: ReplayOptions): Promise<ReplayReport> {
  const { clock } = ports;
  const client = await controlCall(clock, () => findClient(ports.clients, options.filter.clientId));
  assertActive(client);
  const { planned, span } = await planReplay(ports, options, client);
  const isNothingToSend = planned.plan.firstEvent === null;
  if (options.dryRun || planned.interrupted || isNothingToSend) return planned;
  await options.confirm(planned);
  const startedAt = clock.monotonic();
  const lock = `replay to ${client.clientId}`;
  const done = await withLock(ports, lock, ports.holder, options.signal, (exclusive) =>
    sendPlanned(ports, { ...options, filter: { ...options.filter, ...span } }, client, exclusive),
  );
  const skipped = { ...planned.skipped, forbidden: planned.skipped.forbidden + done.forbidden };
  const durationMs = Math.round(clock.monotonic() - startedAt);
  const { replayed, failed, failures, interrupted, stoppedBy, resumeFrom } = done;
  const outcome = { replayed, failed, failures, interrupted, stoppedBy, resumeFrom };
  return { ...planned, ...outcome, replayId: options.replayId, skipped, durationMs };
}

interface Planned {
  planned: ReplayReport;
  span: ReplayCount["span"];
}

async function planReplay(ports: ReplayPorts, options: ReplayOptions, client: ClientRecord): Promise<Planned> {
  const { filter, to, ratePerSecond, dryRun, signal, onCount } = options;
  const count = new ReplayCount();
  const missing = new Set(filter.ids);
  for await (const { accepted, verdict, message } of judged(ports, options, client)) {
    count.add(accepted, verdict, message.bytes);
    missing.delete(accepted.eventId);
    onCount?.(count.matched);
  }
  const planned = {
    replayId: null,
    clientId: client.clientId,
    to,
    matched: count.matched,
    replayed: 0,
    skipped: count.skipped,
    failed: 0,
    failures: [],
    notFound: [...missing],
    durationMs: 0,
    dryRun,
    interrupted: signal?.aborted === true,
    stoppedBy: null,
    resumeFrom: null,
    plan: count.plan({ since: filter.since, until: filter.until, ratePerSecond, to }),
  };
  return { planned, span: count.span };
}

interface JudgedEvent extends FoundEvent {
  verdict: ReplayVerdict;
  message: ClientMessage;
}

async function* judged(
  ports: ReplayPorts,
  { filter, replayId, resumes, maxBytes, signal }: ReplayOptions,
  client: ClientRecord,
): AsyncGenerator<JudgedEvent> {
  for await (const found of findEvents(ports, filter, resumes ? replayId : undefined, signal)) {
    const message = replayMessage(found.accepted, ports.triage, replayId);
    const verdict = judgeReplay({ ...found, client, bytes: message.bytes, maxBytes });
    yield { ...found, message, verdict };
  }
}

type Done = Pick<ReplayReport, "replayed" | "failed" | "failures" | "interrupted" | "stoppedBy" | "resumeFrom"> & {
  forbidden: number;
};

async function sendPlanned(
  ports: ReplayPorts,
  options: ReplayOptions,
  client: ClientRecord,
  { keep }: Exclusive,
): Promise<Done> {
  const { replayId, to, ratePerSecond, retentionDays, onProgress, signal } = options;
  const { journal, clock, clients, publisher, queue } = ports;
  const door = to === "topic" ? topicDoor(publisher) : queueDoor(queue);
  const permit = createClientPermit({ clients, clock }, client.clientId);
  const send = permittedSend(door, permit, keep);
  const runOptions = { replayId, to, ratePerSecond, retentionDays, keep, onProgress, signal };
  const run = new ReplayRun({ journal, clock, send }, runOptions);
  const stoppedBy = await untilStopped(run, () => offerAll(run, judged(ports, options, client), keep));
  const { replayed, forbidden, failed, failures } = run;
  const interrupted = signal?.aborted === true;
  const isDone = !interrupted && stoppedBy === null && failed === 0;
  const from = isDone ? null : resumeFrom(run, options);
  return { replayed, forbidden, failed, failures, interrupted, stoppedBy, resumeFrom: from };
}

async function offerAll(run: ReplayRun, events: AsyncIterable<JudgedEvent>, keep: Exclusive["keep"]): Promise<void> {
  try {
    for await (const { accepted, verdict, message } of events) {
      await keep();
      if (run.isStopped) break;
      if (verdict === "send") await run.offer(accepted, message);
    }
  } finally {
    await run.finish();
  }
}

/** What was done is told, whatever ended it: a service that is gone, a lock or a permission that was lost. */
async function untilStopped(run: ReplayRun, work: () => Promise<void>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (!(isCallError(error) || isEvpError(error)) || run.replayed === 0) throw error;
    return error.message;
  }
}

const HOUR_MS = 60 * 60 * 1000;
/** The clocks of the queue's servers need not agree to the millisecond. */
const SKEW_MS = 60_000;

/** The journal goes hour by hour: what lies in earlier hours than anything that is left is behind us. */
function resumeFrom(run: ReplayRun, { filter: { since } }: ReplayOptions): string | null {
  if (run.doneBefore === undefined) return null;
  const hour = Math.floor((run.doneBefore - SKEW_MS) / HOUR_MS) * HOUR_MS;
  return new Date(Math.max(hour, since ?? 0)).toISOString();
}
