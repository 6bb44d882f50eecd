import { BATCH_MAX_ENTRIES } from "../../core/limits.js";
import { ModelError } from "./model-error.js";

/** An entry that was refused while others of its batch may have succeeded. */
export interface EntryFailure {
  id: string;
  code: string;
  message: string;
  senderFault: boolean;
}

/** A batch call's answer: each entry is in exactly one list. */
export interface BatchResult<Success> {
  successful: ({ id: string } & Success)[];
  failed: EntryFailure[];
}

const ENTRY_ID = /^[A-Za-z0-9_-]{1,80}$/;

/** The rules that hold for every batch ("SendMessageBatch", "DeleteMessageBatch", "PublishBatch"). @throws ModelError for the whole call */
export function checkBatch(entries: readonly { id: string }[]): void {
  if (entries.length === 0) {
    throw new ModelError("EmptyBatchRequest", "There should be at least one entry in the request.");
  }
  if (entries.length > BATCH_MAX_ENTRIES) {
    throw new ModelError(
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are ${BATCH_MAX_ENTRIES}. You have sent ${entries.length}.`,
    );
  }
  const seen = new Set<string>();
  for (const { id } of entries) {
    if (!ENTRY_ID.test(id)) {
      throw new ModelError(
        "InvalidBatchEntryId",
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
      );
    }
    if (seen.has(id)) throw new ModelError("BatchEntryIdsNotDistinct", `Id ${id} repeated.`);
    seen.add(id);
  }
}

export function checkBatchSize(bytes: number, limit: number): void {
  if (bytes > limit) {
    throw new ModelError(
      "BatchRequestTooLong",
      `Batch requests cannot be longer than ${limit} bytes. You have sent ${bytes} bytes.`,
    );
  }
}

/** Runs each entry by itself: one that is refused does not stop the others. */
export function runBatch<Entry extends { id: string }, Success>(
  entries: readonly Entry[],
  run: (entry: Entry) => Success,
): BatchResult<Success> {
  const result: BatchResult<Success> = { successful: [], failed: [] };
  for (const entry of entries) {
    try {
      result.successful.push({ id: entry.id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      const { code, message, senderFault } = error;
      result.failed.push({ id: entry.id, code, message, senderFault });
    }
  }
  return result;
}
