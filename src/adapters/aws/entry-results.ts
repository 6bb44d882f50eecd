import type { EntryResult } from "../../ports/call.js";
import { entryFault, NO_ANSWER } from "./errors.js";

/** One entry that a batch call of SQS or SNS did not do ("BatchResultErrorEntry"). */
interface FailedEntry {
  Id?: string | undefined;
  Code: string | undefined;
  Message?: string | undefined;
  SenderFault: boolean | undefined;
}

/** The id of the entry at that place of a batch. */
export function entryId(index: number): string {
  return String(index);
}

/**
 * Lines the two lists of an answer up with the entries that were sent. An entry in neither list has failed: nothing says
 * that it was done.
 */
export function alignResults<Done extends { Id?: string | undefined }, Value>(
  count: number,
  answer: { Successful?: Done[] | undefined; Failed?: FailedEntry[] | undefined },
  toValue: (done: Done) => Value,
): EntryResult<Value>[] {
  const done = new Map((answer.Successful ?? []).map((entry) => [entry.Id, entry]));
  const failed = new Map((answer.Failed ?? []).map((entry) => [entry.Id, entry]));
  return Array.from({ length: count }, (_, index): EntryResult<Value> => {
    const success = done.get(entryId(index));
    if (success !== undefined) return { ok: true, ...toValue(success) };
    const failure = failed.get(entryId(index));
    const code = failure?.Code ?? NO_ANSWER;
    const message = failure?.Message ?? (failure === undefined ? "the answer does not mention this entry" : code);
    return { ok: false, fault: entryFault(code, message, failure?.SenderFault ?? false) };
  });
}
