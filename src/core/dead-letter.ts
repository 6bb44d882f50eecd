import { ATTRIBUTE } from "./attribute-names.js";
import type { RejectedFact } from "./facts.js";
import { MAX_MESSAGE_ATTRIBUTES } from "./limits.js";
import { limitDetail } from "./violations.js";

/**
 * A dead letter's attributes: why it is one, all that a redrive needs, and where it came from, as the rejected message says it. Empty
 * ones are left out, since SQS refuses them; where there would be more than SQS takes, the trace is, which the fact has too.
 */
export function deadLetterAttributes(fact: RejectedFact, message: Record<string, string> = {}): Record<string, string> {
  const origin = Object.entries(message).filter(([name]) => name.startsWith(ATTRIBUTE.origin));
  const attributes = {
    [ATTRIBUTE.reason]: fact.reason,
    [ATTRIBUTE.detail]: limitDetail(fact.detail),
    [ATTRIBUTE.eventId]: fact.envelope.id,
    [ATTRIBUTE.client]: fact.envelope.clientId,
    [ATTRIBUTE.group]: fact.groupId,
    [ATTRIBUTE.rejectedAt]: new Date(fact.at).toISOString(),
    [ATTRIBUTE.messageId]: fact.messageId,
    [ATTRIBUTE.traceparent]: fact.traceparent,
    [ATTRIBUTE.redrives]: fact.redrives === 0 ? undefined : String(fact.redrives),
  };
  const present = Object.entries(attributes).filter((entry): entry is [string, string] => Boolean(entry[1]));
  const told = [...present, ...origin];
  if (told.length <= MAX_MESSAGE_ATTRIBUTES) return Object.fromEntries(told);
  return Object.fromEntries(told.filter(([name]) => name !== ATTRIBUTE.traceparent));
}
