/** What became of a message in the end (README, "How the promises are kept"). */
export const OUTCOMES = ["published", "rejected", "duplicate"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Why evp rejects a message: a closed set; everything else is transient and is tried again. */
export const REASONS = [
  "malformed-json",
  "envelope-invalid",
  "too-large",
  "client-unknown",
  "client-inactive",
  "type-forbidden",
  "schema-unknown",
  "schema-violation",
  "id-conflict",
  "delivery-refused",
] as const;
export type Reason = (typeof REASONS)[number];

/** A final refusal, with the text an operator reads (every violation with its JSON Pointer, at most 4 KiB). */
export interface Rejection {
  reason: Reason;
  detail: string;
  /** An earlier attempt may have published the event all the same. */
  isDoubtful?: true | undefined;
}

/** How dead letters are shown that the queue's own redrive policy moved, without evp ever judging them. */
export const MOVED_BY_QUEUE = "moved-by-queue";
