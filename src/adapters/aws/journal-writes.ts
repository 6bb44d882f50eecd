import type { EntryResult } from "../../ports/call.js";
import { itemByItem } from "../item-by-item.js";
import type { Item } from "./attribute-values.js";
import { entryFault } from "./errors.js";
import { keyText } from "./fact-keys.js";
import type { DynamoDbService } from "./services.js";

/** Puts items of distinct keys in one call; what DynamoDB leaves unprocessed has failed ("BatchWriteItem"). */
export function writeItems(dynamodb: DynamoDbService, table: string, items: Item[]): Promise<EntryResult[]> {
  if (items.length === 0) return Promise.resolve([]);
  return itemByItem(items, async (batch) => {
    const requests = batch.map((Item) => ({ PutRequest: { Item } }));
    const answer = await dynamodb.call(`writing to ${table}`, (sdk, client, options) =>
      client.send(new sdk.BatchWriteItemCommand({ RequestItems: { [table]: requests } }), options),
    );
    const left = answer.UnprocessedItems?.[table] ?? [];
    if (left.length === 0) return batch.map((): EntryResult => ({ ok: true }));
    const unprocessed = new Set(left.map((request) => keyText(request.PutRequest?.Item ?? {})));
    return batch.map((item): EntryResult => {
      if (!unprocessed.has(keyText(item))) return { ok: true };
      return { ok: false, fault: entryFault("UnprocessedItem", "DynamoDB left the item unprocessed", false) };
    });
  });
}
