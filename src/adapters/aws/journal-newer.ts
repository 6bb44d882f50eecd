import { clientHours, position } from "../../core/queue-place.js";
import { REPLAY_INDEX } from "../../core/stack-plan-journal.js";
import type { Clock } from "../../ports/clock.js";
import type { Journal } from "../../ports/journal.js";
import { type Item, readText, text } from "./attribute-values.js";
import { batchGet } from "./batch-get.js";
import { EVENT_ID, FACT } from "./fact-keys.js";
import { queryItems } from "./item-pages.js";
import type { DynamoDbService } from "./services.js";

/** Beyond this many events of the client the search costs more than its answer is worth. */
const MAX_EVENTS = 500;
/** Hours that a message can have waited: the queue's 14 days of retention, and again on the DLQ. */
const MAX_HOURS = 28 * 24;

interface NewerSource {
  dynamodb: DynamoDbService;
  clock: Clock;
  table: string;
}

/** Looks for an event of the group behind that sequence number. The index holds keys only, so that the groups are read from the facts. */
export async function hasNewer(
  source: NewerSource,
  { clientId, groupId, sequence, since }: Parameters<Journal["hasNewer"]>[0],
): Promise<boolean | undefined> {
  // On a standard queue each message is its own group.
  if (sequence === "") return false;
  const hours = clientHours(clientId, since, source.clock.now());
  if (hours.length > MAX_HOURS) return undefined;
  let looked = 0;
  for (const hour of hours) {
    const keys = await keysBehind(source, hour, position(sequence, since), MAX_EVENTS - looked + 1);
    looked += keys.length;
    if (looked > MAX_EVENTS) return undefined;
    const accepted = await batchGet(source, source.table, keys, [EVENT_ID, FACT, "groupId"]);
    if (accepted.some((item) => readText(item, "groupId") === groupId)) return true;
  }
  return false;
}

/** Keys of the facts of that hour whose place is behind `place`, `limit` at most. */
async function keysBehind(
  { dynamodb, table }: NewerSource,
  hour: string,
  place: string,
  limit: number,
): Promise<Item[]> {
  const keys: Item[] = [];
  const found = queryItems(dynamodb, {
    TableName: table,
    IndexName: REPLAY_INDEX.name,
    Limit: limit,
    KeyConditionExpression: "#hour = :hour AND #position > :position",
    ExpressionAttributeNames: { "#hour": "clientHour", "#position": "position" },
    ExpressionAttributeValues: { ":hour": text(hour), ":position": text(place) },
  });
  for await (const item of found) {
    if (keys.length === limit) break;
    keys.push({ [EVENT_ID]: text(readText(item, EVENT_ID)), [FACT]: text(readText(item, FACT)) });
  }
  return keys;
}
