/** What a record of an event source mapping says of when it was taken from the queue. */
interface Receipt {
  receiveCount: number;
  /** When the message was first handed out, ms since 1970 by the queue's clock; NaN where it is not told. */
  firstReceivedAt: number;
}

/** How far the queue's clock and ours may be apart. */
const CLOCK_SKEW_MS = 5_000;

/**
 * Whether a message that the mapping has taken is surely ours until `until`. When it was taken is told only of the first
 * receipt; and a batch may have waited at the mapping before the function had room for it ("Creating and configuring an
 * Amazon SQS event source mapping").
 *
 * @param until - ms since 1970
 */
export function isSurelyOurs(
  { receiveCount, firstReceivedAt }: Receipt,
  { visibilitySeconds, until }: { visibilitySeconds: number; until: number },
): boolean {
  return receiveCount === 1 && firstReceivedAt + visibilitySeconds * 1000 - CLOCK_SKEW_MS >= until;
}
