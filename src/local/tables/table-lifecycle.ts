import { setTimeout as delay } from "node:timers/promises";
import type { Store, Table } from "dynalite/db/index.js";
import { checkInput, findTable, readTable, runOperation } from "./operations.js";

/**
 * CreateTable. Answers as DynamoDB does, with a table that is being created, but only once it is ready: an SDK's waiter then finds it
 * at its first look. dynalite drops the tags of the request; here they are kept.
 */
export async function createTable(store: Store, input: unknown): Promise<unknown> {
  const tags = tagsOf(input);
  const checked = checkInput(store, "CreateTable", input);
  const answer: unknown = structuredClone(await runOperation(store, "CreateTable", checked));
  const table = await settled(store, String(checked.TableName));
  if (table !== undefined && tags.length > 0) {
    await runOperation(
      store,
      "TagResource",
      checkInput(store, "TagResource", { ResourceArn: table.TableArn, Tags: tags }),
    );
  }
  return answer;
}

/** DeleteTable or UpdateTable, answered once it is done. */
export async function changeTable(store: Store, name: "DeleteTable" | "UpdateTable", input: unknown): Promise<unknown> {
  const checked = checkInput(store, name, input);
  const answer: unknown = structuredClone(await runOperation(store, name, checked));
  await settled(store, String(checked.TableName));
  return answer;
}

/** Ends what a killed stack left half done: dynalite changes a table's state by a timer that dies with its process. */
export async function finishInterruptedChanges(store: Store): Promise<void> {
  const { TableNames } = tableList(await runOperation(store, "ListTables", {}));
  for (const name of TableNames) {
    const table = await readTable(store, name, { mustBeActive: false });
    if (table.TableStatus === "DELETING") {
      await runOperation(store, "DeleteTable", { TableName: name });
      await settled(store, name);
    } else if (table.TableStatus !== "ACTIVE") {
      await store.db.batch([{ type: "put", key: `table~${name}`, value: activated(table) }]);
    }
  }
}

/** Waits for dynalite's timer of 0 ms. @returns nothing when the table is gone */
async function settled(store: Store, tableName: string): Promise<Table | undefined> {
  for (let looks = 0; looks < 1000; looks++) {
    const table = await findTable(store, tableName, { mustBeActive: false });
    if (table === undefined || table.TableStatus === "ACTIVE") {
      return table;
    }
    await delay(1);
  }
  throw new Error(`table ${tableName} does not come to rest`);
}

function activated(table: Table): Table {
  const indexes = table.GlobalSecondaryIndexes?.map((index) => ({ ...index, IndexStatus: "ACTIVE" }));
  return { ...table, TableStatus: "ACTIVE", ...(indexes === undefined ? {} : { GlobalSecondaryIndexes: indexes }) };
}

function tagsOf(input: unknown): unknown[] {
  const tags: unknown = typeof input === "object" && input !== null && "Tags" in input ? input.Tags : undefined;
  return Array.isArray(tags) ? tags : [];
}

function tableList(answer: unknown): { TableNames: string[] } {
  const isList = typeof answer === "object" && answer !== null && "TableNames" in answer;
  return { TableNames: isList && Array.isArray(answer.TableNames) ? answer.TableNames.map(String) : [] };
}
