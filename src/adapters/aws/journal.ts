import type { Claim, Fact } from "../../core/facts.js";
import type { JournalSettings } from "../../core/settings.js";
import type { Clock } from "../../ports/clock.js";
import type { Journal } from "../../ports/journal.js";
import { type Item, integer, text } from "./attribute-values.js";
import { BusyHours } from "./busy-hours.js";
import { onCondition } from "./conditional.js";
import { toItem } from "./fact-items.js";
import { EVENT_ID, FACT, factPrefix } from "./fact-keys.js";
import { toFact } from "./fact-reading.js";
import { queryItems } from "./item-pages.js";
import { noteBlockedGroup, readBlockedGroups } from "./journal-blocked.js";
import { readEvents } from "./journal-events.js";
import { insertItems } from "./journal-inserts.js";
import { giveLock, takeLock } from "./journal-locks.js";
import { hasNewer } from "./journal-newer.js";
import { forgetProcessor, noteProcessor, readProcessors } from "./journal-processors.js";
import { readRejections } from "./journal-rejections.js";
import { writeItems } from "./journal-writes.js";
import type { DynamoDbService } from "./services.js";

interface JournalParts {
  dynamodb: DynamoDbService;
  clock: Clock;
  table: string;
  settings: JournalSettings;
}

/** The journal in a DynamoDB table: one item per fact. */
export function createJournal({ dynamodb, clock, table, settings }: JournalParts): Journal {
  const busyHours = new BusyHours({ dynamodb, clock, table });
  return {
    insertAccepted: (facts) =>
      insertItems(
        dynamodb,
        table,
        facts.map((fact) => toItem(fact, settings)),
      ),
    write: (facts) =>
      writeItems(
        dynamodb,
        table,
        facts.map((fact) => toItem(fact, settings)),
      ),
    read: ({ eventId, clientId }) =>
      factsOf(
        queryItems(dynamodb, {
          TableName: table,
          ConsistentRead: true,
          KeyConditionExpression: "#eventId = :eventId AND begins_with(#fact, :client)",
          ExpressionAttributeNames: { "#eventId": EVENT_ID, "#fact": FACT },
          ExpressionAttributeValues: { ":eventId": text(eventId), ":client": text(factPrefix(clientId)) },
        }),
      ),
    readEvent: (eventId) =>
      factsOf(
        queryItems(dynamodb, {
          TableName: table,
          ConsistentRead: true,
          KeyConditionExpression: "#eventId = :eventId",
          ExpressionAttributeNames: { "#eventId": EVENT_ID },
          ExpressionAttributeValues: { ":eventId": text(eventId) },
        }),
      ),
    takeOver: (fact, previous) => takeOver(dynamodb, table, toItem(fact, settings), previous),
    rejections: (period) =>
      readRejections(
        { dynamodb, clock, table, retentionDays: settings.retentionDays, isIndexed: settings.rejectionIndex },
        period,
      ),
    events: (period) =>
      readEvents(
        { dynamodb, clock, table, retentionDays: settings.retentionDays, isIndexed: settings.replayIndex, busyHours },
        period,
      ),
    hasNewer: (group) =>
      settings.replayIndex ? hasNewer({ dynamodb, clock, table }, group) : Promise.resolve(undefined),
    takeLock: (lock, now) => takeLock(dynamodb, table, lock, now),
    giveLock: (lock) => giveLock(dynamodb, table, lock),
    noteBlockedGroup: (group) => noteBlockedGroup(dynamodb, table, group),
    blockedGroups: (now) => readBlockedGroups(dynamodb, table, now),
    noteProcessor: (report) => noteProcessor(dynamodb, table, report),
    forgetProcessor: (processorId) => forgetProcessor(dynamodb, table, processorId),
    processors: (now) => readProcessors(dynamodb, table, now),
  };
}

/** Replaces the accepted fact only while the claim on it is the previous one. */
function takeOver(dynamodb: DynamoDbService, table: string, Item: Item, previous: Claim): Promise<boolean> {
  return onCondition(() =>
    dynamodb.call(`taking over an event in ${table}`, (sdk, client, options) =>
      client.send(
        new sdk.PutItemCommand({
          TableName: table,
          Item,
          ConditionExpression: "#owner = :owner AND #claimedAt = :claimedAt",
          ExpressionAttributeNames: { "#owner": "owner", "#claimedAt": "claimedAt" },
          ExpressionAttributeValues: { ":owner": text(previous.owner), ":claimedAt": integer(previous.claimedAt) },
        }),
        options,
      ),
    ),
  );
}

async function factsOf(items: AsyncIterable<Item>): Promise<Fact[]> {
  const facts: Fact[] = [];
  for await (const item of items) {
    const fact = toFact(item);
    if (fact !== undefined) facts.push(fact);
  }
  return facts;
}
