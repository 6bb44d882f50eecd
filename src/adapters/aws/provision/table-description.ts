import type { TableDescription } from "@aws-sdk/client-dynamodb";
import { EvpError } from "../../../core/errors.js";
import type { DesiredTable, KeyAttribute } from "../../../core/stack-plan.js";
import { type Difference, NONE } from "../../../core/stack-plan-differences.js";
import type { Clock } from "../../../ports/clock.js";
import { ifFound } from "../if-found.js";
import type { DynamoDbService } from "../services.js";

const MAX_POLL_DELAY_MS = 2000;
/** A new table takes seconds. */
const CREATE_MS = 60 * 1000;
/** An index is filled from the table's items first, which takes its time when there are many ("Managing Global Secondary Indexes"). */
const SETTLE_MS = 10 * 60 * 1000;

interface TableAccess {
  dynamodb: DynamoDbService;
  clock: Clock;
}

/** Undefined when there is no such table. */
export async function describeTable(
  { dynamodb }: Pick<TableAccess, "dynamodb">,
  name: string,
): Promise<TableDescription | undefined> {
  const answer = await ifFound(() =>
    dynamodb.call(`reading the settings of table ${name}`, (sdk, client, options) =>
      client.send(new sdk.DescribeTableCommand({ TableName: name }), options),
    ),
  );
  return answer?.Table;
}

/**
 * Waits until the table and its indexes are no longer being made, changed or deleted. Throws an EvpError after ten minutes.
 * @returns undefined once it is gone
 */
export function settledTable(access: TableAccess, name: string): Promise<TableDescription | undefined> {
  return waitForTable(access, name, {
    isDone: (table) => table === undefined || isSettled(table),
    timeoutMs: SETTLE_MS,
  });
}

/**
 * Waits until a table that was just created can be used: at first it may not be found at all ("DescribeTable"). Throws an
 * EvpError after a minute.
 */
export async function activeTable(access: TableAccess, name: string): Promise<void> {
  const isDone = (table: TableDescription | undefined) => table !== undefined && isSettled(table);
  await waitForTable(access, name, { isDone, timeoutMs: CREATE_MS });
}

interface Awaited {
  isDone(table: TableDescription | undefined): boolean;
  timeoutMs: number;
}

async function waitForTable(
  access: TableAccess,
  name: string,
  { isDone, timeoutMs }: Awaited,
): Promise<TableDescription | undefined> {
  const deadline = access.clock.monotonic() + timeoutMs;
  for (let delayMs = 50; ; delayMs = Math.min(2 * delayMs, MAX_POLL_DELAY_MS)) {
    const table = await describeTable(access, name);
    if (isDone(table)) return table;
    if (access.clock.monotonic() >= deadline) throw notReady(name, table?.TableStatus ?? "not there yet");
    await access.clock.sleep(delayMs);
  }
}

function notReady(name: string, status: string): EvpError {
  return new EvpError(`table ${name} is not ready: it is still ${status}`, {
    code: "table-not-ready",
    category: "failed",
    hint: "Run the command again later: it goes on where it stopped.",
    retryable: true,
  });
}

function isSettled({ TableStatus, GlobalSecondaryIndexes = [] }: TableDescription): boolean {
  return TableStatus === "ACTIVE" && GlobalSecondaryIndexes.every(({ IndexStatus }) => IndexStatus === "ACTIVE");
}

/** Keys cannot be changed, neither the table's nor those of an index that is there. */
export function keyDifferences(wanted: DesiredTable, found: TableDescription): Difference[] {
  const indexes = wanted.indexes.flatMap(({ name, key }): Difference[] => {
    const index = found.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === name);
    return index === undefined
      ? []
      : [{ attribute: indexAttribute(name), wanted: keyText(key), found: keyTextOf(index, found) }];
  });
  const table = { attribute: "key", wanted: keyText(wanted.key), found: keyTextOf(found, found) };
  return [table, ...indexes].filter((comparison) => comparison.wanted !== comparison.found);
}

/** Indexes that are missing, and those that were switched off. */
export function indexDifferences(wanted: DesiredTable, found: TableDescription): Difference[] {
  const present = new Map((found.GlobalSecondaryIndexes ?? []).map((index) => [index.IndexName, index]));
  const missing = wanted.indexes
    .filter(({ name }) => !present.has(name))
    .map(({ name, key }) => ({ attribute: indexAttribute(name), wanted: keyText(key), found: NONE }));
  const unwanted = wanted.unwantedIndexes.flatMap((name) => {
    const index = present.get(name);
    return index === undefined
      ? []
      : [{ attribute: indexAttribute(name), wanted: NONE, found: keyTextOf(index, found) }];
  });
  return [...missing, ...unwanted];
}

/** How an index is named among the differences. */
export function indexAttribute(name: string): string {
  return `index ${name}`;
}

/** For instance `eventId (S), fact (S)`. */
function keyText(key: KeyAttribute[]): string {
  return key.map(({ name, type }) => `${name} (${type})`).join(", ");
}

function keyTextOf({ KeySchema = [] }: Pick<TableDescription, "KeySchema">, table: TableDescription): string {
  const types = new Map(table.AttributeDefinitions?.map((one) => [one.AttributeName, one.AttributeType]));
  return KeySchema.map(({ AttributeName }) => `${AttributeName} (${types.get(AttributeName)})`).join(", ");
}
