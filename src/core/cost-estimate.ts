import { PRICE, READ_UNIT_BYTES, SQS_REQUEST_BYTES, WRITE_UNIT_BYTES } from "./price-list.js";

/** What an estimate of the costs goes by. */
export interface CostBasis {
  /** Calls so far, by operation. */
  apiCalls: Readonly<Record<string, number>>;
  /** Outcomes so far. */
  published: number;
  rejected: number;
  duplicates: number;
  /** Of a body, on average. */
  bodyBytes: number;
  /** Which of the journal's indexes are switched on. */
  journal: { replayIndex: boolean; rejectionIndex: boolean };
}

/** Dollars for a million events at list prices, by service. */
export interface CostEstimate {
  sqs: number;
  sns: number;
  dynamodb: number;
  total: number;
}

/** Bytes of a fact's item beside the body, where ids are as long as UUIDs and a detail names one violation. */
const ACCEPTED_BYTES = 444;
const REPLAY_PLACE_BYTES = 60;
const REJECTED_BYTES = 505;

const SQS_OPERATIONS = [
  "ReceiveMessage",
  "DeleteMessageBatch",
  "SendMessageBatch",
  "ChangeMessageVisibilityBatch",
  "GetQueueAttributes",
  "GetQueueUrl",
];

/**
 * What a million events cost, as this run went: its calls, their outcomes and the size of the bodies, at list prices. Producers' sends, what
 * clients do with their queues, storage and backups come on top. undefined: there was no event yet
 */
export function estimateCost(basis: CostBasis): CostEstimate | undefined {
  const events = basis.published + basis.rejected + basis.duplicates;
  if (events === 0) return undefined;
  const perMillion = (dollars: number) => (dollars / events) * 1e6;
  const sqs = perMillion(sqsRequests(basis, events) * PRICE.sqsRequest);
  const sns = perMillion(basis.published * snsOf(basis.bodyBytes));
  const units = writeUnits(basis) * PRICE.dynamodbWriteUnit + readUnits(basis) * PRICE.dynamodbReadUnit;
  const dynamodb = isKeptInDatabase(basis) ? 0 : perMillion(units);
  return { sqs, sns, dynamodb, total: sqs + sns + dynamodb };
}

/** Statements are counted among the calls; what a database of one's own costs is not known here. */
function isKeptInDatabase({ apiCalls }: CostBasis): boolean {
  return Object.keys(apiCalls).some((operation) => operation.startsWith("Sql"));
}

/** A request that carries bodies counts once for each 64 KB. */
function sqsRequests({ apiCalls, bodyBytes, rejected }: CostBasis, events: number): number {
  const requests = (operation: string) => {
    const calls = apiCalls[operation] ?? 0;
    if (operation === "ReceiveMessage") return Math.max(calls, chunked(calls, events * bodyBytes));
    if (operation === "SendMessageBatch") return Math.max(calls, chunked(calls, rejected * bodyBytes));
    return calls;
  };
  return SQS_OPERATIONS.reduce((sum, operation) => sum + requests(operation), 0);
}

function chunked(calls: number, bytes: number): number {
  return calls === 0 ? 0 : calls * Math.ceil(bytes / calls / SQS_REQUEST_BYTES);
}

/** One event published to a topic with one subscription. */
function snsOf(bodyBytes: number): number {
  const gigabytes = bodyBytes / 1024 ** 3;
  return PRICE.snsPublished + PRICE.snsDelivered + gigabytes * (PRICE.snsPublishedGb + PRICE.snsDeliveredGb);
}

/** Both indexes hold keys only: a unit for each item that is in one. An insert that finds the event there already is paid for too. */
function writeUnits({ apiCalls, published, rejected, duplicates, bodyBytes, journal }: CostBasis): number {
  const accepted = unitsOf(
    bodyBytes + ACCEPTED_BYTES + (journal.replayIndex ? REPLAY_PLACE_BYTES : 0),
    WRITE_UNIT_BYTES,
  );
  const rejection = unitsOf(bodyBytes + REJECTED_BYTES, WRITE_UNIT_BYTES) + (journal.rejectionIndex ? 1 : 0);
  const publication = accepted + (journal.replayIndex ? 1 : 0) + 1;
  return published * publication + rejected * rejection + duplicates * (accepted + 1) + (apiCalls.PutItem ?? 0);
}

/** A query asks for all facts of one event; the other reads are of small items, one a call. */
function readUnits({ apiCalls, bodyBytes }: CostBasis): number {
  const queries = (apiCalls.Query ?? 0) * unitsOf(bodyBytes + ACCEPTED_BYTES, READ_UNIT_BYTES);
  return queries + (apiCalls.BatchGetItem ?? 0) + (apiCalls.GetItem ?? 0);
}

function unitsOf(bytes: number, unitBytes: number): number {
  return Math.ceil(bytes / unitBytes);
}
