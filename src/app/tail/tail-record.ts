import { ATTRIBUTE } from "../../core/attribute-names.js";
import type { ReceivedMessage } from "../../ports/queue.js";

/** A line of `evp tail <client> --json`. */
export interface TailRecord {
  /** null: not published by evp. */
  eventId: string | null;
  clientId: string;
  type: string | null;
  groupId: string;
  /** The queue's sequence number, which orders the records of a group. */
  sequence: string;
  /** ISO 8601: when evp received it. */
  receivedAt: string;
  body: string;
}

export function toTailRecord(clientId: string, message: ReceivedMessage): TailRecord {
  const { attributes, groupId, sequence, sentAt, body } = message;
  return {
    eventId: attributes[ATTRIBUTE.eventId] ?? null,
    clientId,
    type: attributes[ATTRIBUTE.type] ?? null,
    groupId,
    sequence,
    receivedAt: attributes[ATTRIBUTE.receivedAt] ?? new Date(sentAt).toISOString(),
    body,
  };
}
