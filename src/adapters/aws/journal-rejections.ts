import type { RejectedFact } from "../../core/facts.js";
import { DYNAMODB_BATCH_MAX_READS } from "../../core/limits.js";
import { REJECTION_INDEX } from "../../core/stack-plan-journal.js";
import type { Clock } from "../../ports/clock.js";
import type { Journal, RejectedEntry } from "../../ports/journal.js";
import { type Item, integer, readInteger, text } from "./attribute-values.js";
import { batchGet } from "./batch-get.js";
import { dayOf } from "./fact-items.js";
import { EVENT_ID, FACT, factKey, keyText, readFactKey } from "./fact-keys.js";
import { toFact } from "./fact-reading.js";
import { queryItemsSoon, scanItems } from "./item-pages.js";
import type { DynamoDbService } from "./services.js";

const DAY_MS = 24 * 60 * 60 * 1000;
/** Facts may outlive the journal's retention by this many days. */
const EXTRA_DAYS = 8;
/** Each rejection takes three keys: its own, and those of the facts that would settle it. */
const REJECTIONS_PER_READ = Math.floor(DYNAMODB_BATCH_MAX_READS / 3);

interface RejectionSource {
  dynamodb: DynamoDbService;
  clock: Clock;
  table: string;
  retentionDays: number;
  /** Without the index the whole table is scanned. */
  isIndexed: boolean;
}

type Period = Parameters<Journal["rejections"]>[0];

/** Rejections of a period, oldest or newest first, each with what became of it since. */
export async function* readRejections(source: RejectionSource, period: Period): AsyncGenerator<RejectedEntry> {
  let page: Item[] = [];
  for await (const key of source.isIndexed ? indexedKeys(source, period) : scannedKeys(source, period)) {
    page.push(key);
    if (page.length < REJECTIONS_PER_READ) continue;
    yield* readEntries(source, page);
    page = [];
  }
  yield* readEntries(source, page);
}

async function* indexedKeys(
  source: RejectionSource,
  { since, until, newestFirst = false }: Period,
): AsyncGenerator<Item> {
  const oldest = until - (source.retentionDays + EXTRA_DAYS) * DAY_MS;
  const days = daysOf(Math.max(since, oldest), until);
  for (const day of newestFirst ? days.reverse() : days) {
    yield* queryItemsSoon(source.dynamodb, {
      TableName: source.table,
      IndexName: REJECTION_INDEX.name,
      ScanIndexForward: !newestFirst,
      KeyConditionExpression: "#day = :day AND #at BETWEEN :since AND :until",
      ExpressionAttributeNames: { "#day": "rejectedDay", "#at": "at" },
      ExpressionAttributeValues: { ":day": text(day), ":since": integer(since), ":until": integer(until) },
    });
  }
}

/** `YYYY-MM-DD` of every day that the period touches. */
function daysOf(since: number, until: number): string[] {
  const first = Math.floor(since / DAY_MS);
  const last = Math.floor(until / DAY_MS);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => dayOf((first + index) * DAY_MS));
}

/** A scan gives no order: the keys are gathered and sorted before any fact is read. */
async function* scannedKeys(
  source: RejectionSource,
  { since, until, newestFirst = false }: Period,
): AsyncGenerator<Item> {
  const keys: Item[] = [];
  const scanned = scanItems(source.dynamodb, {
    TableName: source.table,
    ProjectionExpression: "#eventId, #fact, #at",
    FilterExpression: "contains(#fact, :rejected) AND #at BETWEEN :since AND :until",
    ExpressionAttributeNames: { "#eventId": EVENT_ID, "#fact": FACT, "#at": "at" },
    ExpressionAttributeValues: {
      ":rejected": text("#rejected#"),
      ":since": integer(since),
      ":until": integer(until),
    },
  });
  for await (const key of scanned) keys.push(key);
  keys.sort((left, right) => readInteger(left, "at") - readInteger(right, "at"));
  yield* newestFirst ? keys.reverse() : keys;
}

async function* readEntries(source: RejectionSource, found: Item[]): AsyncGenerator<RejectedEntry> {
  const addresses = found.map((item) => ({ eventId: item[EVENT_ID]?.S ?? "", ...readFactKey(item) }));
  const keysOf = addresses.map((address) => ({
    rejected: factKey(address, "rejected", address.messageId),
    redriven: factKey(address, "redriven", address.messageId),
    purged: factKey(address, "purged", address.messageId),
  }));
  const items = await batchGet(
    source,
    source.table,
    keysOf.flatMap((keys) => [keys.rejected, keys.redriven, keys.purged]),
  );
  const byKey = new Map(items.map((item) => [keyText(item), item]));
  for (const keys of keysOf) {
    const rejected = rejectedFact(byKey.get(keyText(keys.rejected)));
    if (rejected === undefined) continue;
    yield { rejected, settled: settledBy(byKey, keys) };
  }
}

/** Undefined for an entry of the index whose fact has been deleted since. */
function rejectedFact(item: Item | undefined): RejectedFact | undefined {
  const fact = item === undefined ? undefined : toFact(item);
  return fact?.fact === "rejected" ? fact : undefined;
}

function settledBy(byKey: Map<string, Item>, keys: { redriven: Item; purged: Item }): RejectedEntry["settled"] {
  if (byKey.has(keyText(keys.redriven))) return "redriven";
  return byKey.has(keyText(keys.purged)) ? "purged" : undefined;
}
