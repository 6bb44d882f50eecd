import { randomUUID } from "node:crypto";
import { crc32 } from "node:zlib";
import type { Store } from "dynalite/db/index.js";
import type { WholeRequest, WholeResponse } from "../http-message.js";
import { batchExecuteStatement } from "./batch-execute-statement.js";
import { batchWriteItem } from "./batch-write-item.js";
import { checkInput, isOperation, runOperation } from "./operations.js";
import { isServiceError, serviceError } from "./service-error.js";
import { changeTable, createTable, finishInterruptedChanges } from "./table-lifecycle.js";
import { openTableStore } from "./table-store.js";
import { TABLE_TARGET_PREFIX } from "./table-target.js";

/** DynamoDB on the embedded stack. */
export interface TableService {
  /** Answers one request whose `X-Amz-Target` names DynamoDB. Rejects only when something broke inside. */
  handle(request: WholeRequest): Promise<WholeResponse>;
  /** Waits for what is being written, then closes the files. */
  close(): Promise<void>;
}

/**
 * dynalite, in this process, with its data in `directory` and with the mends that evp needs.
 * @throws EvpError when the directory is in use or cannot be read
 */
export async function openTableService(directory: string): Promise<TableService> {
  const store = await openTableStore(directory);
  await finishInterruptedChanges(store);
  return {
    async handle(request) {
      const action = (request.headers["x-amz-target"] ?? "").slice(TABLE_TARGET_PREFIX.length);
      try {
        return answer(200, await dispatch(store, action, parseBody(request.body)));
      } catch (error) {
        if (isServiceError(error)) {
          return answer(error.statusCode, error.body);
        }
        throw error;
      }
    },
    close: () => store.db.close(),
  };
}

async function dispatch(store: Store, action: string, input: unknown): Promise<unknown> {
  switch (action) {
    case "BatchExecuteStatement":
      return batchExecuteStatement(store, input);
    case "BatchWriteItem":
      return batchWriteItem(store, input);
    case "CreateTable":
      return createTable(store, input);
    case "DeleteTable":
    case "UpdateTable":
      return changeTable(store, action, input);
    default:
      if (!isOperation(action)) {
        throw serviceError("UnknownOperationException", `The embedded stack does not serve DynamoDB's ${action}`);
      }
      return runOperation(store, action, checkInput(store, action, input));
  }
}

function parseBody(body: Buffer): unknown {
  const input = parseJson(body);
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw serviceError("SerializationException", "The request is no JSON object");
  }
  return input;
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

function answer(status: number, document: unknown): WholeResponse {
  // TagResource and UntagResource answer with nothing at all.
  const body = Buffer.from(document === "" ? "" : JSON.stringify(document));
  return {
    status,
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amzn-requestid": randomUUID(),
      // The AWS CLI and several SDKs compare it with what they read.
      "x-amz-crc32": String(crc32(body)),
    },
    body,
  };
}
