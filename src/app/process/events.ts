import type { Reason } from "../../core/outcome.js";
import type { Fault } from "../../ports/call.js";
import type { Dependency } from "./breakers.js";

/** What a log line or a view needs to know of one message. Everything but ids may be missing where the message is no event. */
export interface MessageFacts {
  messageId: string;
  groupId: string;
  /** The trace id of the producer's `traceparent`, or the message id. */
  correlationId: string;
  eventId: string | undefined;
  clientId: string | undefined;
  type: string | undefined;
}

/** The head of a group that waits for an operator. */
export interface BlockedFacts extends MessageFacts {
  clientId: string;
  reason: Reason;
  detail: string;
}

/** What a batch call does for its entries. */
export type BatchOperation = "insert accepted" | "publish" | "record" | "send dead letters" | "delete messages";

/** How a running processor stands at this moment. */
export interface ProcessorVitals {
  /** Everything it has in hand; bytes of bodies. */
  held: { messages: number; bytes: number };
  /** Groups of which messages wait for their turn. */
  groups: number;
  /** Calls of this run so far, by operation. */
  apiCalls: Record<string, number>;
}

/** Everything a running processor tells, `noun:verb`, with one payload each. Telling never changes the work: listeners are called after the state is right. */
export interface ProcessEvents {
  /** One receive call came back. `limit`: how many it asked for; `bytes` of bodies; `oldestSentAt`: when the oldest of them was sent, ms since 1970. */
  "messages:received": { count: number; limit: number; bytes: number; oldestSentAt: number | undefined };
  /** One batch call with `entries` of at most `limit` entries was answered, or has failed. */
  "batch:answered": { operation: BatchOperation; entries: number; limit: number; durationMs: number };
  /** How a processor stands, once a second. `worker` tells those of several from each other. */
  "processor:sampled": ProcessorVitals & { worker: number };
  /** An event is on its client's topic and recorded. `latencyMs`: from the queue's sent time to the acknowledged publish. */
  "event:published": MessageFacts & { latencyMs: number };
  "event:rejected": MessageFacts & { reason: Reason; detail: string };
  "event:duplicate": MessageFacts;
  /** A group waits for an operator: its head would be rejected, and its client's policy is to block. Told at each try. */
  "group:blocked": BlockedFacts;
  /** It does so no more, as far as this processor knows: its head has got its outcome, the queue is empty, or another processor has it. */
  "group:unblocked": { groupId: string };
  /** A message was given back to the queue, with every later held one of its group: `messages` in all. */
  "group:released": MessageFacts & { messages: number; delaySeconds: number; why: string };
  /** A call, or an entry of one, failed and is tried again or given up for now. */
  "call:failed": { operation: string; fault: Fault; attempt: number };
  /** A dependency failed so often that it counts as down: what needs it waits, and one message at a time probes it. */
  "breaker:opened": { dependency: Dependency; fault: Fault };
  /** It works again. */
  "breaker:closed": { dependency: Dependency; openMs: number };
  "lease:lost": { messageId: string; groupId: string };
  /** A batch that an event source mapping has handed in is answered. `failed`: messages that are to come again. */
  "batch:finished": BatchSummary;
  /** The first signal arrived, or the queue is drained. */
  "processor:stopping": { why: "signal" | "drained"; held: number };
  "processor:stopped": { summary: ProcessSummary };
}

export type ProcessListener = <Name extends keyof ProcessEvents>(name: Name, payload: ProcessEvents[Name]) => void;

/** What one batch of a function has come to. */
export interface BatchSummary {
  messages: number;
  published: number;
  rejected: number;
  duplicates: number;
  failed: number;
  durationMs: number;
  apiCalls: number;
}

/** What a processor has done. */
export interface ProcessTotals {
  received: number;
  published: number;
  rejected: number;
  duplicates: number;
  /** The whole run. */
  durationMs: number;
  /** From the first receipt to the last outcome, so that waiting for an empty queue does not count. */
  eventsPerSecond: number;
  apiCalls: number;
  apiCallsPerEvent: number;
}

/** A group that still waited for an operator when its processor ended. */
export type LeftBlocked = Pick<BlockedFacts, "groupId" | "clientId" | "reason">;

/** The document of `evp process --drain --json`. */
export interface ProcessSummary extends ProcessTotals {
  /** How many groups were left blocked. */
  blocked: number;
  blockedGroups: LeftBlocked[];
}
