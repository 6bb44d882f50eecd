import { hash } from "node:crypto";
import { attributeBytes } from "./attribute-bytes.js";
import { ATTRIBUTE } from "./attribute-names.js";
import type { Examine } from "./examine.js";
import type { AcceptedFact } from "./facts.js";

/** What goes to the client: the body as it came, and evp's attributes. */
export interface ClientMessage {
  body: string;
  groupId: string;
  deduplicationId: string;
  attributes: Record<string, string>;
  /** Body and attributes, as SNS and SQS count them. */
  bytes: number;
}

/**
 * A stored event as its topic gets it: body and group verbatim, evp's own attributes as the journal remembers them, and those
 * of the triage rules. `triage`: an examiner that judges nothing; an event that it cannot read goes without triage attributes.
 * The producer's traceparent is among them where it sent one.
 */
export function clientMessage(accepted: AcceptedFact, triage: Examine): ClientMessage {
  const { body, envelope, groupId, eventId, receivedAt, traceparent } = accepted;
  const examined = triage({ body, attributes: {}, receivedAt, beside: { known: envelope } });
  const attributes = {
    ...(examined.ok ? examined.attributes : {}),
    [ATTRIBUTE.eventId]: envelope.id,
    [ATTRIBUTE.type]: envelope.type,
    [ATTRIBUTE.version]: envelope.version,
    [ATTRIBUTE.receivedAt]: new Date(receivedAt).toISOString(),
    ...(traceparent === undefined ? {} : { [ATTRIBUTE.traceparent]: traceparent }),
  };
  return { body, groupId, deduplicationId: eventId, attributes, bytes: sizeOf(body, attributes) };
}

/**
 * The same, marked as part of a replay, under a deduplication id of its own: the topic takes it although it took the event before,
 * and takes it once however often this replay is resumed within 5 minutes.
 */
export function replayMessage(accepted: AcceptedFact, triage: Examine, replayId: string): ClientMessage {
  const message = clientMessage(accepted, triage);
  const attributes = { ...message.attributes, [ATTRIBUTE.replay]: replayId };
  const deduplicationId = `replay-${replayId}-${shortHash(accepted.eventId)}`;
  return { ...message, deduplicationId, attributes, bytes: sizeOf(message.body, attributes) };
}

function sizeOf(body: string, attributes: Record<string, string>): number {
  return Buffer.byteLength(body) + attributeBytes(attributes);
}

/** An event id may have 128 characters of its own, which is all that a deduplication id may have. */
function shortHash(text: string): string {
  return hash("sha256", text, "base64url").slice(0, 22);
}
