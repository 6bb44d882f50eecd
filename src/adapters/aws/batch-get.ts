import { DYNAMODB_BATCH_MAX_READS } from "../../core/limits.js";
import { CallError } from "../../ports/call.js";
import type { Clock } from "../../ports/clock.js";
import type { Item } from "./attribute-values.js";
import type { DynamoDbService } from "./services.js";

/** Calls in a row that may bring nothing before the read is given up. */
const MAX_FRUITLESS_CALLS = 6;
const BASE_DELAY_MS = 50;

/**
 * Reads items by their distinct keys, strongly consistent, 100 a call. Keys that DynamoDB leaves unprocessed ("BatchGetItem":
 * beyond 16 MB, or throttled) are asked again, with backoff and full jitter while none comes: a missing item must mean
 * that there is none.
 *
 * @param attributes - the attributes to read; all of them when none is named
 */
export async function batchGet(
  { dynamodb, clock }: { dynamodb: DynamoDbService; clock: Clock },
  table: string,
  keys: Item[],
  attributes: string[] = [],
): Promise<Item[]> {
  const projection = projectionOf(attributes);
  const items: Item[] = [];
  let open = keys;
  let fruitless = 0;
  while (open.length > 0) {
    const asked = open.slice(0, DYNAMODB_BATCH_MAX_READS);
    const answer = await dynamodb.call(`reading ${asked.length} items of ${table}`, (sdk, client, options) =>
      client.send(
        new sdk.BatchGetItemCommand({
          RequestItems: { [table]: { Keys: asked, ConsistentRead: true, ...projection } },
        }),
        options,
      ),
    );
    items.push(...(answer.Responses?.[table] ?? []));
    const left = answer.UnprocessedKeys?.[table]?.Keys ?? [];
    open = [...left, ...open.slice(asked.length)];
    fruitless = left.length < asked.length ? 0 : fruitless + 1;
    if (fruitless >= MAX_FRUITLESS_CALLS) throw unprocessed(table, left.length);
    if (fruitless > 0) await clock.sleep(clock.random() * BASE_DELAY_MS * 2 ** fruitless);
  }
  return items;
}

function projectionOf(attributes: string[]) {
  if (attributes.length === 0) return {};
  return {
    ProjectionExpression: attributes.map((_, index) => `#a${index}`).join(", "),
    ExpressionAttributeNames: Object.fromEntries(attributes.map((name, index) => [`#a${index}`, name])),
  };
}

function unprocessed(table: string, count: number): CallError {
  const message = `${count} keys were left unprocessed ${MAX_FRUITLESS_CALLS} times in a row`;
  const fault = { code: "UnprocessedKeys", message, isSenderFault: false };
  return new CallError(`reading ${table}: ${message}`, fault, "throttled");
}
