import type { RejectedFact } from "../../core/facts.js";
import type { Reason } from "../../core/outcome.js";
import type { JudgedNow } from "./event-life.js";

/** What can be done about a rejected message. */
export function rejectionHints({ messageId, reason, envelope }: RejectedFact, now: JudgedNow | undefined): string[] {
  const redrive = `evp dlq redrive --id ${messageId}`;
  if (now?.passes === true) return [`it would pass now: ${redrive}`];
  const { clientId = "<client>", type = "<type>" } = envelope;
  const mend = MENDS[reason]?.(clientId, type);
  if (mend !== undefined) return [`${mend}, then ${redrive}`];
  return [`evp dlq show ${messageId}`, `mend a copy and send that: evp dlq fix ${messageId}`];
}

const MENDS: Partial<Record<Reason, (clientId: string, type: string) => string>> = {
  "client-unknown": (clientId, type) => `evp client add ${clientId} ${type}`,
  "client-inactive": (clientId) => `evp client enable ${clientId}`,
  "type-forbidden": (clientId, type) => `evp client allow ${clientId} ${type}`,
  "schema-unknown": (_, type) => `add a schema for ${type}`,
  "too-large": () => "raise maxEventBytes in the config and run evp init",
};
