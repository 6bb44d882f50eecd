import type { AcceptedFact, PublishedFact } from "../../core/facts.js";
import { DYNAMODB_BATCH_MAX_READS } from "../../core/limits.js";
import { REPLAY_INDEX } from "../../core/stack-plan-journal.js";
import type { Clock } from "../../ports/clock.js";
import type { Journal, StoredEvent } from "../../ports/journal.js";
import { type Item, integer, readInteger, readText, text } from "./attribute-values.js";
import { batchGet } from "./batch-get.js";
import { EVENT_ID, FACT, factKey, keyText } from "./fact-keys.js";
import { toFact } from "./fact-reading.js";
import { queryItemsSoon, scanItems } from "./item-pages.js";
import { clientHours, position } from "./replay-place.js";
import type { DynamoDbService } from "./services.js";

/** Each event takes two keys: its accepted fact's, and its published fact's. */
const EVENTS_PER_READ = Math.floor(DYNAMODB_BATCH_MAX_READS / 2);
const DAY_MS = 24 * 60 * 60 * 1000;
/** A message may have waited in the queue for so long before it was accepted ("Amazon SQS message quotas"). */
const QUEUE_DAYS = 14;

interface EventSource {
  dynamodb: DynamoDbService;
  clock: Clock;
  table: string;
  retentionDays: number;
  /** Without the index the whole table is scanned. */
  isIndexed: boolean;
}

type Period = Parameters<Journal["events"]>[0];

/** A client's accepted events of a period, in the order of the queue or in the opposite one. */
export async function* readEvents(source: EventSource, period: Period): AsyncGenerator<StoredEvent> {
  let page: Item[] = [];
  for await (const key of source.isIndexed ? indexedKeys(source, period) : scannedKeys(source, period)) {
    page.push(key);
    if (page.length < EVENTS_PER_READ) continue;
    yield* readStored(source, page, period);
    page = [];
  }
  yield* readStored(source, page, period);
}

/** Hour by hour: the index holds an hour of a client in the queue's order. */
async function* indexedKeys(source: EventSource, period: Period): AsyncGenerator<Item> {
  const { clientId, newestFirst = false } = period;
  const oldest = source.clock.now() - (source.retentionDays + QUEUE_DAYS) * DAY_MS;
  const hours = clientHours(clientId, Math.max(period.since, oldest), Math.min(period.until, source.clock.now()));
  for (const hour of newestFirst ? hours.reverse() : hours) {
    yield* queryItemsSoon(source.dynamodb, {
      TableName: source.table,
      IndexName: REPLAY_INDEX.name,
      ScanIndexForward: !newestFirst,
      KeyConditionExpression: "#hour = :hour",
      ExpressionAttributeNames: { "#hour": "clientHour" },
      ExpressionAttributeValues: { ":hour": text(hour) },
    });
  }
}

/** A scan gives no order: the keys are gathered and sorted before any event is read. */
async function* scannedKeys(
  source: EventSource,
  { clientId, since, until, newestFirst = false }: Period,
): AsyncGenerator<Item> {
  const keys: { key: Item; place: string }[] = [];
  const scanned = scanItems(source.dynamodb, {
    TableName: source.table,
    ProjectionExpression: "#eventId, #fact, #sequence, #sentAt",
    FilterExpression: "#fact = :accepted AND #sentAt BETWEEN :since AND :until",
    ExpressionAttributeNames: { "#eventId": EVENT_ID, "#fact": FACT, "#sequence": "sequence", "#sentAt": "sentAt" },
    ExpressionAttributeValues: {
      ":accepted": factKey({ eventId: "", clientId }, "accepted")[FACT] ?? text(""),
      ":since": integer(since),
      ":until": integer(until),
    },
  });
  for await (const key of scanned) {
    keys.push({ key, place: position(readText(key, "sequence"), readInteger(key, "sentAt")) });
  }
  keys.sort((one, other) => (one.place < other.place ? -1 : 1));
  for (const { key } of newestFirst ? keys.reverse() : keys) yield key;
}

async function* readStored(source: EventSource, found: Item[], period: Period): AsyncGenerator<StoredEvent> {
  const { clientId, since, until } = period;
  const keys = found.map((item) => {
    const address = { eventId: readText(item, EVENT_ID), clientId };
    return { accepted: factKey(address, "accepted"), published: factKey(address, "published") };
  });
  const items = await batchGet(
    source,
    source.table,
    keys.flatMap(({ accepted, published }) => [accepted, published]),
  );
  const byKey = new Map(items.map((item) => [keyText(item), item]));
  const now = source.clock.now();
  for (const key of keys) {
    const accepted = factOf(byKey.get(keyText(key.accepted)), "accepted");
    if (accepted === undefined || accepted.expiresAt * 1000 <= now) continue;
    if (accepted.sentAt < since || accepted.sentAt >= until) continue;
    yield { accepted, published: factOf(byKey.get(keyText(key.published)), "published") };
  }
}

/** Undefined where there is none, or where the index was ahead of what has been deleted since. */
function factOf(item: Item | undefined, kind: "accepted"): AcceptedFact | undefined;
function factOf(item: Item | undefined, kind: "published"): PublishedFact | undefined;
function factOf(item: Item | undefined, kind: string) {
  const fact = item === undefined ? undefined : toFact(item);
  return fact?.fact === kind ? fact : undefined;
}
