import type { BatchResult } from "../../../src/local/model/batch.js";
import { type EntryError, type EntryFault, isDone } from "../faults/fate.js";

/** Codes with which one entry of a batch fails that is not at fault itself, although the service says so of some. */
export const ENTRY_ERRORS: readonly EntryError[] = [
  { Code: "InternalError", SenderFault: false },
  { Code: "ServiceUnavailable", SenderFault: false },
  { Code: "ThrottlingException", SenderFault: true },
  { Code: "KmsInvalidState", SenderFault: true },
  { Code: "InvalidState", SenderFault: true },
];

interface Succeeded {
  Id: string;
}

interface Failed extends EntryError {
  Id: string;
  Message: string;
}

interface Entry {
  Id: string | undefined;
}

/** The entries of a batch that have their effect. */
export function admitted<Each>(entries: readonly Each[], faults: readonly (EntryFault | undefined)[]): Each[] {
  return entries.filter((_, index) => isDone(faults[index]));
}

/** The answer of SQS or SNS to a batch, some entries of which go wrong: told as failed, or in neither list. */
export function batchAnswer<Success>(
  entries: readonly Entry[],
  faults: readonly (EntryFault | undefined)[],
  result: BatchResult<Success>,
  error: () => EntryError,
  toAnswer: (success: { id: string } & Success) => object,
): { Successful: (Succeeded & object)[]; Failed: Failed[] } {
  const faultOf = new Map(entries.map(({ Id }, index) => [Id, faults[index]]));
  const Successful = result.successful
    .filter(({ id }) => faultOf.get(id) === undefined)
    .map((success) => ({ Id: success.id, ...toAnswer(success) }));
  const refused = result.failed
    .filter(({ id }) => faultOf.get(id) === undefined)
    .map(({ id, code, message, senderFault }) => ({ Id: id, Code: code, Message: message, SenderFault: senderFault }));
  const failed = entries
    .filter((_, index) => faults[index]?.startsWith("entry failed"))
    .map(({ Id = "" }) => ({ Id, Message: "simulated", ...error() }));
  return { Successful, Failed: [...refused, ...failed] };
}
