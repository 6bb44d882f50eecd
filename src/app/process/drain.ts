import { isCallError } from "../../ports/call.js";
import type { Clock } from "../../ports/clock.js";
import type { Queue } from "../../ports/queue.js";

/** The queue's counts are approximate, so one look is not enough ("GetQueueAttributes"). */
const LOOKS = 3;
const BETWEEN_LOOKS_MS = 250;

/** Whether nothing is visible, in flight (here or elsewhere) or delayed, over several looks. */
export async function isDrained(queue: Queue, clock: Clock, signal: AbortSignal): Promise<boolean> {
  for (let look = 0; look < LOOKS; look++) {
    if (look > 0) await clock.sleep(BETWEEN_LOOKS_MS, signal);
    if (signal.aborted || !(await isEmpty(queue))) return false;
  }
  return true;
}

async function isEmpty(queue: Queue): Promise<boolean> {
  try {
    const { visible, inFlight, delayed } = await queue.depth();
    return visible + inFlight + delayed === 0;
  } catch (error) {
    if (isCallError(error)) return false;
    throw error;
  }
}
