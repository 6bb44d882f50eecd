import type { Lock } from "../../ports/journal.js";
import { type Item, integer, readInteger, readText, text } from "./attribute-values.js";
import { onCondition } from "./conditional.js";
import { EVENT_ID, FACT } from "./fact-keys.js";
import type { DynamoDbService } from "./services.js";

/** Locks lie in the journal's table under a key that no event can have: event ids hold no space. */
const LOCK_PARTITION = "evp locks";
/** An abandoned lock is cleared away a day after it ran out. */
const CLEAR_AFTER_SECONDS = 24 * 60 * 60;
/** A lock may be given back between the refused take and the look at its holder. */
const MAX_TAKES = 5;

/** Takes or renews a lock by a conditional put. @returns who has it, when somebody else has */
export async function takeLock(
  dynamodb: DynamoDbService,
  table: string,
  lock: Lock,
  now: number,
): Promise<Lock | undefined> {
  for (let take = 1; ; take++) {
    if (await putLock(dynamodb, table, lock, now)) return undefined;
    const holder = await readLock(dynamodb, table, lock.name);
    if (holder !== undefined) return holder;
    if (take === MAX_TAKES) return { name: lock.name, holder: "somebody else", until: now };
  }
}

function putLock(dynamodb: DynamoDbService, table: string, lock: Lock, now: number): Promise<boolean> {
  const expiresAt = Math.ceil(lock.until / 1000) + CLEAR_AFTER_SECONDS;
  const members = { holder: text(lock.holder), until: integer(lock.until), expiresAt: integer(expiresAt) };
  return onCondition(() =>
    dynamodb.call(`taking the lock ${lock.name} in ${table}`, (sdk, client, options) =>
      client.send(
        new sdk.PutItemCommand({
          TableName: table,
          Item: { ...lockKey(lock.name), ...members },
          ConditionExpression: "attribute_not_exists(#id) OR #until <= :now OR #holder = :holder",
          ExpressionAttributeNames: { "#id": EVENT_ID, "#until": "until", "#holder": "holder" },
          ExpressionAttributeValues: { ":now": integer(now), ":holder": text(lock.holder) },
        }),
        options,
      ),
    ),
  );
}

async function readLock(dynamodb: DynamoDbService, table: string, name: string): Promise<Lock | undefined> {
  const { Item } = await dynamodb.call(`reading the lock ${name} in ${table}`, (sdk, client, options) =>
    client.send(new sdk.GetItemCommand({ TableName: table, Key: lockKey(name), ConsistentRead: true }), options),
  );
  return Item === undefined ? undefined : { name, holder: readText(Item, "holder"), until: readInteger(Item, "until") };
}

/** Deletes the lock only while it is the holder's own. */
export async function giveLock(
  dynamodb: DynamoDbService,
  table: string,
  { name, holder }: Pick<Lock, "name" | "holder">,
): Promise<void> {
  await onCondition(() =>
    dynamodb.call(`giving back the lock ${name} in ${table}`, (sdk, client, options) =>
      client.send(
        new sdk.DeleteItemCommand({
          TableName: table,
          Key: lockKey(name),
          ConditionExpression: "#holder = :holder",
          ExpressionAttributeNames: { "#holder": "holder" },
          ExpressionAttributeValues: { ":holder": text(holder) },
        }),
        options,
      ),
    ),
  );
}

function lockKey(name: string): Item {
  return { [EVENT_ID]: text(LOCK_PARTITION), [FACT]: text(name) };
}
