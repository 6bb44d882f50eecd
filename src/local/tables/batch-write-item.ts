import dynalite, { type Store, type Table } from "dynalite/db/index.js";
import { checkInput, readTable, runOperation } from "./operations.js";
import { isPlainBatchWrite, type WriteRequest } from "./plain-requests.js";
import { codeOf, isServiceError, serviceError } from "./service-error.js";
import { type Write, writeBatch } from "./write-batch.js";

/**
 * BatchWriteItem: dynalite writes item by item, here a table's writes are one LevelDB batch. Consumed capacity is for
 * dynalite to tell.
 * @throws ServiceError
 */
export async function batchWriteItem(store: Store, input: unknown): Promise<unknown> {
  if (isPlainBatchWrite(input, store.options.maxItemSize)) {
    return writeAll(store, input.RequestItems);
  }
  const checked = checkInput(store, "BatchWriteItem", input);
  if (checked.ReturnConsumedCapacity !== undefined && checked.ReturnConsumedCapacity !== "NONE") {
    return runOperation(store, "BatchWriteItem", checked);
  }
  return writeAll(store, requestItems(checked));
}

async function writeAll(store: Store, requestsByTable: Record<string, WriteRequest[]>): Promise<unknown> {
  const batches = await Promise.all(
    Object.entries(requestsByTable).map(async ([tableName, requests]) => {
      const table = await readTable(store, tableName, { mustBeActive: true });
      return { table, writes: requests.map((request) => writeOf(request, table)) };
    }),
  );
  for (const { table, writes } of batches) {
    await writeBatch(store, table, writes);
  }
  return { UnprocessedItems: {} };
}

/** The input was checked, so its shape is known. */
function requestItems(input: Record<string, unknown>): Record<string, WriteRequest[]> {
  const items = input.RequestItems;
  return isRequestItems(items) ? items : {};
}

function isRequestItems(value: unknown): value is Record<string, WriteRequest[]> {
  return typeof value === "object" && value !== null;
}

function writeOf(request: WriteRequest, table: Table): Write {
  const write: Write =
    request.PutRequest === undefined
      ? { kind: "delete", key: request.DeleteRequest?.Key ?? {} }
      : { kind: "put", item: request.PutRequest.Item };
  const invalid =
    write.kind === "delete" ? dynalite.validateKey(write.key, table) : dynalite.validateItem(write.item, table);
  if (invalid) {
    throw asKeyError(invalid);
  }
  return write;
}

/** DynamoDB words a key that does not fit more loosely in a batch than in PutItem. */
function asKeyError(invalid: Error): Error {
  const isAboutKey = /Missing the key|Type mismatch for key/.test(invalid.message);
  return isServiceError(invalid) && isAboutKey
    ? serviceError(codeOf(invalid), "The provided key element does not match the schema")
    : invalid;
}
