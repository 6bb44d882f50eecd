import { BATCH_MAX_ENTRIES } from "../../core/limits.js";
import type { Clock } from "../../ports/clock.js";
import type { Queue, ReceivedMessage } from "../../ports/queue.js";
import { retryCall } from "../retry-call.js";
import { deleteMessages } from "./delete-messages.js";
import { startIdleTimer } from "./idle-timer.js";
import { type TailRecord, toTailRecord } from "./tail-record.js";

/** Short, since a receive in the air has to be waited for: an abandoned one may still take a message and lock its group. */
const WAIT_SECONDS = 1;

export interface ConsumeOptions {
  clientId: string;
  /** Ends after this many records. */
  limit?: number | undefined;
  /** Ends when nothing arrived for so long. */
  idleTimeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Yields what arrives on the client's own queue. Each message is deleted once its record was dealt with, and not when the
 * reader was interrupted with it; what is held at the end goes back at once.
 */
export async function* consumeQueue(
  queue: Pick<Queue, "receive" | "delete" | "changeVisibility">,
  clock: Clock,
  { clientId, limit = Number.POSITIVE_INFINITY, idleTimeoutMs, signal }: ConsumeOptions,
): AsyncGenerator<TailRecord> {
  const isAborted = () => signal?.aborted === true;
  const idle = startIdleTimer(clock, idleTimeoutMs);
  let yielded = 0;
  let held: ReceivedMessage[] = [];
  try {
    while (yielded < limit && idle.leftMs() > 0 && !isAborted()) {
      const maxMessages = Math.min(BATCH_MAX_ENTRIES, limit - yielded);
      held = await retryCall(clock, signal, () => queue.receive({ maxMessages, waitSeconds: WAIT_SECONDS }));
      for (let next = held[0]; next !== undefined && !isAborted(); next = held[0]) {
        yield toTailRecord(clientId, next, "queue");
        if (isAborted()) break;
        await deleteMessages(queue, clock, [next.receiptHandle], signal);
        yielded += 1;
        held.shift();
        idle.touch();
      }
    }
  } finally {
    const changes = held.map(({ receiptHandle }) => ({ receiptHandle, seconds: 0 }));
    // What cannot be given back comes back by itself, and is no reason to hide why this ended.
    if (changes.length > 0) await queue.changeVisibility(changes).catch(() => undefined);
  }
}
