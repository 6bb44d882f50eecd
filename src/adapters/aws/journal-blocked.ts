import type { BlockedGroup } from "../../core/blocked-group.js";
import { type Item, integer, readInteger, readText, text, textMembers } from "./attribute-values.js";
import { onCondition } from "./conditional.js";
import { EVENT_ID, FACT } from "./fact-keys.js";
import { queryItems } from "./item-pages.js";
import type { DynamoDbService } from "./services.js";

/** Blocked groups lie in the journal's table under a key that no event can have: event ids hold no space. */
const BLOCKED_PARTITION = "evp blocked groups";
/** A head that nobody has tried for so long is taken to be gone from the queue. */
const NOTED_FOR_SECONDS = 24 * 60 * 60;

/** Notes a blocked group under its id: one write, and a second one where another message was its head before. */
export async function noteBlockedGroup(dynamodb: DynamoDbService, table: string, group: BlockedGroup): Promise<void> {
  if (await noteAgain(dynamodb, table, group)) return;
  await dynamodb.call(`noting a blocked group in ${table}`, (sdk, client, options) =>
    client.send(
      new sdk.PutItemCommand({
        TableName: table,
        Item: { ...blockedKey(group.groupId), ...membersOf(group), since: integer(group.since) },
      }),
      options,
    ),
  );
}

/** Keeps since when, as long as nobody but this head has blocked the group. @returns false where another one has */
function noteAgain(dynamodb: DynamoDbService, table: string, group: BlockedGroup): Promise<boolean> {
  const members = Object.entries(membersOf(group));
  const assignments = members.map(([name]) => `#${name} = :${name}`);
  return onCondition(() =>
    dynamodb.call(`noting a blocked group in ${table}`, (sdk, client, options) =>
      client.send(
        new sdk.UpdateItemCommand({
          TableName: table,
          Key: blockedKey(group.groupId),
          UpdateExpression: `SET ${assignments.join(", ")}, #since = if_not_exists(#since, :since)`,
          ConditionExpression: "attribute_not_exists(#messageId) OR #messageId = :messageId",
          ExpressionAttributeNames: {
            ...Object.fromEntries(members.map(([name]) => [`#${name}`, name])),
            "#since": "since",
          },
          ExpressionAttributeValues: {
            ...Object.fromEntries(members.map(([name, value]) => [`:${name}`, value])),
            ":since": integer(group.since),
          },
        }),
        options,
      ),
    ),
  );
}

/** Every blocked group that is still noted, deleted by time to live or not. */
export async function readBlockedGroups(
  dynamodb: DynamoDbService,
  table: string,
  now: number,
): Promise<BlockedGroup[]> {
  const groups: BlockedGroup[] = [];
  const items = queryItems(dynamodb, {
    TableName: table,
    ConsistentRead: true,
    KeyConditionExpression: "#eventId = :partition",
    ExpressionAttributeNames: { "#eventId": EVENT_ID },
    ExpressionAttributeValues: { ":partition": text(BLOCKED_PARTITION) },
  });
  for await (const item of items) if (readInteger(item, "expiresAt") * 1000 > now) groups.push(toGroup(item));
  return groups;
}

function blockedKey(groupId: string): Item {
  return { [EVENT_ID]: text(BLOCKED_PARTITION), [FACT]: text(groupId) };
}

/** What each try tells anew. The try is one attribute, so that nothing stays of the one before. */
function membersOf({ messageId, clientId, eventId, type, reason, detail, lastTriedAt }: BlockedGroup): Item {
  return {
    messageId: text(messageId),
    lastTry: { M: { ...textMembers({ clientId, eventId, type, reason, detail }), at: integer(lastTriedAt) } },
    expiresAt: integer(Math.ceil(lastTriedAt / 1000) + NOTED_FOR_SECONDS),
  };
}

function toGroup(item: Item): BlockedGroup {
  const lastTry = item.lastTry?.M ?? {};
  return {
    groupId: readText(item, FACT),
    messageId: readText(item, "messageId"),
    clientId: readText(lastTry, "clientId"),
    eventId: readText(lastTry, "eventId") || undefined,
    type: readText(lastTry, "type") || undefined,
    reason: readText(lastTry, "reason"),
    detail: readText(lastTry, "detail"),
    since: readInteger(item, "since"),
    lastTriedAt: readInteger(lastTry, "at"),
  };
}
