import { ATTRIBUTE } from "../../core/attribute-names.js";
import type { Examine } from "../../core/examine.js";
import type { PublishedEvent } from "./tail-record.js";

/**
 * The message attributes that a stored event was published with. The journal does not keep them, so what triage added is found again by
 * today's rules.
 * @param examine with the stack's schemas and triage rules; left out where there is no triage
 */
export function publishedAttributes(
  { accepted }: PublishedEvent,
  examine: Examine | undefined,
): Record<string, string> {
  const { body, receivedAt, envelope } = accepted;
  const examined = examine?.({ body, attributes: {}, receivedAt, beside: { known: envelope } });
  if (examined?.ok === true) return examined.attributes;
  return {
    [ATTRIBUTE.eventId]: envelope.id,
    [ATTRIBUTE.type]: envelope.type,
    [ATTRIBUTE.version]: envelope.version,
    [ATTRIBUTE.receivedAt]: new Date(receivedAt).toISOString(),
  };
}
