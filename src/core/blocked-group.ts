import type { Fact } from "./facts.js";

/** A group that waits for an operator, because its client's poison policy is `block` and the message at its head would be rejected. Times are ms since 1970. */
export interface BlockedGroup {
  groupId: string;
  clientId: string;
  /** Message id of its head. */
  messageId: string;
  /** Missing where the body names none, or an invalid one. */
  eventId: string | undefined;
  type: string | undefined;
  /** Why the head would be rejected, as the processor that judged it names it. */
  reason: string;
  detail: string;
  /** When this head was blocked first. */
  since: number;
  lastTriedAt: number;
}

/** Whether a message has got its outcome, by the facts of its event: then it blocks its group no more. */
export function hasOutcome(facts: readonly Fact[], messageId: string): boolean {
  return facts.some((fact) => {
    if (fact.fact === "published") return fact.owner === messageId;
    return (fact.fact === "rejected" || fact.fact === "duplicate") && fact.messageId === messageId;
  });
}
