import { auditClientQueues } from "./audit-client-queues.js";
import { auditDeadLetters } from "./audit-dead-letters.js";
import { auditJournal } from "./audit-journal.js";
import type { SentMessage } from "./sent-message.js";
import type { StackContents } from "./stack-contents.js";

/** What a round's messages came to, and everything about it that must not be. */
export interface AuditReport {
  outcomes: { published: number; rejected: number; duplicate: number };
  findings: string[];
}

/**
 * Holds what a stack contains, once its ingress queue is empty, against every message that was sent: exactly one outcome each,
 * the right one; on its client's queue and no other, once, byte for byte, in the order of its group; or on the DLQ, once, with its reason.
 */
export function audit(sent: readonly SentMessage[], contents: StackContents): AuditReport {
  // A producer that did not get its answer sends again, and is told the same message id.
  const messages = [...new Map(sent.map((message) => [message.messageId, message])).values()];
  const findings: string[] = [];
  const note = (finding: string) => void findings.push(finding);
  const outcomes = auditJournal(messages, contents.facts, note);
  auditClientQueues(messages, outcomes, contents.byClient, note);
  auditDeadLetters(messages, outcomes, contents.deadLetters, note);
  const { ingress, undelivered } = contents.leftOver;
  if (ingress > 0) note(`${ingress} messages are still on the ingress queue`);
  if (undelivered > 0) note(`${undelivered} messages could not be handed to a client's queue`);
  const counts = { published: 0, rejected: 0, duplicate: 0 };
  for (const { kind } of outcomes.values()) counts[kind]++;
  return { outcomes: counts, findings };
}
