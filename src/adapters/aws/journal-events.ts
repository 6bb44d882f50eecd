import { chunksOf } from "../../core/chunks.js";
import type { AcceptedFact, PublishedFact } from "../../core/facts.js";
import { DYNAMODB_BATCH_MAX_READS } from "../../core/limits.js";
import { clientHours, position } from "../../core/queue-place.js";
import { REPLAY_INDEX } from "../../core/stack-plan-journal.js";
import type { Clock } from "../../ports/clock.js";
import type { Journal, StoredEvent } from "../../ports/journal.js";
import { type Item, integer, readInteger, readText, text } from "./attribute-values.js";
import { batchGet } from "./batch-get.js";
import type { BusyHours } from "./busy-hours.js";
import { EVENT_ID, FACT, factKey, keyText } from "./fact-keys.js";
import { toFact } from "./fact-reading.js";
import { queryItemsSoon, scanItems } from "./item-pages.js";
import type { DynamoDbService } from "./services.js";

/** Each event takes two keys: its accepted fact's, and its published fact's. */
const EVENTS_PER_READ = Math.floor(DYNAMODB_BATCH_MAX_READS / 2);
const DAY_MS = 24 * 60 * 60 * 1000;
/** A message may have waited in the queue for so long before it was accepted ("Amazon SQS message quotas"). */
const QUEUE_DAYS = 14;

/** Reads of events that are under way beside the one that is waited for. */
const READS_AHEAD = 2;
/** Hours that are asked about at the same time: most of a long period is empty. */
const HOURS_AT_ONCE = 16;

interface EventSource {
  dynamodb: DynamoDbService;
  clock: Clock;
  table: string;
  retentionDays: number;
  /** Without the index the whole table is scanned. */
  isIndexed: boolean;
  busyHours: BusyHours;
}

type Period = Parameters<Journal["events"]>[0];

/** A client's accepted events of a period, in the order of the queue or in the opposite one. */
export async function* readEvents(source: EventSource, period: Period): AsyncGenerator<StoredEvent> {
  const keys = source.isIndexed ? indexedKeys(source, period) : scannedKeys(source, period);
  const underWay: Promise<StoredEvent[]>[] = [];
  // The first page is wanted at once; whoever reads on gets ahead.
  let ahead = 0;
  for await (const page of pagesOf(keys, EVENTS_PER_READ)) {
    const reading = readStored(source, page, period);
    // It is told when its turn comes, if anybody still wants it.
    reading.catch(() => undefined);
    underWay.push(reading);
    if (underWay.length <= ahead) continue;
    yield* (await underWay.shift()) ?? [];
    ahead = Math.min(ahead + 1, READS_AHEAD);
  }
  for (const reading of underWay) yield* await reading;
}

async function* pagesOf(keys: AsyncIterable<Item>, length: number): AsyncGenerator<Item[]> {
  let page: Item[] = [];
  for await (const key of keys) {
    page.push(key);
    if (page.length < length) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

/** Hour by hour: the index holds an hour of a client in the queue's order. */
async function* indexedKeys(source: EventSource, period: Period): AsyncGenerator<Item> {
  const { clientId, newestFirst = false, mayMissLatest = false } = period;
  const oldest = source.clock.now() - (source.retentionDays + QUEUE_DAYS) * DAY_MS;
  const hours = clientHours(clientId, Math.max(period.since, oldest), Math.min(period.until, source.clock.now()));
  const asked = mayMissLatest ? await source.busyHours.among(hours) : hours;
  for (const some of chunksOf(newestFirst ? asked.reverse() : asked, HOURS_AT_ONCE)) {
    const opened = await Promise.all(
      some.map(async (hour) => {
        const keys = keysOfHour(source, hour, newestFirst);
        return { keys, first: await keys.next() };
      }),
    );
    for (const { keys, first } of opened) {
      if (first.done === true) {
        source.busyHours.noteEmpty();
        continue;
      }
      yield first.value;
      yield* keys;
    }
  }
}

function keysOfHour({ dynamodb, table }: EventSource, hour: string, newestFirst: boolean): AsyncGenerator<Item> {
  return queryItemsSoon(dynamodb, {
    TableName: table,
    IndexName: REPLAY_INDEX.name,
    ScanIndexForward: !newestFirst,
    KeyConditionExpression: "#hour = :hour",
    ExpressionAttributeNames: { "#hour": "clientHour" },
    ExpressionAttributeValues: { ":hour": text(hour) },
  });
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

/** What a stored event is made of, but for its body. */
const ALL_BUT_BODY = [
  ...[EVENT_ID, FACT, "at", "expiresAt", "owner", "claimedAt", "envelope", "contentHash", "groupId", "sequence"],
  ...["sentAt", "receivedAt", "traceparent", "topicArn", "snsMessageId"],
];

async function readStored(source: EventSource, found: Item[], period: Period): Promise<StoredEvent[]> {
  const { clientId, since, until, withoutBodies = false } = period;
  const keys = found.map((item) => {
    const address = { eventId: readText(item, EVENT_ID), clientId };
    return { accepted: factKey(address, "accepted"), published: factKey(address, "published") };
  });
  const items = await batchGet(
    source,
    source.table,
    keys.flatMap(({ accepted, published }) => [accepted, published]),
    withoutBodies ? ALL_BUT_BODY : [],
  );
  const byKey = new Map(items.map((item) => [keyText(item), item]));
  const now = source.clock.now();
  return keys.flatMap((key): StoredEvent[] => {
    const accepted = factOf(byKey.get(keyText(key.accepted)), "accepted");
    if (accepted === undefined || accepted.expiresAt * 1000 <= now) return [];
    if (accepted.sentAt < since || accepted.sentAt >= until) return [];
    return [{ accepted, published: factOf(byKey.get(keyText(key.published)), "published") }];
  });
}

/** Undefined where there is none, or where the index was ahead of what has been deleted since. */
function factOf(item: Item | undefined, kind: "accepted"): AcceptedFact | undefined;
function factOf(item: Item | undefined, kind: "published"): PublishedFact | undefined;
function factOf(item: Item | undefined, kind: string) {
  const fact = item === undefined ? undefined : toFact(item);
  return fact?.fact === kind ? fact : undefined;
}
