import { type Item, readText } from "../../../src/adapters/aws/attribute-values.js";
import { parseInsert } from "../../../src/local/tables/partiql-insert.js";
import { type EntryFault, isDone } from "../faults/fate.js";
import { below, pick, type Random } from "../random.js";
import type { Command } from "./commands.js";
import { holds } from "./conditions.js";
import type { Done, Effect } from "./effects.js";
import { serviceError } from "./errors.js";
import type { Table } from "./table.js";
import { updated } from "./updates.js";

type InputOf<Name extends Command["name"]> = Extract<Command, { name: Name }>["input"];

/** What an action works with. */
export interface TableCall<Name extends Command["name"]> {
  /** By name. @throws Error when there is no such table */
  table(name: string | undefined): Table;
  now: number;
  random: Random;
  input: InputOf<Name>;
  faults: readonly (EntryFault | undefined)[];
}

/** Codes of a statement that fails through no fault of its own ("BatchStatementError"). */
const STATEMENT_ERRORS = [
  "InternalServerError",
  "ThrottlingError",
  "ProvisionedThroughputExceeded",
  "TransactionConflict",
];

/** "BatchExecuteStatement": each statement by itself, answers in the order of the statements. */
export function executeStatements(call: TableCall<"BatchExecuteStatement">): Done {
  const { input, faults, random } = call;
  const effects: Effect[] = [];
  const responses = (input.Statements ?? []).map(({ Statement = "", Parameters = [] }, index) => {
    const { tableName, attributes } = parseInsert(Statement);
    const item: Item = {};
    for (const [place, name] of attributes.entries()) item[name] = Parameters[place] ?? { NULL: true };
    const fault = faults[index];
    const isInserted = isDone(fault) && insert(call, tableName, item, effects);
    if (fault !== undefined) return { Error: { Code: pick(random, STATEMENT_ERRORS), Message: "simulated" } };
    return isInserted ? {} : { Error: { Code: "DuplicateItem", Message: "Duplicate primary key exists in table" } };
  });
  // Answers stand in the statements' order, so that only the last ones can be missing.
  const cut = faults.findIndex((fault) => fault?.startsWith("entry in no list"));
  return { answer: { Responses: cut === -1 ? responses : responses.slice(0, cut) }, effects };
}

function insert(
  { table, now }: TableCall<"BatchExecuteStatement">,
  name: string,
  item: Item,
  effects: Effect[],
): boolean {
  const isDuplicate = table(name).get(item, { now, isStrong: true }) !== undefined;
  if (!isDuplicate) table(name).put(item, now);
  effects.push({ kind: "inserted", item, isDuplicate });
  return !isDuplicate;
}

/** "BatchWriteItem": puts that overwrite; what goes wrong is told as unprocessed. */
export function writeItems({ table, now, input, faults }: TableCall<"BatchWriteItem">): Done {
  const effects: Effect[] = [];
  const UnprocessedItems: Record<string, object[]> = {};
  let index = 0;
  for (const [name, requests] of Object.entries(input.RequestItems ?? {})) {
    for (const request of requests) {
      const fault = faults[index++];
      const item = request.PutRequest?.Item ?? {};
      if (isDone(fault)) {
        effects.push({ kind: "written", item, previous: table(name).get(item, { now, isStrong: true }) });
        table(name).put(item, now);
      }
      if (fault === undefined) continue;
      UnprocessedItems[name] ??= [];
      UnprocessedItems[name].push(request);
    }
  }
  return { answer: { UnprocessedItems }, effects };
}

/** "PutItem", with its condition. @throws the error of a condition that does not hold */
export function putItem({ table, now, input }: TableCall<"PutItem">): Done & { failure?: Error } {
  const { TableName, Item: item = {} } = input;
  const previous = table(TableName).get(item, { now, isStrong: true });
  const isHeld = holds(input, previous);
  const effects: Effect[] = [{ kind: "claimed", item, previous, isHeld }];
  if (!isHeld) return { answer: {}, effects, failure: serviceError("ConditionalCheckFailedException", "client") };
  table(TableName).put(item, now);
  return { answer: {}, effects };
}

/** "UpdateItem", with its condition. @throws the error of a condition that does not hold */
export function updateItem({ table, now, input }: TableCall<"UpdateItem">): Done & { failure?: Error } {
  const { TableName, Key: key = {} } = input;
  const previous = table(TableName).get(key, { now, isStrong: true });
  const done = { answer: {}, effects: [] };
  if (!holds(input, previous)) return { ...done, failure: serviceError("ConditionalCheckFailedException", "client") };
  table(TableName).put(updated(input, previous ?? key), now);
  return done;
}

/** Pages are small, so that a reader who takes the first one for all is found out ("Paginating table query results"). */
const MAX_PAGE_ITEMS = 6;

/** "Query" by partition key and a prefix of the sort key. Throws where it is asked for anything else. */
export function query({ table, now, input, random }: TableCall<"Query">): Done {
  const { KeyConditionExpression: condition, ExpressionAttributeValues: values = {}, ConsistentRead } = input;
  if (condition !== "#eventId = :eventId AND begins_with(#fact, :client)") {
    throw new Error(`the simulated store does not understand the query "${condition}"`);
  }
  const eventId = readText(values, ":eventId");
  const options = { now, isStrong: ConsistentRead === true };
  const items = table(input.TableName).query(eventId, readText(values, ":client"), options);
  const after = readText(input.ExclusiveStartKey ?? {}, "fact");
  const left = items.filter((item) => readText(item, "fact") > after);
  const page = left.slice(0, 1 + below(random, MAX_PAGE_ITEMS));
  const last = page.at(-1);
  const LastEvaluatedKey =
    last === undefined || page.length === left.length ? undefined : { eventId: last.eventId, fact: last.fact };
  return { answer: { Items: page, LastEvaluatedKey }, effects: [{ kind: "journal read", eventId, items: page }] };
}

/** "BatchGetItem": keys that go wrong are told as unprocessed. */
export function getItems({ table, now, input, faults }: TableCall<"BatchGetItem">): Done {
  const Responses: Record<string, Item[]> = {};
  const UnprocessedKeys: Record<string, { Keys: Item[] }> = {};
  const effects: Effect[] = [];
  let index = 0;
  for (const [name, { Keys = [], ConsistentRead }] of Object.entries(input.RequestItems ?? {})) {
    const isLeft = Keys.map(() => faults[index++] !== undefined);
    const asked = Keys.filter((_, place) => !isLeft[place]);
    const options = { now, isStrong: ConsistentRead === true };
    const items = asked.map((key) => table(name).get(key, options)).filter((item) => item !== undefined);
    Responses[name] = items;
    const Left = Keys.filter((_, place) => isLeft[place]);
    if (Left.length > 0) UnprocessedKeys[name] = { Keys: Left };
    effects.push({ kind: "clients read", clientIds: asked.map((key) => readText(key, "clientId")), items });
  }
  return { answer: { Responses, UnprocessedKeys }, effects };
}
