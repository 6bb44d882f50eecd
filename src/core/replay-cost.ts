import { PRICE } from "./price-list.js";

/** What a replay asks of AWS. */
export interface ReplayUsage {
  to: "topic" | "queue";
  events: number;
  /** Bodies and attributes of all of them. */
  bytes: number;
  /** Requests of 64 KB that sending one by one to a queue would take. */
  requests: number;
  /** Read units of DynamoDB, of 4 KB strongly consistent. */
  readUnits: number;
}

/**
 * What a replay costs at the list prices of us-east-1, at most: each event published and delivered to one queue, or sent to one queue in a request of
 * its own; read twice; and its replayed fact, of less than 1 KB, written once. @returns dollars
 */
export function replayDollars({ to, events, bytes, requests, readUnits }: ReplayUsage): number {
  const gigabytes = bytes / 1024 ** 3;
  const published =
    events * (PRICE.snsPublished + PRICE.snsDelivered) + gigabytes * (PRICE.snsPublishedGb + PRICE.snsDeliveredGb);
  const sent = to === "topic" ? published : requests * PRICE.sqsRequest;
  return sent + events * PRICE.dynamodbWriteUnit + readUnits * PRICE.dynamodbReadUnit;
}
