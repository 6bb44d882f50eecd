import batchGetItem from "dynalite/actions/batchGetItem.js";
import batchWriteItem from "dynalite/actions/batchWriteItem.js";
import createTable from "dynalite/actions/createTable.js";
import deleteItem from "dynalite/actions/deleteItem.js";
import deleteTable from "dynalite/actions/deleteTable.js";
import describeTable from "dynalite/actions/describeTable.js";
import describeTimeToLive from "dynalite/actions/describeTimeToLive.js";
import getItem from "dynalite/actions/getItem.js";
import listTables from "dynalite/actions/listTables.js";
import listTagsOfResource from "dynalite/actions/listTagsOfResource.js";
import putItem from "dynalite/actions/putItem.js";
import query from "dynalite/actions/query.js";
import scan from "dynalite/actions/scan.js";
import tagResource from "dynalite/actions/tagResource.js";
import untagResource from "dynalite/actions/untagResource.js";
import updateItem from "dynalite/actions/updateItem.js";
import updateTable from "dynalite/actions/updateTable.js";
import type { Store, Table } from "dynalite/db/index.js";
import batchGetItemRules from "dynalite/validations/batchGetItem.js";
import batchWriteItemRules from "dynalite/validations/batchWriteItem.js";
import createTableRules from "dynalite/validations/createTable.js";
import deleteItemRules from "dynalite/validations/deleteItem.js";
import deleteTableRules from "dynalite/validations/deleteTable.js";
import describeTableRules from "dynalite/validations/describeTable.js";
import describeTimeToLiveRules from "dynalite/validations/describeTimeToLive.js";
import getItemRules from "dynalite/validations/getItem.js";
import validations from "dynalite/validations/index.js";
import listTablesRules from "dynalite/validations/listTables.js";
import listTagsOfResourceRules from "dynalite/validations/listTagsOfResource.js";
import putItemRules from "dynalite/validations/putItem.js";
import queryRules from "dynalite/validations/query.js";
import scanRules from "dynalite/validations/scan.js";
import tagResourceRules from "dynalite/validations/tagResource.js";
import untagResourceRules from "dynalite/validations/untagResource.js";
import updateItemRules from "dynalite/validations/updateItem.js";
import updateTableRules from "dynalite/validations/updateTable.js";
import { codeOf, isServiceError } from "./service-error.js";

type Input = Record<string, unknown>;

/** What dynalite does by itself, with the rules that check each input. */
const OPERATIONS = {
  BatchGetItem: { run: batchGetItem, rules: batchGetItemRules },
  BatchWriteItem: { run: batchWriteItem, rules: batchWriteItemRules },
  CreateTable: { run: createTable, rules: createTableRules },
  DeleteItem: { run: deleteItem, rules: deleteItemRules },
  DeleteTable: { run: deleteTable, rules: deleteTableRules },
  DescribeTable: { run: describeTable, rules: describeTableRules },
  DescribeTimeToLive: { run: describeTimeToLive, rules: describeTimeToLiveRules },
  GetItem: { run: getItem, rules: getItemRules },
  ListTables: { run: listTables, rules: listTablesRules },
  ListTagsOfResource: { run: listTagsOfResource, rules: listTagsOfResourceRules },
  PutItem: { run: putItem, rules: putItemRules },
  Query: { run: query, rules: queryRules },
  Scan: { run: scan, rules: scanRules },
  TagResource: { run: tagResource, rules: tagResourceRules },
  UntagResource: { run: untagResource, rules: untagResourceRules },
  UpdateItem: { run: updateItem, rules: updateItemRules },
  UpdateTable: { run: updateTable, rules: updateTableRules },
};

export type OperationName = keyof typeof OPERATIONS;

export function isOperation(name: string): name is OperationName {
  return Object.hasOwn(OPERATIONS, name);
}

/** Checks an input as dynalite's own server does. @throws ServiceError */
export function checkInput(store: Store, name: OperationName, input: unknown): Input {
  const { rules } = OPERATIONS[name];
  const checked = validations.checkTypes(input, rules.types);
  validations.checkValidations(checked, rules.types, rules.custom, store);
  return checked;
}

/** Does the operation, with a checked input. Rejects with a ServiceError, or with whatever went wrong inside. */
export function runOperation(store: Store, name: OperationName, input: Input): Promise<unknown> {
  return new Promise((resolve, reject) => {
    OPERATIONS[name].run(store, input, (error, answer) => (error ? reject(error) : resolve(answer)));
  });
}

/** The definition of a table. Rejects with ResourceNotFoundException. */
export function readTable(store: Store, tableName: string, options: { mustBeActive: boolean }): Promise<Table> {
  return new Promise((resolve, reject) => {
    store.getTable(tableName, options.mustBeActive, (error, table) =>
      table === undefined ? reject(error) : resolve(table),
    );
  });
}

/** The definition of a table, or nothing. */
export async function findTable(
  store: Store,
  tableName: string,
  options: { mustBeActive: boolean },
): Promise<Table | undefined> {
  try {
    return await readTable(store, tableName, options);
  } catch (error) {
    if (isServiceError(error) && codeOf(error) === "ResourceNotFoundException") {
      return undefined;
    }
    throw error;
  }
}
