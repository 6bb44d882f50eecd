import { blockedDelaySeconds, releaseDelaySeconds, retryDelayMs } from "../../core/backoff.js";
import { chunksOf } from "../../core/chunks.js";
import { BATCH_MAX_ENTRIES } from "../../core/limits.js";
import type { EntryResult } from "../../ports/call.js";
import { resultOf } from "../../ports/call-result.js";
import type { Queue } from "../../ports/queue.js";
import { factsOf, type HandBack, type HeldMessage } from "./held-message.js";
import type { ProcessContext } from "./process-context.js";

/** The time for giving back is short when the processor stops. */
const RELEASE_ATTEMPTS = 3;

/** Gives messages back to the queue, each group's in its order. Resolves also when that fails: then they come again by themselves when their leases end. */
export type Release = (messages: HeldMessage[], why: HandBack) => Promise<void>;

export function createRelease(context: ProcessContext): Release {
  return async (messages, handBack) => {
    const groups = Map.groupBy(messages, (held) => held.message.groupId);
    const changes = [...groups].flatMap(([groupId, held]) => {
      const seconds = delaySeconds(held, handBack, context);
      return held.map((each) => ({ groupId, held: each, seconds }));
    });
    const ours = changes.filter(({ held }) => !held.isGone);
    await changeVisibilities(
      context,
      ours.map(({ held, seconds }) => ({ receiptHandle: held.message.receiptHandle, seconds })),
    );
    for (const { held } of changes) held.isGone = true;
    const handles = (groupId: string) =>
      ours.filter((change) => change.groupId === groupId).map(({ held }) => held.message.receiptHandle);
    for (const [groupId, held] of groups) {
      const seconds = changes.find((change) => change.groupId === groupId)?.seconds ?? 0;
      if (handBack.why === "blocked") context.blocked.handedBack(groupId, handles(groupId), seconds);
      tellReleased(context, held, seconds, handBack);
    }
  };
}

function tellReleased(
  { tell }: ProcessContext,
  held: HeldMessage[],
  delaySeconds: number,
  { message }: HandBack,
): void {
  const [head] = held;
  if (head !== undefined)
    tell("group:released", { ...factsOf(head), messages: held.length, delaySeconds, why: message });
}

/**
 * Makes visible at once what was blocked here: whoever stops this processor may have put things right, and the next one is
 * to judge it without delay.
 */
export async function releaseBlocked(context: ProcessContext): Promise<void> {
  await changeVisibilities(
    context,
    context.blocked.away().map((receiptHandle) => ({ receiptHandle, seconds: 0 })),
  );
}

/**
 * A processor that stops leaves no group locked, whatever failed; and what waits behind a head comes again when the head does. An
 * invocation that runs out of time is no such stop: at once would be again and again, and each time counts towards the queue's DLQ.
 */
function delaySeconds([head]: HeldMessage[], handBack: HandBack, { stopping, clock, isBrief }: ProcessContext): number {
  const { why } = handBack;
  const isLater = why === "failed" || why === "waiting" || why === "blocked";
  const isAtOnce = isBrief ? why === "behind" : !isLater || stopping.aborted;
  if (isAtOnce || head === undefined) return 0;
  const delaySecondsOf = handBack.why === "blocked" ? blockedDelaySeconds : releaseDelaySeconds;
  return Math.max(handBack.leastSeconds, delaySecondsOf(head.message.receiveCount, clock.random));
}

interface Change {
  receiptHandle: string;
  seconds: number;
}

/** Once more each that fails. */
async function changeVisibilities({ connection, tell, clock }: ProcessContext, changes: Change[]): Promise<void> {
  for (const chunk of chunksOf(changes, BATCH_MAX_ENTRIES)) {
    let left = chunk;
    for (let attempt = 1; left.length > 0 && attempt <= RELEASE_ATTEMPTS; attempt++) {
      if (attempt > 1) await clock.sleep(retryDelayMs(attempt - 1, clock.random));
      const results = await changeVisibility(connection.ingress, left);
      const fault = results.find((result) => !result.ok)?.fault;
      if (fault !== undefined) tell("call:failed", { operation: "release messages", fault, attempt });
      // A refusal says that the message is somebody else's by now.
      left = left.filter((_, index) => results[index]?.ok === false && !results[index].fault.isSenderFault);
    }
  }
}

/** A call that fails as a whole fails for each message. */
export async function changeVisibility(queue: Queue, changes: Change[]): Promise<EntryResult[]> {
  const call = await resultOf(queue.changeVisibility(changes).then((results) => ({ results })));
  return call.ok ? call.results : changes.map(() => ({ ok: false, fault: { ...call.fault, isSenderFault: false } }));
}
