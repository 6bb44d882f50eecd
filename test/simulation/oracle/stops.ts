import { INGRESS, type SimulatedStack } from "../aws/simulated-stack.js";
import type { Run } from "../run.js";
import { SECOND } from "../times.js";
import type { Ledger } from "./ledger.js";

/** What went wrong so long before a signal may still hold up a call after it. */
const AFTERMATH_MS = 30 * SECOND;

/** P6: a processor that was told to stop, once, and whose calls all worked meanwhile, leaves no group locked. What a mapping has taken is its own: nobody tells a function to stop. */
export function checkStop(ledger: Ledger, stack: SimulatedStack, run: Run, now: number): void {
  const { stoppedAt } = run;
  if (
    stoppedAt === undefined ||
    run.kind === "function" ||
    run.isForced ||
    run.lastFaultAt >= stoppedAt - AFTERMATH_MS ||
    run.frozenUntil >= stoppedAt - AFTERMATH_MS
  )
    return;
  for (const message of stack.model.queues.at(INGRESS, now).messages.values()) {
    const story = ledger.stories.get(message.messageId);
    if (message.state === "in-flight" && story?.lastReceiver === run && !story.isReleased)
      ledger.accuse(
        `P6: ${run.name} was told to stop, and keeps message ${story.sent.ordinal} of group ${story.sent.groupId}`,
      );
  }
}
