import { ATTRIBUTE } from "./attribute-names.js";

/** A W3C trace context header, version 00 ("Trace Context", section 3.2). */
const TRACEPARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The producer's trace context as the attribute to pass on; empty when it sent none, or none that can be read. */
export function traceparentOf(attributes: Record<string, string>): { traceparent?: string } {
  const value = attributes[ATTRIBUTE.traceparent];
  return value !== undefined && TRACEPARENT.test(value) ? { traceparent: value } : {};
}

/** What the log lines of one message have in common: its producer's trace id, or the message id. */
export function correlationIdOf(attributes: Record<string, string>, messageId: string): string {
  return TRACEPARENT.exec(attributes[ATTRIBUTE.traceparent] ?? "")?.[1] ?? messageId;
}
