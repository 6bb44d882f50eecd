import type { ClientRecord } from "./client.js";
import type { AcceptedFact, PublishedFact } from "./facts.js";
import { decidePermission } from "./permission.js";
import { READ_UNIT_BYTES, SQS_REQUEST_BYTES } from "./price-list.js";
import { type ReplayUsage, replayDollars } from "./replay-cost.js";
import { completes } from "./retention.js";

/**
 * What a replay does with one stored event. `unpublished`: its client never got it, so that there is nothing to send again
 * · `forbidden`: its client may not have the type now · `too-large`: not with the attribute that marks a replay
 * · `replayed-before`: this very replay sent it before it was interrupted
 */
export type ReplayVerdict = "send" | "unpublished" | "forbidden" | "too-large" | "replayed-before";

/** What the verdict on one event depends on. */
export interface ReplayQuestion {
  accepted: AcceptedFact;
  published: PublishedFact | undefined;
  /** The client as the registry has it now. */
  client: ClientRecord;
  /** This replay has sent it already. */
  wasReplayed: boolean;
  /** Body and attributes, and how many the client's topic takes. */
  bytes: number;
  maxBytes: number;
}

export function judgeReplay({
  accepted,
  published,
  client,
  wasReplayed,
  bytes,
  maxBytes,
}: ReplayQuestion): ReplayVerdict {
  if (published === undefined || !completes(published, accepted)) return "unpublished";
  if (wasReplayed) return "replayed-before";
  if (!decidePermission(client.clientId, accepted.envelope.type, client).allowed) return "forbidden";
  return bytes > maxBytes ? "too-large" : "send";
}

/** One end of what would be sent. */
export interface PlannedEvent {
  eventId: string;
  /** When the queue took it, ISO 8601. */
  sentAt: string;
}

/** What a replay would send, before anything is sent: part of `evp replay --json`. */
export interface ReplayPlan {
  /** Events to send, by type. */
  byType: Record<string, number>;
  /** The period that was asked for, ISO 8601; null: from the oldest event that the journal remembers. */
  from: string | null;
  to: string;
  /** null: nothing is to be sent. */
  firstEvent: PlannedEvent | null;
  lastEvent: PlannedEvent | null;
  groups: number;
  ratePerSecond: number;
  estimatedSeconds: number;
  estimatedDollars: number;
}

/** Left out of a replay, by reason. */
export interface ReplaySkips {
  forbidden: number;
  unpublished: number;
  tooLarge: number;
  replayedBefore: number;
}

/** Messages a second that a topic takes of one group ("Amazon SNS message and topic quotas": 300 publishes of a group). */
const MAX_PER_GROUP = 300;
/** What a DynamoDB item of evp's holds beside the body, about. */
const ITEM_OVERHEAD_BYTES = 700;
/** Planning reads every event once, and sending once more. */
const PASSES = 2;

interface PlanFrame {
  /** ms since 1970. */
  since: number | undefined;
  until: number;
  ratePerSecond: number;
  to: ReplayUsage["to"];
}

/** Counts what a replay finds, event by event. */
export class ReplayCount {
  matched = 0;
  toSend = 0;
  readonly skipped: ReplaySkips = { forbidden: 0, unpublished: 0, tooLarge: 0, replayedBefore: 0 };
  readonly #byType = new Map<string, number>();
  readonly #byGroup = new Map<string, number>();
  #sentSince = Number.POSITIVE_INFINITY;
  #sentUntil = 0;
  #first: PlannedEvent | undefined;
  #last: PlannedEvent | undefined;
  #bytes = 0;
  #requests = 0;
  #readUnits = 0;

  /** Events in the order of the queue. `bytes`: of the message that would be sent */
  add(accepted: AcceptedFact, verdict: ReplayVerdict, bytes: number): void {
    this.matched += 1;
    this.#readUnits += PASSES * (Math.ceil((bytes + ITEM_OVERHEAD_BYTES) / READ_UNIT_BYTES) + 1);
    if (verdict !== "send") {
      this.skipped[SKIP_OF[verdict]] += 1;
      return;
    }
    this.toSend += 1;
    this.#bytes += bytes;
    this.#requests += Math.ceil(bytes / SQS_REQUEST_BYTES);
    increment(this.#byType, accepted.envelope.type);
    increment(this.#byGroup, accepted.groupId);
    this.#sentSince = Math.min(this.#sentSince, accepted.sentAt);
    this.#sentUntil = Math.max(this.#sentUntil, accepted.sentAt + 1);
    const event = { eventId: accepted.eventId, sentAt: new Date(accepted.sentAt).toISOString() };
    this.#first ??= event;
    this.#last = event;
  }

  /** The period in which all that is to be sent was taken by the queue, ms since 1970: most of what was asked for may be empty. */
  get span(): { since: number; until: number } {
    return { since: this.#sentSince, until: this.#sentUntil };
  }

  plan({ since, until, ratePerSecond, to }: PlanFrame): ReplayPlan {
    const usage = { to, events: this.toSend, bytes: this.#bytes, requests: this.#requests, readUnits: this.#readUnits };
    const hottest = this.#byGroup.values().reduce((most, count) => Math.max(most, count), 0);
    return {
      byType: Object.fromEntries([...this.#byType].sort(([one], [other]) => (one < other ? -1 : 1))),
      from: since === undefined ? null : new Date(since).toISOString(),
      to: new Date(until).toISOString(),
      firstEvent: this.#first ?? null,
      lastEvent: this.#last ?? null,
      groups: this.#byGroup.size,
      ratePerSecond,
      estimatedSeconds: Math.ceil(Math.max(this.toSend / ratePerSecond, hottest / MAX_PER_GROUP)),
      estimatedDollars: replayDollars(usage),
    };
  }
}

const SKIP_OF = {
  forbidden: "forbidden",
  unpublished: "unpublished",
  "too-large": "tooLarge",
  "replayed-before": "replayedBefore",
} as const;

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
