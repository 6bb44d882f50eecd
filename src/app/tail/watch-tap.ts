import { EvpError } from "../../core/errors.js";
import { BATCH_MAX_ENTRIES } from "../../core/limits.js";
import { isCallError } from "../../ports/call.js";
import type { Clock } from "../../ports/clock.js";
import type { Queue, ReceivedMessage } from "../../ports/queue.js";
import { retryCall } from "../retry-call.js";
import { deleteMessages } from "./delete-messages.js";

/** Longest wait of one receive ("ReceiveMessage"). */
export const MAX_WAIT_SECONDS = 20;

/** What one receive brought, or several at once. */
export interface TapBatch {
  messages: ReceivedMessage[];
  /** When it was asked for, in ms of the clock that never jumps: what was there before is in it, unless it is full. */
  askedAt: number;
  /** There may be more. */
  isFull: boolean;
}

interface WatchOptions {
  /** How long the next receive may wait, in seconds, 0–20; asked before each. */
  waitSeconds: () => number;
  signal?: AbortSignal | undefined;
}

/** Receives under way at once while the queue is full: from far away, one after the other brings a few dozen messages a second. */
const MAX_RECEIVES = 8;

/**
 * Yields what arrives on a queue that nobody else reads, receive by receive, empty ones too, until the signal aborts. Messages are
 * deleted before they are yielded, since the rest of their groups comes only then.
 * @throws EvpError (failed) when somebody has removed the queue
 */
export async function* watchTap(
  queue: Pick<Queue, "receive" | "delete">,
  clock: Clock,
  { waitSeconds, signal }: WatchOptions,
): AsyncGenerator<TapBatch> {
  let receives = 1;
  while (signal?.aborted !== true) {
    const batch: TapBatch = { messages: [], askedAt: clock.monotonic(), isFull: false };
    // Several do not wait: one that found nothing would hold up what the others found.
    const options = { maxMessages: BATCH_MAX_ENTRIES, waitSeconds: receives === 1 ? waitSeconds() : 0 };
    const take = async () => {
      const messages = await receive(queue, clock, options, signal);
      // In the order of their arrival: the next messages of a group come only once these are deleted.
      batch.messages.push(...messages);
      const handles = messages.map(({ receiptHandle }) => receiptHandle);
      if (handles.length > 0) await untilRemoved(deleteMessages(queue, clock, handles, signal));
      return messages.length === BATCH_MAX_ENTRIES;
    };
    const areFull = await Promise.all(Array.from({ length: receives }, take));
    batch.isFull = areFull.includes(true);
    yield batch;
    receives = areFull.includes(false) ? 1 : Math.min(MAX_RECEIVES, receives * 2);
  }
}

function receive(
  queue: Pick<Queue, "receive">,
  clock: Clock,
  options: { maxMessages: number; waitSeconds: number },
  signal: AbortSignal | undefined,
): Promise<ReceivedMessage[]> {
  const receiving = retryCall(clock, signal, () => queue.receive(options));
  return untilRemoved(orAborted(receiving, signal));
}

async function untilRemoved<Answer>(call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    throw isCallError(error) && error.kind === "not-found" ? removedMeanwhile(error) : error;
  }
}

function removedMeanwhile(cause: Error): EvpError {
  return new EvpError("the temporary subscription was removed while it was in use", {
    code: "tap-removed",
    category: "failed",
    hint: "evp tail --cleanup does so, and evp destroy. Run it again, with --since to see what came meanwhile.",
    retryable: true,
    cause,
  });
}

/** A receive that is still waiting may be left alone: what it takes is lost with the queue, which nobody else reads. */
async function orAborted(
  receiving: Promise<ReceivedMessage[]>,
  signal: AbortSignal | undefined,
): Promise<ReceivedMessage[]> {
  if (signal === undefined) return receiving;
  if (signal.aborted) return [];
  const { promise: aborted, resolve } = Promise.withResolvers<ReceivedMessage[]>();
  const onAbort = () => resolve([]);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([receiving, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
    receiving.catch(() => undefined);
  }
}
