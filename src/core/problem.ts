/** What can be wrong with a request to the gateway: its status and a title that is always the same (RFC 9457). */
export const PROBLEMS = {
  "malformed-request": { status: 400, title: "The request cannot be read" },
  "malformed-json": { status: 400, title: "The body is no JSON that evp takes" },
  unauthenticated: { status: 401, title: "There is no token that is believed" },
  "insufficient-scope": { status: 403, title: "The token does not allow this" },
  "producer-unknown": { status: 403, title: "The producer is not registered, or is disabled" },
  forbidden: { status: 403, title: "The producer may not send this" },
  "not-found": { status: 404, title: "There is nothing here" },
  "method-not-allowed": { status: 405, title: "This method is not answered here" },
  "request-timeout": { status: 408, title: "The request took too long to arrive" },
  "idempotency-conflict": { status: 409, title: "The idempotency key was used for something else" },
  "too-large": { status: 413, title: "The event or the request is too large" },
  "unsupported-media-type": { status: 415, title: "The body is of a type that is not taken" },
  "event-refused": { status: 422, title: "evp would reject the event" },
  "rate-limited": { status: 429, title: "Too much at once" },
  "headers-too-large": { status: 431, title: "The headers are too large" },
  failed: { status: 500, title: "The gateway failed" },
  unavailable: { status: 503, title: "The gateway cannot take events at the moment" },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

/** One thing that is wrong with an event. */
export interface ProblemError {
  /** Which event of an array, from 0. */
  item?: number | undefined;
  /** JSON Pointer in the event; empty for the whole of it. */
  pointer: string;
  detail: string;
}

/** What became of one event of an array. `valid`: nothing is wrong with it, and it was not enqueued because of others. */
export const ITEM_STATUSES = ["enqueued", "valid", "refused", "failed"] as const;

export interface ItemResult {
  item: number;
  status: (typeof ITEM_STATUSES)[number];
  /** A reason for rejection, or a problem's code. */
  reason?: string | undefined;
  detail?: string | undefined;
  /** Whether the same event may pass later with nothing changed. */
  retryable?: boolean | undefined;
  messageId?: string | undefined;
  eventId?: string | undefined;
  clientId?: string | undefined;
  type?: string | undefined;
  groupId?: string | undefined;
}

/** A problem document ("Problem Details for HTTP APIs", RFC 9457). */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ProblemCode;
  /** Whether the same request may pass later with nothing changed. */
  retryable: boolean;
  /** Of an event that evp would reject: one of its reasons. */
  reason?: string | undefined;
  errors?: ProblemError[] | undefined;
  items?: ItemResult[] | undefined;
}

const RETRYABLE = new Set<ProblemCode>(["request-timeout", "rate-limited", "failed", "unavailable"]);

export function problem(
  code: ProblemCode,
  detail: string,
  more: Pick<Problem, "reason" | "errors" | "items"> = {},
): Problem {
  const { status, title } = PROBLEMS[code];
  return { type: `urn:evp:problem:${code}`, title, status, detail, code, retryable: RETRYABLE.has(code), ...more };
}
