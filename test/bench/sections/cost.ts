import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { PRICE, PRICES_OF, SQS_REQUEST_BYTES, WRITE_UNIT_BYTES } from "../../../src/core/price-list.js";
import type { Bench, Section } from "../bench-context.js";
import { journalItems } from "../journal-items.js";
import { itemBytes } from "../measure/item-size.js";
import type { Figures } from "../measure/watch.js";
import { decimal } from "../report/format.js";
import { runOnStub } from "../stub/run-on-stub.js";
import { startStub } from "../stub/start-stub.js";
import { eventAt } from "../workload.js";

const BODIES = [
  { bodyBytes: 500, events: 60_000 },
  { bodyBytes: 20_000, events: 10_000 },
];
const INDEXES = [true, false];

/** What one event costs, by service. */
interface Cost {
  bodyBytes: number;
  isIndexed: boolean;
  acceptedUnits: number;
  publishedUnits: number;
  indexUnits: number;
  readUnits: number;
  sqs: number;
  sns: number;
  dynamodb: number;
}

/** What a million events cost at list prices: computed from the items' sizes and the calls that evp was seen to make. */
export async function computeCost(bench: Bench): Promise<Section> {
  const stub = await startStub();
  try {
    const costs: Cost[] = [];
    for (const { bodyBytes, events } of BODIES) {
      const row = { clients: 1, groups: 100, bodyBytes, delayMs: 0, events };
      const figures = await runOnStub(stub, bench, "evp", row);
      costs.push(...INDEXES.map((isIndexed) => costOf(bodyBytes, isIndexed, figures)));
    }
    return sectionOf(costs);
  } finally {
    stub.stop();
  }
}

function costOf(bodyBytes: number, isIndexed: boolean, { callsPerEvent }: Figures): Cost {
  const event = eventAt({ clients: 1, groups: 100, bodyBytes }, 0, 42);
  const journal = { retentionDays: 30, replayIndex: isIndexed, rejectionIndex: isIndexed };
  const { accepted, published } = journalItems(event, journal);
  // Both indexes hold keys only; a published event is in the one over accepted events.
  const units = { acceptedUnits: unitsOf(accepted), publishedUnits: unitsOf(published), indexUnits: isIndexed ? 1 : 0 };
  const received = callsPerEvent.ReceiveMessage ?? 0;
  const requests = received * chunksOf(event.body, received) + (callsPerEvent.DeleteMessageBatch ?? 0);
  // One item of the registry a client each 4 s: at any load worth counting, a small part of a unit.
  const readUnits = callsPerEvent.BatchGetItem ?? 0;
  const gigabytes = Buffer.byteLength(event.body) / 1024 ** 3;
  return {
    bodyBytes,
    isIndexed,
    ...units,
    readUnits,
    sqs: requests * PRICE.sqsRequest,
    sns: PRICE.snsPublished + PRICE.snsDelivered + gigabytes * (PRICE.snsPublishedGb + PRICE.snsDeliveredGb),
    dynamodb:
      (units.acceptedUnits + units.publishedUnits + units.indexUnits) * PRICE.dynamodbWriteUnit +
      readUnits * PRICE.dynamodbReadUnit,
  };
}

function unitsOf(item: Record<string, AttributeValue>): number {
  return Math.ceil(itemBytes(item) / WRITE_UNIT_BYTES);
}

/** A receive counts once for each 64 KB that it brings. */
function chunksOf(body: string, receivesPerEvent: number): number {
  return Math.max(1, Math.ceil(Buffer.byteLength(body) / receivesPerEvent / SQS_REQUEST_BYTES));
}

function sectionOf(costs: Cost[]): Section {
  const dollars = (perEvent: number) => decimal(perEvent * 1e6, 2);
  const rows = costs.map((cost) => [
    `${cost.bodyBytes / 1000} KB, ${cost.isIndexed ? "with" : "without"} the indexes`,
    String(cost.acceptedUnits),
    String(cost.publishedUnits),
    String(cost.indexUnits),
    decimal(cost.readUnits, 3),
    dollars(cost.dynamodb),
    dollars(cost.sqs),
    dollars(cost.sns),
    dollars(cost.dynamodb + cost.sqs + cost.sns),
  ]);
  const written = ["accepted", "published", "index"].map((name) => `WRU ${name}`);
  const columns = ["event", ...written, "RRU", "DynamoDB $/M", "SQS $/M", "SNS $/M", "all $/M"];
  return {
    title: "What a million events cost",
    notes: [
      `A computation, not a bill: the sizes of evp's items, the calls it makes with a full queue, and the list prices of us-east-1 (${PRICES_OF}). One client a topic; the producer's sends, what the client does with its queue, storage and backups come on top. WRU, RRU: DynamoDB write and read request units an event.`,
    ],
    tables: [{ columns, rows }],
    data: costs,
  };
}
