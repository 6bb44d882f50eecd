import { CallError } from "../../ports/call.js";
import type { Clock } from "../../ports/clock.js";
import type { Queue } from "../../ports/queue.js";
import { retryCall } from "../retry-call.js";

/** Deletes messages, 10 at most, all again while one of them fails: deleting twice does no harm. @throws CallError when one of them stays */
export function deleteMessages(
  queue: Pick<Queue, "delete">,
  clock: Clock,
  receiptHandles: string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  return retryCall(clock, signal, async () => {
    for (const result of await queue.delete(receiptHandles)) {
      if (result.ok) continue;
      const { fault } = result;
      throw new CallError(
        `acknowledging a message: ${fault.message}`,
        fault,
        fault.isSenderFault ? "refused" : "failed",
      );
    }
  });
}
