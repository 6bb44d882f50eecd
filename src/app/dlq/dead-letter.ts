import { ATTRIBUTE } from "../../core/attribute-names.js";
import type { PartialEnvelope } from "../../core/event.js";
import type { Examine } from "../../core/examine.js";
import type { FactAddress } from "../../core/facts.js";
import { addressOf } from "../../core/make-facts.js";
import { MOVED_BY_QUEUE, REASONS, type Reason } from "../../core/outcome.js";
import type { RejectedEntry } from "../../ports/journal.js";
import type { ReceivedMessage } from "../../ports/queue.js";

/** One dead letter: an element of `evp dlq list --json`, a line of `evp tail dlq --json`. */
export interface DeadLetter {
  /** Message id it had on the ingress queue. */
  messageId: string;
  /** null: the body names none, or an invalid one. */
  eventId: string | null;
  clientId: string | null;
  type: string | null;
  /** The message group it came in. */
  groupId: string;
  reason: Reason | typeof MOVED_BY_QUEUE;
  detail: string;
  /** ISO 8601. */
  rejectedAt: string;
  redrives: number;
  /** The body, or its beginning: `bodyBytes` tells. */
  body: string;
  bodyBytes: number;
}

/** Which dead letters an operator means: those that match every part given. */
export interface DeadLetterFilter {
  clientId?: string | undefined;
  reason?: DeadLetter["reason"] | undefined;
  type?: string | undefined;
  /** Message ids or event ids. */
  ids?: string[] | undefined;
  /** Rejected at or after, ms since 1970. */
  since?: number | undefined;
  /** Rejected at or before, ms since 1970. */
  until?: number | undefined;
  /** Stands in the ids, the detail or the body, whatever the case; of a body above 300 KB the journal has only the beginning. */
  text?: string | undefined;
}

/** A dead letter with what it takes to deal with it. */
export interface FoundLetter {
  letter: DeadLetter;
  address: FactAddress;
  /** Ingress sequence, or empty where the journal does not know it. */
  sequence: string;
  /** ms since 1970, by the ingress queue's clock where the journal knows it. */
  sentAt: number;
  /** Who knows of it: a letter that the DLQ alone knows was moved by the queue, or put there by another program. */
  origin: "journal" | "queue";
  /** It was redriven or purged: only its message is left on the DLQ. */
  settled: RejectedEntry["settled"];
}

export function fromJournal({ rejected, settled }: RejectedEntry): FoundLetter {
  const { messageId, envelope, groupId, reason, detail, redrives, body, bodyBytes, sequence, sentAt } = rejected;
  const rejectedAt = new Date(rejected.at).toISOString();
  return {
    letter: letterOf(messageId, envelope, { groupId, reason, detail, rejectedAt, redrives, body, bodyBytes }),
    address: { eventId: rejected.eventId, clientId: rejected.clientId },
    sequence,
    sentAt,
    origin: "journal",
    settled,
  };
}

/** What a message on the DLQ says by itself: evp's attributes where it has them, else it was moved by the queue. */
export function fromMessage(message: ReceivedMessage, examine: Examine): FoundLetter {
  const { attributes, body, sentAt } = message;
  const examined = examine({
    body,
    attributes,
    receivedAt: sentAt,
    beside: { ...message, messageId: letterIdOf(message) },
  });
  const envelope = examined.ok ? examined.event : examined.envelope;
  const messageId = letterIdOf(message);
  return {
    letter: letterOf(messageId, envelope, {
      groupId: attributes[ATTRIBUTE.group] ?? message.groupId,
      reason: REASONS.find((known) => known === attributes[ATTRIBUTE.reason]) ?? MOVED_BY_QUEUE,
      detail: attributes[ATTRIBUTE.detail] ?? MOVED_DETAIL,
      rejectedAt: new Date(instantOf(attributes[ATTRIBUTE.rejectedAt]) ?? sentAt).toISOString(),
      redrives: Number(attributes[ATTRIBUTE.redrives] ?? 0) || 0,
      body,
      bodyBytes: Buffer.byteLength(body),
    }),
    address: addressOf(envelope, messageId),
    sequence: "",
    sentAt,
    origin: "queue",
    settled: undefined,
  };
}

function letterOf(
  messageId: string,
  { id, clientId, type }: PartialEnvelope,
  rest: Omit<DeadLetter, "messageId" | "eventId" | "clientId" | "type">,
): DeadLetter {
  return { messageId, eventId: id ?? null, clientId: clientId ?? null, type: type ?? null, ...rest };
}

const MOVED_DETAIL = "moved by the queue's own redrive policy, or put here by another program; evp never judged it";

/** Any program may have written it. */
function instantOf(text: string | undefined): number | undefined {
  const at = Date.parse(text ?? "");
  return Number.isNaN(at) ? undefined : at;
}

/** Ids of SQS, and what a deduplication id has room for behind evp's own words. */
const MESSAGE_ID = /^[\w-]{1,64}$/;

/** The message id that a message on the DLQ had on the ingress queue; a move by the queue itself keeps it. */
export function letterIdOf({ attributes, messageId }: ReceivedMessage): string {
  const told = attributes[ATTRIBUTE.messageId];
  return told !== undefined && MESSAGE_ID.test(told) ? told : messageId;
}
