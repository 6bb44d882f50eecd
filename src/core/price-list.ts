/** When somebody last looked at the price list. */
export const PRICES_OF = "November 2026";

/** List prices of us-east-1 in dollars ("Amazon SQS pricing", "Amazon SNS pricing", "Amazon DynamoDB pricing", on demand). */
export const PRICE = {
  /** FIFO; each 64 KB of a request count as one. */
  sqsRequest: 0.5 / 1e6,
  /** FIFO topics: messages, not calls. */
  snsPublished: 0.3 / 1e6,
  snsPublishedGb: 0.017,
  snsDelivered: 0.01 / 1e6,
  snsDeliveredGb: 0.001,
  /** 1 KB. */
  dynamodbWriteUnit: 0.625 / 1e6,
  /** 4 KB, strongly consistent. */
  dynamodbReadUnit: 0.125 / 1e6,
} as const;

export const SQS_REQUEST_BYTES = 64 * 1024;
export const WRITE_UNIT_BYTES = 1024;
export const READ_UNIT_BYTES = 4 * 1024;
