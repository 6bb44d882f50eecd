import { createBatchProcessor } from "../../src/app/process/batch-processor.js";
import { CallError } from "../../src/ports/call.js";
import type { Clock } from "../../src/ports/clock.js";
import type { Queue, ReceivedMessage } from "../../src/ports/queue.js";
import { connectSimulated } from "./aws/connect-simulated.js";
import { pick } from "./random.js";
import type { Run, RunOptions } from "./run.js";
import { clockOf, examine, type Surroundings, settingsOf } from "./start-processor.js";
import { SECOND } from "./times.js";

/** Long enough for calls that may take as long as a processor's. */
export const FUNCTION_VISIBILITY_SECONDS = 60;
const FUNCTION_TIMEOUT_MS = 45 * SECOND;
/** How often the mapping looks for more while there is nothing, and asks again to delete what is done. */
const IDLE_MS = 2 * SECOND;
const DELETE_ATTEMPTS = 3;
/** Seconds that a batch waits until the function has room for it; longer than its messages' visibility where it is throttled. */
const WAITS = [0, 0, 0, 8, 20, 70];
const SHORT_WAITS = [0, 0, 0, 8, 20];

/**
 * Runs the engine as a function's container does, with a mapping of its own: it takes a batch, has the function take it, and deletes
 * what is not to come again. A batch may wait before the function has room for it, and between two the process stands still, and with
 * it the clock that never jumps.
 */
export async function startFunction(run: Run, options: RunOptions, { clock, wire }: Surroundings): Promise<void> {
  const settings = settingsOf(options);
  const waits = options.isPrompt === true ? SHORT_WAITS : WAITS;
  let stoodStillMs = 0;
  const trueClock = clockOf(run, clock, wire);
  const ownClock: Clock = { ...trueClock, monotonic: () => clock.monotonic() - stoodStillMs };
  const connection = connectSimulated({ wire, run, clock: ownClock, journal: settings.journal });
  const { ingress, deadLetters } = connection;
  await Promise.all([ingress.depth(), deadLetters.depth()]);
  const processor = createBatchProcessor({ connection, settings, clock: ownClock, examine, tell: () => undefined });

  async function standStill(ms: number): Promise<void> {
    await trueClock.sleep(ms);
    stoodStillMs += ms;
  }

  while (!run.stop.signal.aborted) {
    const batch = await take(ingress);
    if (batch.length === 0) {
      await standStill(IDLE_MS);
      continue;
    }
    await standStill(pick(clock.random, waits) * SECOND);
    const again = new Set((await processor.process(batch, FUNCTION_TIMEOUT_MS)).map(({ messageId }) => messageId));
    const done = batch.filter(({ messageId }) => !again.has(messageId));
    await remove(
      ingress,
      done.map(({ receiptHandle }) => receiptHandle),
      trueClock,
    );
  }
}

async function take(ingress: Queue): Promise<ReceivedMessage[]> {
  try {
    return await ingress.receive({
      maxMessages: 10,
      waitSeconds: 0,
      visibilitySeconds: FUNCTION_VISIBILITY_SECONDS,
    });
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    return [];
  }
}

async function remove(ingress: Queue, receiptHandles: string[], clock: Clock): Promise<void> {
  for (let attempt = 1; attempt <= DELETE_ATTEMPTS && receiptHandles.length > 0; attempt++) {
    try {
      const results = await ingress.delete(receiptHandles);
      receiptHandles = receiptHandles.filter((_, index) => results[index]?.ok !== true);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      await clock.sleep(IDLE_MS);
    }
  }
}
