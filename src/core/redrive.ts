import type { Rejection } from "./outcome.js";

/**
 * What the plan says of one dead letter.
 * `would-pass` · `behind-newer`: passes, but arrives behind newer events of its group · `in-dedup-window`: passes once its topic
 * would not suppress it any more · `already-published`: would be recorded as a duplicate · `still-invalid` · `too-many-redrives`
 * · `already-redriven`: only its deletion is left to do · `not-on-dlq`: gone, or held by somebody else
 */
export type RedriveVerdict =
  | "would-pass"
  | "behind-newer"
  | "in-dedup-window"
  | "already-published"
  | "still-invalid"
  | "too-many-redrives"
  | "already-redriven"
  | "not-on-dlq";

/** What the plan has to know of one dead letter. */
export interface RedriveCandidate {
  messageId: string;
  eventId: string | null;
  clientId: string | null;
  groupId: string;
  /** Ingress sequence, a decimal string; empty where nobody knows it. */
  sequence: string;
  /** ms since 1970. */
  sentAt: number;
  /** How often it was redriven before. */
  redrives: number;
  /** It was redriven or purged by an earlier run, which did not come to delete it. */
  isSettled: boolean;
  /** Its message is not on the DLQ. */
  isMissing: boolean;
  /** Why it would be rejected again. */
  refusal: Rejection | undefined;
  /** Events of its group that the queue sequenced later went ahead; undefined: nobody can tell. */
  hasNewer: boolean | undefined;
  /** The message that has published the same event meanwhile. */
  publishedBy?: string | undefined;
  /** It may be on its topic already, which would suppress a copy until then, ms since 1970. */
  suppressedUntil?: number | undefined;
}

/** What is to become of one dead letter. */
export interface PlannedRedrive {
  messageId: string;
  eventId: string | null;
  clientId: string | null;
  groupId: string;
  verdict: RedriveVerdict;
  /** Why, or what to know before it is sent. */
  detail?: string | undefined;
  action: "send" | "delete" | "skip";
}

/** An event that was redriven this often without success is going round in circles. */
export const MAX_REDRIVES = 3;

/** The verdict on each dead letter, in the order in which they are to be sent. `limit`: sends and deletions at most; what comes after is left out */
export function planRedrive(
  candidates: readonly RedriveCandidate[],
  { force, limit }: { force: boolean; limit: number },
): PlannedRedrive[] {
  const plan: PlannedRedrive[] = [];
  let actions = 0;
  for (const candidate of [...candidates].sort(byOriginalOrder)) {
    if (actions >= limit) break;
    const planned = planOne(candidate, force);
    if (planned.action !== "skip") actions += 1;
    plan.push(planned);
  }
  return plan;
}

function planOne(candidate: RedriveCandidate, force: boolean): PlannedRedrive {
  const { messageId, eventId, clientId, groupId } = candidate;
  return { messageId, eventId, clientId, groupId, ...judge(candidate, force) };
}

type Judgement = Pick<PlannedRedrive, "verdict" | "detail" | "action">;

function judge(candidate: RedriveCandidate, force: boolean): Judgement {
  const { isSettled, isMissing, refusal, redrives } = candidate;
  if (isMissing) return NOT_ON_DLQ;
  if (isSettled) {
    return {
      verdict: "already-redriven",
      detail: "an earlier run dealt with it and left it on the DLQ",
      action: "delete",
    };
  }
  const unlessForced = force ? "send" : "skip";
  if (refusal !== undefined) {
    return { verdict: "still-invalid", detail: `${refusal.reason}: ${refusal.detail}`, action: unlessForced };
  }
  if (redrives >= MAX_REDRIVES) {
    return { verdict: "too-many-redrives", detail: `redriven ${redrives} times before`, action: unlessForced };
  }
  return judgePassing(candidate);
}

function judgePassing({ publishedBy, suppressedUntil, hasNewer }: RedriveCandidate): Judgement {
  if (publishedBy !== undefined) {
    const detail = `message ${publishedBy} has published the same event: it would be recorded as a duplicate`;
    return { verdict: "already-published", detail, action: "send" };
  }
  if (suppressedUntil !== undefined) {
    const until = new Date(suppressedUntil).toISOString();
    const detail = `it may be on its topic already, and would wait until ${until}, when the topic takes it again`;
    return { verdict: "in-dedup-window", detail, action: "send" };
  }
  if (hasNewer === true) {
    return { verdict: "behind-newer", detail: "newer events of its group were accepted before it", action: "send" };
  }
  if (hasNewer === false) return { verdict: "would-pass", action: "send" };
  return {
    verdict: "would-pass",
    detail: "nobody can tell whether newer events of its group went ahead",
    action: "send",
  };
}

/** What is said of a letter whose message the DLQ does not hand out. */
export const NOT_ON_DLQ: Judgement = {
  verdict: "not-on-dlq",
  detail: "deleted by somebody else, or held by another program for the moment",
  action: "skip",
};

/**
 * The order in which the ingress queue sequenced them. What was never judged comes last, by the time it was sent, since the
 * sequence of a message that the queue itself moved belongs to the DLQ.
 */
function byOriginalOrder(one: RedriveCandidate, other: RedriveCandidate): number {
  if (one.sequence !== "" && other.sequence !== "") return compareSequences(one.sequence, other.sequence);
  if (one.sequence !== other.sequence) return one.sequence === "" ? 1 : -1;
  return one.sentAt - other.sentAt;
}

/** Of decimal strings that no double holds. */
export function compareSequences(one: string, other: string): number {
  const [first, second] = [BigInt(one), BigInt(other)];
  if (first === second) return 0;
  return first < second ? -1 : 1;
}
