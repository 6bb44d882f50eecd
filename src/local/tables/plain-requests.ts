import dynalite, { type AttributeValue, type Item } from "dynalite/db/index.js";
import { DYNAMODB_BATCH_MAX_WRITES } from "../../core/limits.js";

/**
 * dynalite checks a request by walking through a description of every type it could have, which takes longer than the write
 * itself. Batches of the usual form are recognised here and need no other check; what is not recognised may still be right,
 * and dynalite tells.
 */

/** One write of a BatchWriteItem. */
export interface WriteRequest {
  PutRequest?: { Item: Item };
  DeleteRequest?: { Key: Item };
}

/** One statement of a BatchExecuteStatement. */
export interface Statement {
  Statement: string;
  Parameters?: AttributeValue[];
  ReturnValuesOnConditionCheckFailure?: string;
}

const TABLE_NAME = /^[a-zA-Z0-9_.-]{3,255}$/;
/** Characters ("BatchStatementRequest"). */
export const MAX_STATEMENT_LENGTH = 8192;
/** A number that DynamoDB keeps digit for digit. */
const INTEGER = /^(?:0|-?[1-9]\d{0,37})$/;

/** A BatchWriteItem with which nothing is wrong that could be told without its tables. */
export function isPlainBatchWrite(
  input: unknown,
  maxItemSize: number,
): input is { RequestItems: Record<string, WriteRequest[]> } {
  if (!isObjectOf(input, BATCH_WRITE_MEMBERS) || !isObject(input.RequestItems)) return false;
  const tables = Object.entries(input.RequestItems);
  let count = 0;
  for (const [tableName, requests] of tables) {
    if (!TABLE_NAME.test(tableName) || !Array.isArray(requests) || requests.length === 0) return false;
    if (!requests.every((request) => isPlainWrite(request, maxItemSize))) return false;
    count += requests.length;
  }
  return count > 0 && count <= DYNAMODB_BATCH_MAX_WRITES;
}

/** A BatchExecuteStatement with which nothing is wrong but perhaps its statements' text. */
export function isPlainBatchStatement(input: unknown): input is { Statements: Statement[] } {
  if (!isObjectOf(input, BATCH_STATEMENT_MEMBERS) || !Array.isArray(input.Statements)) return false;
  const { length } = input.Statements;
  return length > 0 && length <= DYNAMODB_BATCH_MAX_WRITES && input.Statements.every(isPlainStatement);
}

/** An attribute value that is kept as it is: text, a whole number, true, false, null or a map of these. */
export function isPlainValue(value: unknown): value is AttributeValue {
  if (!isObject(value)) return false;
  const [type, ...others] = Object.keys(value);
  if (others.length > 0) return false;
  if (type === "S") return typeof value.S === "string";
  if (type === "N") return typeof value.N === "string" && INTEGER.test(value.N);
  if (type === "M") return isPlainItem(value.M);
  if (type === "BOOL") return typeof value.BOOL === "boolean";
  return type === "NULL" && value.NULL === true;
}

const BATCH_WRITE_MEMBERS = new Set(["RequestItems"]);
const BATCH_STATEMENT_MEMBERS = new Set(["Statements"]);
const PUT_MEMBERS = new Set(["PutRequest"]);
const DELETE_MEMBERS = new Set(["DeleteRequest"]);
const ITEM_MEMBERS = new Set(["Item"]);
const KEY_MEMBERS = new Set(["Key"]);
const STATEMENT_MEMBERS = new Set(["Statement", "Parameters", "ReturnValuesOnConditionCheckFailure"]);
const RETURN_VALUES = new Set<unknown>([undefined, "ALL_OLD", "NONE"]);

function isPlainWrite(request: unknown, maxItemSize: number): boolean {
  if (isObjectOf(request, PUT_MEMBERS)) {
    const { PutRequest: put } = request;
    return isObjectOf(put, ITEM_MEMBERS) && isPlainItem(put.Item) && dynalite.itemSize(put.Item) <= maxItemSize;
  }
  if (!isObjectOf(request, DELETE_MEMBERS)) return false;
  return isObjectOf(request.DeleteRequest, KEY_MEMBERS) && isPlainItem(request.DeleteRequest.Key);
}

function isPlainStatement(statement: unknown): boolean {
  if (!isObjectOf(statement, STATEMENT_MEMBERS)) return false;
  const { Statement: text, Parameters: parameters, ReturnValuesOnConditionCheckFailure: returned } = statement;
  const isText = typeof text === "string" && text.length > 0 && text.length <= MAX_STATEMENT_LENGTH;
  return isText && RETURN_VALUES.has(returned) && (parameters === undefined || isPlainList(parameters));
}

function isPlainList(values: unknown): boolean {
  return Array.isArray(values) && values.length > 0 && values.every(isPlainValue);
}

function isPlainItem(item: unknown): item is Item {
  // As a name of its own, which only JSON.parse gives it, it would be lost when dynalite copies the item.
  return isObject(item) && !Object.hasOwn(item, "__proto__") && Object.values(item).every(isPlainValue);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @param members the only ones it may have */
function isObjectOf(value: unknown, members: ReadonlySet<string>): value is Record<string, unknown> {
  return isObject(value) && Object.keys(value).every((name) => members.has(name));
}
