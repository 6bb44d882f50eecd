import { BATCH_MAX_ENTRIES } from "../../core/limits.js";
import type { Clock } from "../../ports/clock.js";
import type { Queue, ReceivedMessage } from "../../ports/queue.js";
import { retryCall } from "../retry-call.js";

interface SearchPorts {
  deadLetters: Pick<Queue, "receive" | "changeVisibility">;
  clock: Clock;
}

type Look = "keep" | "release";

interface SearchOptions {
  /** Looks at each message once; those that it says `keep` to stay in flight for the caller. */
  look: (message: ReceivedMessage) => Look | Promise<Look>;
  /** Nothing more has to be found. */
  isDone: () => boolean;
  /** About how many messages there are to go through. */
  visible: number;
  signal: AbortSignal | undefined;
}

/** How long what was received stays invisible to others, also if this program dies … */
export const HOLD_SECONDS = 15;
/** … and longer when there is much to go through: what was received first must still be held at the end. */
const MESSAGES_PER_SECOND = 50;
/** Receives in a row that bring nothing but what was seen: what was received first has become visible again. */
const MAX_REPEATS = 10;
/** A long poll asks all of the queue's servers, so that an empty answer means empty ("Amazon SQS short and long polling"). */
const WAIT_SECONDS = 1;

/**
 * Goes through the DLQ by receiving. What is not kept is released at the end and not before, since it would be received
 * again at once. Of a group with more than 10 messages, as only the queue's own moves make them, the first 10 are seen.
 */
export async function searchQueue(
  { deadLetters, clock }: SearchPorts,
  { look, isDone, visible, signal }: SearchOptions,
): Promise<void> {
  const visibilitySeconds = HOLD_SECONDS + Math.ceil(visible / MESSAGES_PER_SECOND);
  const seen = new Set<string>();
  const released: string[] = [];
  try {
    for (let repeats = 0; repeats < MAX_REPEATS && !isDone() && signal?.aborted !== true; ) {
      const messages = await retryCall(clock, signal, () =>
        deadLetters.receive({ maxMessages: BATCH_MAX_ENTRIES, waitSeconds: WAIT_SECONDS, visibilitySeconds }),
      );
      const before = seen.size;
      for (const message of messages) {
        const isNew = !seen.has(message.messageId);
        seen.add(message.messageId);
        if (!isNew || (await look(message)) === "release") released.push(message.receiptHandle);
      }
      if (messages.length === 0) break;
      repeats = seen.size === before ? repeats + 1 : 0;
    }
  } finally {
    await releaseAll({ deadLetters, clock }, released);
  }
}

/** Holds messages for another `HOLD_SECONDS`. One that cannot be held any more shows when it is deleted. */
export async function holdAll({ deadLetters, clock }: SearchPorts, receiptHandles: string[]): Promise<void> {
  await changeAll({ deadLetters, clock }, receiptHandles, HOLD_SECONDS);
}

/** Makes messages visible again. One that cannot be released comes back by itself. */
export async function releaseAll({ deadLetters, clock }: SearchPorts, receiptHandles: string[]): Promise<void> {
  await changeAll({ deadLetters, clock }, receiptHandles, 0);
}

async function changeAll({ deadLetters, clock }: SearchPorts, receiptHandles: string[], seconds: number) {
  for (let start = 0; start < receiptHandles.length; start += BATCH_MAX_ENTRIES) {
    const handles = receiptHandles.slice(start, start + BATCH_MAX_ENTRIES);
    const changes = handles.map((receiptHandle) => ({ receiptHandle, seconds }));
    await retryCall(clock, undefined, () => deadLetters.changeVisibility(changes));
  }
}
