import dynalite, { type Item, type Store, type Table } from "dynalite/db/index.js";
import validations from "dynalite/validations/index.js";
import { DYNAMODB_BATCH_MAX_WRITES } from "../../core/limits.js";
import { findTable } from "./operations.js";
import { type InsertStatement, parseInsert } from "./partiql-insert.js";
import { isPlainBatchStatement, isPlainValue, MAX_STATEMENT_LENGTH, type Statement } from "./plain-requests.js";
import { serviceError } from "./service-error.js";
import { writeBatch } from "./write-batch.js";

/** What became of one statement ("BatchStatementResponse"). */
interface StatementResponse {
  TableName: string;
  Error?: { Code: string; Message: string; Item?: Item };
}

/** An insert that was read, with its place in the request. */
interface Insert {
  position: number;
  tableName: string;
  item: Item;
  wantsExisting: boolean;
}

const SHAPES = {
  ReturnConsumedCapacity: { type: "String", enum: ["INDEXES", "TOTAL", "NONE"] },
  Statements: {
    type: "List",
    notNull: true,
    lengthGreaterThanOrEqual: 1,
    lengthLessThanOrEqual: DYNAMODB_BATCH_MAX_WRITES,
    children: {
      type: "ValueStruct<BatchStatementRequest>",
      children: {
        Statement: {
          type: "String",
          notNull: true,
          lengthGreaterThanOrEqual: 1,
          lengthLessThanOrEqual: MAX_STATEMENT_LENGTH,
        },
        Parameters: { type: "List", lengthGreaterThanOrEqual: 1, children: "AttrStruct<ValueStruct>" },
        ConsistentRead: "Boolean",
        ReturnValuesOnConditionCheckFailure: { type: "String", enum: ["ALL_OLD", "NONE"] },
      },
    },
  },
};

/**
 * BatchExecuteStatement, which dynalite lacks, for inserts alone ("BatchExecuteStatement", "PartiQL insert statements for DynamoDB"):
 * each statement succeeds or fails by itself, and an insert over an existing item fails with `DuplicateItem`.
 * @throws ServiceError where the request as a whole is wrong, any other PartiQL among it
 */
export async function batchExecuteStatement(store: Store, input: unknown): Promise<{ Responses: StatementResponse[] }> {
  const statements = isPlainBatchStatement(input) ? input.Statements : checkedStatements(store, input);
  const responses: StatementResponse[] = [];
  const inserts = statements.map(readInsert);
  for (const ofTable of byTable(inserts)) {
    await insertAll(store, ofTable, responses);
  }
  return { Responses: responses };
}

function checkedStatements(store: Store, input: unknown): Statement[] {
  const checked = validations.checkTypes(input, SHAPES);
  validations.checkValidations(checked, SHAPES, undefined, store);
  const statements: unknown = checked.Statements;
  return Array.isArray(statements) ? statements : [];
}

function readInsert(statement: Statement, position: number): Insert {
  const { tableName, attributes } = parsedOnce(statement.Statement);
  const parameters = statement.Parameters ?? [];
  if (parameters.length !== attributes.length) {
    throw serviceError(
      "ValidationException",
      `Number of parameters in request and statement don't match: ${parameters.length} and ${attributes.length}`,
    );
  }
  const item = Object.fromEntries(attributes.map((name, index) => [name, parameters[index] ?? {}]));
  return { position, tableName, item, wantsExisting: statement.ReturnValuesOnConditionCheckFailure === "ALL_OLD" };
}

/** A writer sends the same few statements again and again, so the last ones are kept read. */
const recentlyParsed = new Map<string, InsertStatement>();
const MAX_REMEMBERED = 50;

function parsedOnce(statement: string): InsertStatement {
  const known = recentlyParsed.get(statement);
  if (known !== undefined) {
    return known;
  }
  const parsed = parseInsert(statement);
  if (recentlyParsed.size >= MAX_REMEMBERED) {
    recentlyParsed.clear();
  }
  recentlyParsed.set(statement, parsed);
  return parsed;
}

function byTable(inserts: Insert[]): Insert[][] {
  return [...Map.groupBy(inserts, (insert) => insert.tableName).values()];
}

async function insertAll(store: Store, inserts: Insert[], responses: StatementResponse[]): Promise<void> {
  const fail = (insert: Insert, code: string, message: string, existing?: Item): void => {
    const item = existing !== undefined && insert.wantsExisting ? { Item: existing } : {};
    const failure = { Code: code, Message: message, ...item };
    responses[insert.position] = { TableName: insert.tableName, Error: failure };
  };
  const table = await findTable(store, inserts[0]?.tableName ?? "", { mustBeActive: true });
  const sound = inserts.filter((insert) => {
    const fault = table === undefined ? "no table" : faultOf(insert.item, table, store);
    if (table === undefined) {
      fail(insert, "ResourceNotFound", "Requested resource not found");
    } else if (fault !== undefined) {
      fail(insert, "ValidationError", fault);
    }
    return fault === undefined;
  });
  if (table === undefined || sound.length === 0) {
    return;
  }
  const results = await writeBatch(
    store,
    table,
    sound.map(({ item }) => ({ kind: "insert", item })),
  );
  for (const [index, insert] of sound.entries()) {
    const result = results[index];
    if (result?.done === false) {
      fail(insert, "DuplicateItem", "Duplicate primary key exists in table", result.existing);
    } else {
      responses[insert.position] = { TableName: insert.tableName };
    }
  }
}

/** What DynamoDB would refuse about one item. */
function faultOf(item: Item, table: Table, store: Store): string | undefined {
  for (const value of Object.values(item)) {
    const fault = isPlainValue(value) ? undefined : validations.validateAttributeValue(value);
    if (fault) {
      return fault;
    }
  }
  if (dynalite.itemSize(item) > store.options.maxItemSize) {
    return "Item size has exceeded the maximum allowed size";
  }
  return dynalite.validateItem(item, table)?.message;
}
