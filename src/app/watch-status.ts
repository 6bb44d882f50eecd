import { isCallError } from "../ports/call.js";
import type { Clock } from "../ports/clock.js";
import type { StackStatus } from "./status.js";

/** A status, or why there is none this time. */
export type StatusUpdate = { status: StackStatus } | { problem: string };

/**
 * Reads the status again and again, with `everyMs` between one answer and the next question. Rejects when the first reading fails; a later
 * failure is told, and tried again.
 */
export async function* watchStatus(
  read: () => Promise<StackStatus>,
  clock: Clock,
  everyMs: number,
): AsyncGenerator<StatusUpdate> {
  yield { status: await read() };
  while (true) {
    await clock.sleep(everyMs);
    yield await readAgain(read);
  }
}

async function readAgain(read: () => Promise<StackStatus>): Promise<StatusUpdate> {
  try {
    return { status: await read() };
  } catch (error) {
    if (!isCallError(error)) throw error;
    return { problem: error.message };
  }
}
