import type { BatchTimes } from "../../core/batch-times.js";
import { chunksOf } from "../../core/chunks.js";
import { leaseFrom } from "../../core/lease.js";
import { BATCH_MAX_ENTRIES } from "../../core/limits.js";
import { isCallError } from "../../ports/call.js";
import type { ReceivedMessage } from "../../ports/queue.js";
import { type HeldMessage, holdMessage } from "./held-message.js";
import { momentOf } from "./leases.js";
import type { ProcessContext } from "./process-context.js";

/**
 * Leases messages anew that were taken from the queue elsewhere, which it refuses for one that somebody else has by now. How much is left of
 * their leases is told by nobody: a batch may have waited at its mapping until the function had room for it ("Creating and configuring an
 * Amazon SQS event source mapping").
 * @returns those to work on, in the batch's order, and those that must wait since one before them in their group is not ours
 */
export async function takeLeases(
  context: ProcessContext,
  batch: readonly ReceivedMessage[],
  { leaseMs }: Pick<BatchTimes, "leaseMs">,
): Promise<{ ours: HeldMessage[]; behindLost: HeldMessage[] }> {
  const received = momentOf(context.clock);
  const lease = leaseFrom(received, Math.min(leaseMs / 1000, context.settings.ingress.visibilitySeconds));
  const held = batch.map((message) => holdMessage(message, received, lease));
  await Promise.all(chunksOf(held, BATCH_MAX_ENTRIES).map((chunk) => leaseAnew(context, chunk)));
  const lost = new Set<string>();
  const ours: HeldMessage[] = [];
  const behindLost: HeldMessage[] = [];
  for (const each of held) {
    const { groupId } = each.message;
    if (each.isGone) lost.add(groupId);
    else (lost.has(groupId) ? behindLost : ours).push(each);
  }
  return { ours, behindLost };
}

/** What cannot be leased is not touched: it comes again by itself. */
async function leaseAnew({ connection, settings, tell }: ProcessContext, chunk: HeldMessage[]): Promise<void> {
  const { visibilitySeconds } = settings.ingress;
  const changes = chunk.map(({ message }) => ({ receiptHandle: message.receiptHandle, seconds: visibilitySeconds }));
  try {
    const results = await connection.ingress.changeVisibility(changes);
    for (const [index, held] of chunk.entries()) {
      if (results[index]?.ok) continue;
      held.isGone = true;
      tell("lease:lost", { messageId: held.message.messageId, groupId: held.message.groupId });
    }
  } catch (error) {
    if (!isCallError(error)) throw error;
    for (const held of chunk) held.isGone = true;
    tell("call:failed", { operation: "renew leases", fault: error.fault, attempt: 1 });
  }
}
