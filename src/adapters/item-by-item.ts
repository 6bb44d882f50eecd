import { type CallError, type EntryResult, isCallError } from "../ports/call.js";

/**
 * Does a batch in one call; a batch that is refused for its content is done item by item, so that one bad item neither
 * fails the others nor looks like an outage.
 */
export async function itemByItem<Entry, Value>(
  entries: Entry[],
  doBatch: (entries: Entry[]) => Promise<EntryResult<Value>[]>,
): Promise<EntryResult<Value>[]> {
  try {
    return await doBatch(entries);
  } catch (error) {
    if (!isContentRefusal(error)) throw error;
    if (entries.length === 1) return [{ ok: false, fault: error.fault }];
  }
  const results: EntryResult<Value>[] = [];
  for (const entry of entries) results.push(...(await doOne(entry, doBatch)));
  return results;
}

/** What fails here fails for this item alone: the ones before it are done. */
async function doOne<Entry, Value>(
  entry: Entry,
  doBatch: (entries: Entry[]) => Promise<EntryResult<Value>[]>,
): Promise<EntryResult<Value>[]> {
  try {
    return await doBatch([entry]);
  } catch (error) {
    if (isCallError(error)) return [{ ok: false, fault: error.fault }];
    throw error;
  }
}

function isContentRefusal(error: unknown): error is CallError {
  return isCallError(error) && error.kind === "refused";
}
