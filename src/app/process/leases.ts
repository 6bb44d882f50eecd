import { chunksOf } from "../../core/chunks.js";
import { leaseFrom, type Moment, outlives } from "../../core/lease.js";
import { BATCH_MAX_ENTRIES } from "../../core/limits.js";
import { isCallError } from "../../ports/call.js";
import type { Clock } from "../../ports/clock.js";
import type { HeldMessage } from "./held-message.js";
import type { ProcessContext } from "./process-context.js";

export function momentOf(clock: Clock): Moment {
  return { wall: clock.now(), monotonic: clock.monotonic() };
}

/** Renews the lease of everything that is held once a third of it has passed, until `ended` aborts. */
export async function renewLeases(
  context: ProcessContext,
  held: ReadonlySet<HeldMessage>,
  ended: AbortSignal,
): Promise<void> {
  const visibilityMs = context.settings.ingress.visibilitySeconds * 1000;
  while (!ended.aborted) {
    await context.clock.sleep(visibilityMs / 6, ended);
    const now = momentOf(context.clock);
    const due = [...held].filter(({ lease, isGone }) => !isGone && !outlives(lease, now, (visibilityMs * 2) / 3));
    await Promise.all(chunksOf(due, BATCH_MAX_ENTRIES).map((chunk) => renew(context, chunk)));
  }
}

async function renew({ connection, clock, settings, tell }: ProcessContext, chunk: HeldMessage[]): Promise<void> {
  const { visibilitySeconds } = settings.ingress;
  const start = momentOf(clock);
  const changes = chunk.map(({ message }) => ({ receiptHandle: message.receiptHandle, seconds: visibilitySeconds }));
  try {
    const results = await connection.ingress.changeVisibility(changes);
    for (const [index, held] of chunk.entries()) {
      const result = results[index];
      if (result?.ok) held.lease = leaseFrom(start, visibilitySeconds);
      else if (result?.fault.isSenderFault) lose(held, tell);
    }
  } catch (error) {
    if (!isCallError(error)) throw error;
    // Tried again in the next round; meanwhile no call starts that the lease would not outlive.
    tell("call:failed", { operation: "renew leases", fault: error.fault, attempt: 1 });
  }
}

/** The queue knows the message no longer by this receipt: it was deleted, or somebody else has it. */
function lose(held: HeldMessage, tell: ProcessContext["tell"]): void {
  held.isGone = true;
  tell("lease:lost", { messageId: held.message.messageId, groupId: held.message.groupId });
}
