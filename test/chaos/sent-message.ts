/** One message that a round's producers send, and what must become of it. */
export interface PlannedMessage {
  groupId: string;
  deduplicationId: string;
  body: string;
  /** The producer's own; `traceparent` alone goes on to the client. */
  attributes: Record<string, string>;
  /** Undefined where the body does not tell. */
  eventId?: string;
  clientId?: string;
  type?: string;
  /** Why it is rejected, whatever else happens; a message without a reason is a valid event that its client may have. */
  reason?: string;
  /** Tells the contents of one event id apart: of a valid event's messages, those with the winner's content are duplicates, the others conflicts. */
  content: string;
  /** Whether the triage rule fits it. */
  isHighValue: boolean;
}

/** A message on the ingress queue. */
export interface SentMessage extends PlannedMessage {
  messageId: string;
  /** What the queue numbered it; decides the order that its client must see. */
  sequence: bigint;
}

/** How a message is named in a finding. */
export function nameOf({ messageId, eventId, groupId }: SentMessage): string {
  return `${eventId ?? "a message without an event id"} (message ${messageId}, group ${groupId})`;
}
