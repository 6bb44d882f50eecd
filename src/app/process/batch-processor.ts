import { batchFailures } from "../../core/batch-failures.js";
import { batchTimes } from "../../core/batch-times.js";
import { chunksOf } from "../../core/chunks.js";
import { BATCH_MAX_ENTRIES } from "../../core/limits.js";
import type { ReceivedMessage } from "../../ports/queue.js";
import type { StackConnection } from "../../ports/stack-connection.js";
import { takeLeases } from "./batch-leases.js";
import { createBlockedGroups } from "./blocked-groups.js";
import { createBreakers } from "./breakers.js";
import type { ProcessListener } from "./events.js";
import { finishHeld } from "./finish-held.js";
import { HandBack } from "./held-message.js";
import { createLanes } from "./lanes.js";
import { createLoad } from "./load.js";
import type { ProcessContext } from "./process-context.js";
import { changeVisibility } from "./release.js";
import { createTally } from "./tally.js";
import { createTurns } from "./turns.js";
import { createUnrecordedPublications, recordAbandoned } from "./unrecorded.js";
import { watchConnection } from "./watched-connection.js";

export interface BatchProcessorOptions extends Pick<ProcessContext, "settings" | "clock" | "examine"> {
  connection: ProcessContext["connection"] & Pick<StackConnection, "apiCalls">;
  tell: ProcessListener;
}

/** The engine for whoever takes the messages from the queue elsewhere, and deletes there those that are done. */
export interface BatchProcessor {
  /**
   * Takes the messages as far as they come in so many ms, and makes no call for them afterwards.
   * @returns those that are to come again, in the batch's order: none of them was published after one of its group failed
   * @throws what is a defect; then all of them are to come again
   */
  process(batch: readonly ReceivedMessage[], remainingMs: number): Promise<ReceivedMessage[]>;
}

type BatchMemory = ReturnType<typeof createMemory>;
type BatchParts = Omit<BatchProcessorOptions, "tell"> &
  BatchMemory & { tell: ProcessListener; batch: readonly ReceivedMessage[]; remainingMs: number };

/**
 * One at a time runs batch after batch. What it has learned stays: which dependencies are down, what it has published and could not record,
 * which groups are blocked. Permissions do not: between two batches the process may stand still, and its clocks with it.
 */
export function createBatchProcessor({ tell, ...options }: BatchProcessorOptions): BatchProcessor {
  const memory = createMemory(options, tell);
  return {
    process: (batch, remainingMs) => processBatch({ ...options, ...memory, tell, batch, remainingMs }),
  };
}

function createMemory({ clock, connection }: Omit<BatchProcessorOptions, "tell">, listener: ProcessListener) {
  // A log that fails must not stop the work that it shows.
  const { listener: tell } = createTally(clock, connection.apiCalls, listener);
  return {
    breakers: createBreakers({ clock, tell }),
    blocked: createBlockedGroups({ clock, tell }),
    unrecorded: createUnrecordedPublications(),
  };
}

async function processBatch(parts: BatchParts): Promise<ReceivedMessage[]> {
  const { connection, clock, settings, breakers, unrecorded, batch } = parts;
  const startedAt = clock.monotonic();
  const times = batchTimes(parts.remainingMs, settings.process.callTimeoutMs);
  const { listener: tell, summary } = createTally(clock, connection.apiCalls, parts.tell);
  const done = new Set<string>();
  const crashed = new AbortController();
  const giveUp = new AbortController();
  const context: ProcessContext = {
    ...parts,
    settings: { ...settings, process: { ...settings.process, callTimeoutMs: times.callTimeoutMs } },
    connection: watchConnection({ ...connection, ingress: deletedLater(connection.ingress, done) }, breakers),
    tell,
    isBrief: true,
    stopping: AbortSignal.any([giveUp.signal, crashed.signal]),
    stopped: giveUp.signal,
  };
  const load = createLoad();
  const lanes = createLanes({ context, load, crash: (error) => crashed.abort(error) });
  const { ours, behindLost } = await takeLeases(context, batch, times);
  await lanes.giveBack(behindLost, new HandBack("behind", "the lease of the message ahead was lost"));
  lanes.add(ours.map(createTurns({ context, load, lanes, breakers, unrecorded })));
  await finishHeld(lanes, clock, {
    withinMs: Math.max(0, startedAt + times.giveUpAfterMs - clock.monotonic()),
    giveBackMs: 2 * times.callTimeoutMs,
    force: crashed.signal,
    giveUp: () => giveUp.abort(),
  });
  if (crashed.signal.aborted) throw crashed.signal.reason;
  const failures = batchFailures(batch, ({ receiptHandle }) => done.has(receiptHandle));
  const isTimeLeft = clock.monotonic() - startedAt <= times.leaseMs - times.callTimeoutMs;
  if (isTimeLeft)
    await tidyUp(
      context,
      unrecorded,
      failures.filter(({ receiptHandle }) => done.has(receiptHandle)),
    );
  const { published, rejected, duplicates, durationMs, apiCalls } = summary();
  const outcomes = { published, rejected, duplicates, failed: failures.length };
  tell("batch:finished", { messages: batch.length, ...outcomes, durationMs, apiCalls });
  return failures;
}

/**
 * Tries once more to record what was published and left behind; the next batch brings another try. What is done, and fails with those before
 * it, waits for nothing.
 */
async function tidyUp(
  context: ProcessContext,
  unrecorded: BatchMemory["unrecorded"],
  failingAsDone: ReceivedMessage[],
): Promise<void> {
  const changes = failingAsDone.map(({ receiptHandle }) => ({ receiptHandle, seconds: 0 }));
  await Promise.all([
    unrecorded.abandoned().length > 0 && recordAbandoned(context, unrecorded, AbortSignal.abort()),
    ...chunksOf(changes, BATCH_MAX_ENTRIES).map((chunk) => changeVisibility(context.connection.ingress, chunk)),
  ]);
}

/** What the engine deletes, the mapping deletes once it has the answer. */
function deletedLater(ingress: ProcessContext["connection"]["ingress"], done: Set<string>): typeof ingress {
  return {
    ...ingress,
    async delete(receiptHandles) {
      for (const receiptHandle of receiptHandles) done.add(receiptHandle);
      return receiptHandles.map(() => ({ ok: true }));
    },
  };
}
