import type { TableDescription } from "@aws-sdk/client-dynamodb";
import type { DesiredTable, KeyAttribute } from "../../../core/stack-plan.js";
import { type Difference, NONE } from "../../../core/stack-plan-differences.js";
import type { Clock } from "../../../ports/clock.js";
import { ifFound } from "../if-found.js";
import type { DynamoDbService } from "../services.js";

const MAX_POLL_DELAY_MS = 2000;

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

/** Waits until the table and its indexes are no longer being made, changed or deleted. @returns undefined once it is gone */
export async function settledTable(access: TableAccess, name: string): Promise<TableDescription | undefined> {
  for (let delayMs = 50; ; delayMs = Math.min(2 * delayMs, MAX_POLL_DELAY_MS)) {
    const table = await describeTable(access, name);
    if (table === undefined || isSettled(table)) return table;
    await access.clock.sleep(delayMs);
  }
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
