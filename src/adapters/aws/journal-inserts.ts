import type { BatchStatementResponse } from "@aws-sdk/client-dynamodb";
import type { EntryResult } from "../../ports/call.js";
import { itemByItem } from "../item-by-item.js";
import type { Item } from "./attribute-values.js";
import { entryFault, NO_ANSWER } from "./errors.js";
import type { DynamoDbService } from "./services.js";

type Inserted = EntryResult<{ inserted: boolean }>;

/**
 * Inserts items whose keys are free. PartiQL's INSERT, unlike a put, never overwrites ("PartiQL insert statements for
 * DynamoDB"), and unlike a conditional put it comes in batches of 25 ("BatchExecuteStatement").
 */
export function insertItems(dynamodb: DynamoDbService, table: string, items: Item[]): Promise<Inserted[]> {
  if (items.length === 0) return Promise.resolve([]);
  const statementFor = insertStatements(table);
  return itemByItem(items, async (batch) => {
    const Statements = batch.map((item) => ({ Statement: statementFor(item), Parameters: Object.values(item) }));
    const answer = await dynamodb.call(`inserting into ${table}`, (sdk, client, options) =>
      client.send(new sdk.BatchExecuteStatementCommand({ Statements }), options),
    );
    return batch.map((_, index) => insertResult(answer.Responses?.[index]));
  });
}

/** Items of one batch nearly always have the same attributes: the statement is written once for those. */
function insertStatements(table: string): (item: Item) => string {
  let known = { names: "", statement: "" };
  return (item) => {
    const names = Object.keys(item);
    const all = names.join();
    if (all !== known.names) known = { names: all, statement: insertStatement(table, names) };
    return known.statement;
  };
}

/** Attribute names are evp's own, so none needs quoting beyond this. */
function insertStatement(table: string, names: string[]): string {
  return `INSERT INTO "${table}" VALUE {${names.map((name) => `'${name}':?`).join(", ")}}`;
}

/** Answers stand in the order of the statements ("BatchStatementError" lists the codes). */
function insertResult(response: BatchStatementResponse | undefined): Inserted {
  if (response === undefined) {
    return { ok: false, fault: entryFault(NO_ANSWER, "the answer does not mention this statement", false) };
  }
  if (response.Error === undefined) return { ok: true, inserted: true };
  const { Code = "UnknownError", Message = Code } = response.Error;
  if (Code === "DuplicateItem") return { ok: true, inserted: false };
  return { ok: false, fault: entryFault(Code, Message, Code === "ValidationError") };
}
