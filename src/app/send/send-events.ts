import type { Envelope, PartialEnvelope } from "../../core/event.js";
import type { Fixture } from "../../core/fixture.js";
import type { Rejection } from "../../core/outcome.js";
import type { EnvelopeMapping } from "../../core/settings.js";
import type { Clock } from "../../ports/clock.js";
import type { Journal } from "../../ports/journal.js";
import type { Queue } from "../../ports/queue.js";
import { OrderedSender } from "../ordered-sender.js";
import type { Assignment } from "./assignment.js";
import { checkFile, type Fed, readFeed } from "./file-feed.js";
import { chooseFixture } from "./fixture-feed.js";
import type { PreparedEvent } from "./prepare-event.js";
import { Preparer } from "./preparer.js";
import type { SendReport } from "./send-report.js";
import { SendTally } from "./send-tally.js";
import { StableFile } from "./stable-file.js";
import { untilAborted } from "./until-aborted.js";

export { sendProblem } from "./send-report.js";

/** Judges a body by its JSON, its envelope and its size; payload and permission are the processor's to judge. */
export type CheckEvent = (
  body: string,
) => { ok: true; envelope: Envelope } | { ok: false; rejection: Rejection; envelope: PartialEnvelope };

export interface SendPorts {
  ingress: Pick<Queue, "send">;
  /** Asked only with `wait`. */
  journal: Pick<Journal, "readEvent">;
  clock: Clock;
  check: CheckEvent;
  /** A fresh random UUID. */
  newUuid: () => string;
}

/** A file is opened twice: once to check all of it, once to send it. */
export interface FileSource {
  kind: "file";
  name: string;
  open: () => AsyncIterable<Uint8Array>;
}

/** Where the events come from. */
export type SendSource =
  | { kind: "fixture"; fixture: Fixture }
  | FileSource
  | { kind: "stream"; name: string; chunks: AsyncIterable<Uint8Array> };

export interface SendOptions {
  /** Only this client's events; a fixture that has none for it is sent in its name. */
  clientId?: string | undefined;
  /** Only events of this type. */
  type?: string | undefined;
  /** Events in all; the source is repeated with fresh ids as often as that takes. Default: the source once. */
  count?: number | undefined;
  ratePerSecond?: number | undefined;
  /** Repeats the source with fresh ids until this many ms have passed. */
  durationMs?: number | undefined;
  /** Changes made in every JSON body, from `parseAssignment`. */
  assignments?: Assignment[] | undefined;
  /** Learn each event's outcome, for at most `timeoutMs` after the last send. */
  wait?: { timeoutMs: number } | undefined;
  /** Leave broken events out instead of refusing the whole file. */
  skipInvalid?: boolean | undefined;
  /** Send what is broken as it is. */
  raw?: boolean | undefined;
  /** A fresh deduplication id for each send, so that the queue never drops an event that was sent before. */
  freshDeduplication?: boolean | undefined;
  /** How this stack reads envelopes: tells where fresh ids go. */
  mapping: EnvelopeMapping;
  /** Keep `events` in the report, as `wait` does. Off for endless streams, so that memory stays bounded. */
  keepEvents: boolean;
  /** Told after each batch that was acknowledged or failed. */
  onProgress?: ((sent: number, failed: number) => void) | undefined;
  /** Stops sending; what is in the air is waited for. */
  signal?: AbortSignal | undefined;
}

/**
 * Sends events onto the ingress queue, each group strictly in order. What went wrong after the first send is in the report;
 * `sendProblem` makes an error of it.
 * @throws EvpError when nothing was sent: a broken file (its first broken line is named), nothing that the options want
 * @throws CallError when the queue cannot be reached, and what the source throws, when nothing was sent
 */
export async function sendEvents(ports: SendPorts, source: SendSource, options: SendOptions): Promise<SendReport> {
  const feed = await openFeed(source, new Preparer(ports, options), options);
  const tally = new SendTally(options);
  const startedAt = ports.clock.now();
  const send = ports.ingress.send.bind(ports.ingress);
  const sender = new OrderedSender<PreparedEvent>({
    send,
    clock: ports.clock,
    onSettled: (settled) => tally.settle(settled),
    signal: options.signal,
  });
  try {
    await pump(feed, sender, tally, ports.clock, options).finally(() => sender.finish());
  } catch (error) {
    if (!(error instanceof Error) || tally.report.sent === 0) throw error;
    tally.report.stoppedBy = error.message;
  }
  return tally.close(ports, startedAt);
}

/** Hands events to the sender at the wanted rate until the source, the count or the time is used up. */
async function pump(
  feed: AsyncIterable<Fed>,
  sender: OrderedSender<PreparedEvent>,
  tally: SendTally,
  clock: Clock,
  { count, durationMs, ratePerSecond, skipInvalid, signal }: SendOptions,
): Promise<void> {
  const start = clock.monotonic();
  const elapsedMs = () => clock.monotonic() - start;
  let offered = 0;
  if (count === 0) return;
  for await (const fed of untilAborted(feed, signal)) {
    if ("broken" in fed) {
      if (skipInvalid) {
        tally.report.skipped += 1;
        continue;
      }
      tally.report.stoppedAt = fed.broken;
      break;
    }
    const dueMs = ratePerSecond === undefined ? 0 : (offered * 1000) / ratePerSecond;
    if (dueMs > elapsedMs()) await clock.sleep(Math.min(dueMs, durationMs ?? dueMs) - elapsedMs(), signal);
    if (signal?.aborted || elapsedMs() >= (durationMs ?? Number.POSITIVE_INFINITY)) break;
    tally.open(fed.event);
    await sender.offer(fed.event);
    offered += 1;
    if (offered === count || sender.isStopped) break;
  }
}

/** The events of a source, round after round as long as they are asked for; all that can be checked beforehand is. */
async function openFeed(source: SendSource, preparer: Preparer, options: SendOptions): Promise<AsyncIterable<Fed>> {
  const raw = options.raw === true;
  const repeats = options.count !== undefined || options.durationMs !== undefined;
  if (source.kind === "stream") return readFeed(source.chunks, preparer, { raw, freshIds: false });
  if (source.kind === "fixture") {
    const play = chooseFixture(source.fixture, preparer, options);
    return rounds(repeats, (round) => play(round).map((event) => ({ event })));
  }
  const file = new StableFile(source);
  const checked = readFeed(file.firstChunks(), preparer, { raw, freshIds: false });
  const wanted = await checkFile(source.name, checked, options.skipInvalid === true);
  if (options.durationMs !== undefined || (options.count ?? 0) > wanted) preparer.assertFreshIds();
  return rounds(repeats, (round) => readFeed(file.sameChunks(), preparer, { raw, freshIds: round > 1 }));
}

async function* rounds(
  repeats: boolean,
  play: (round: number) => Iterable<Fed> | AsyncIterable<Fed>,
): AsyncGenerator<Fed> {
  for (let round = 1; round === 1 || repeats; round++) yield* play(round);
}
