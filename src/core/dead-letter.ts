import { ATTRIBUTE } from "./attribute-names.js";
import type { RejectedFact } from "./facts.js";
import { limitDetail } from "./violations.js";

/** A dead letter's attributes: why it is one, and all that a redrive needs. Empty ones are left out, since SQS refuses them. */
export function deadLetterAttributes(fact: RejectedFact): Record<string, string> {
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
  return Object.fromEntries(present);
}
