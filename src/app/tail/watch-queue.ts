import { BATCH_MAX_ENTRIES } from "../../core/limits.js";
import type { Clock } from "../../ports/clock.js";
import type { Queue, ReceivedMessage } from "../../ports/queue.js";
import { retryCall } from "../retry-call.js";
import { deleteMessages } from "./delete-messages.js";
import { startIdleTimer } from "./idle-timer.js";
import type { TailOptions } from "./tail-client.js";
import { matchesAll } from "./tail-filter.js";
import { type TailRecord, toTailRecord } from "./tail-record.js";

/** Longest wait of one receive ("ReceiveMessage"). */
const MAX_WAIT_SECONDS = 20;

/** Yields what arrives on a queue that nobody else reads. Messages are deleted before they are yielded, since the rest of their groups comes only then. */
export async function* watchQueue(
  queue: Pick<Queue, "receive" | "delete">,
  clock: Clock,
  { clientId, filters = [], limit = Number.POSITIVE_INFINITY, idleTimeoutMs, signal }: TailOptions,
): AsyncGenerator<TailRecord> {
  const idle = startIdleTimer(clock, idleTimeoutMs);
  let yielded = 0;
  while (yielded < limit && idle.leftMs() > 0 && signal?.aborted !== true) {
    const waitSeconds = Math.min(MAX_WAIT_SECONDS, Math.ceil(idle.leftMs() / 1000));
    const receive = () => queue.receive({ maxMessages: BATCH_MAX_ENTRIES, waitSeconds });
    const messages = await orAborted(retryCall(clock, signal, receive), signal);
    if (messages.length === 0) continue;
    const handles = messages.map(({ receiptHandle }) => receiptHandle);
    await deleteMessages(queue, clock, handles, signal);
    for (const message of messages) {
      const record = toTailRecord(clientId, message);
      if (yielded >= limit || !matchesAll(filters, { record, ...message })) continue;
      yield record;
      yielded += 1;
      idle.touch();
    }
  }
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
