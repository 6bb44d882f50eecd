import { ATTRIBUTE } from "../../core/attribute-names.js";
import { deadLetterAttributes } from "../../core/dead-letter.js";
import type { RejectedFact } from "../../core/facts.js";
import { NO_CLIENT } from "../../core/facts.js";
import { groupIdFor } from "../../core/group-id.js";
import { rejectedFact } from "../../core/make-facts.js";
import { limitDetail } from "../../core/violations.js";
import { CallError, type EntryResult } from "../../ports/call.js";
import type { Clock } from "../../ports/clock.js";
import type { Journal } from "../../ports/journal.js";
import type { OutgoingMessage, Queue } from "../../ports/queue.js";
import type { SourceRecord } from "../../ports/record-source.js";
import { retryPatiently } from "../retry-call.js";
import { recordIdentity } from "./record-identity.js";
import type { Unsendable } from "./unsendable.js";

interface DeadLetterPorts {
  journal: Pick<Journal, "write">;
  deadLetters: Pick<Queue, "send">;
  clock: Clock;
}

interface DeadLetterOptions {
  /** Days the journal remembers them. */
  retentionDays: number;
  signal: AbortSignal | undefined;
  onFailure: (error: CallError) => void;
}

/**
 * Puts a record that no message can carry where an operator sees it: on record as rejected, then on the DLQ. Both have the same address
 * whenever it is done, so that a restart writes the fact again in its place, and the DLQ drops a second copy that comes within five minutes.
 * @throws CallError when it cannot be done and that does not pass, or `signal` has aborted
 */
export async function deadLetterRecord(
  { journal, deadLetters, clock }: DeadLetterPorts,
  record: SourceRecord,
  { rejection, body }: Unsendable,
  { retentionDays, signal, onFailure }: DeadLetterOptions,
): Promise<RejectedFact> {
  const messageId = recordIdentity(record);
  const now = clock.now();
  const groupId = groupIdFor(NO_CLIENT, NO_CLIENT);
  const message = { messageId, body, groupId, sequence: "", sentAt: now, attributes: {} };
  const limited = { ...rejection, detail: limitDetail(rejection.detail) };
  const fact = rejectedFact(limited, {}, message, { now, retentionDays });
  const letter: OutgoingMessage = {
    body,
    groupId: messageId,
    deduplicationId: messageId,
    attributes: deadLetterAttributes(fact, originAttributes(record.origin)),
  };
  const patience = { signal, onFailure };
  await retryPatiently(clock, patience, async () => assertDone(await journal.write([fact]), "recording a rejection"));
  await retryPatiently(clock, patience, async () => assertDone(await deadLetters.send([letter]), "sending to the DLQ"));
  return fact;
}

/** One entry that failed is a call that failed. */
function assertDone([result]: EntryResult[], doing: string): void {
  if (result?.ok === true) return;
  const fault = result?.fault ?? { code: "NoAnswer", message: "the answer does not mention it", isSenderFault: false };
  throw new CallError(`${doing}: ${fault.message}`, fault, fault.isSenderFault ? "refused" : "failed");
}

/** Where a record stands, as attributes. Names of files may hold anything; SQS refuses empty values. */
export function originAttributes(origin: SourceRecord["origin"]): Record<string, string> {
  const told = Object.entries(origin).filter(([, value]) => value !== "");
  return Object.fromEntries(told.map(([name, value]) => [`${ATTRIBUTE.origin}${name}`, limitDetail(value)]));
}
