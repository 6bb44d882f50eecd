/** How a processor says it is, every few seconds, to whoever looks from elsewhere. Times are milliseconds since 1970. */
export interface ProcessorReport {
  /** Unique to this run. */
  processorId: string;
  host: string;
  pid: number;
  /** Of evp. */
  version: string;
  /** Processes that share the work. */
  workers: number;
  startedAt: number;
  /** When this was said. */
  at: number;
  totals: { received: number; published: number; rejected: number; duplicates: number };
  /** Outcomes a second, over the last seconds. */
  eventsPerSecond: number;
  /** From the queue's sent time to the publish, over the last events; undefined while there were none. */
  latencyMs?: { p50: number; p99: number } | undefined;
  held: { messages: number; bytes: number };
  apiCallsPerEvent: number;
  /** When the oldest message was sent that waits here for its outcome or, where none does, that came in the last seconds; undefined when none came. */
  oldestSentAt?: number | undefined;
  /** Dependencies whose breaker is open. */
  down: { dependency: string; since: number; why: string }[];
  /** Groups that were given back and have not moved since, those that have waited longest first; 100 at most. Groups that wait for an operator are not among them. */
  stalled: StalledGroup[];
  /** How many there are in all. */
  stalledGroups: number;
}

/** A group whose head gets no outcome for the time being. What the head is, is known once it has been judged. */
export interface StalledGroup {
  groupId: string;
  messageId?: string | undefined;
  eventId?: string | undefined;
  clientId?: string | undefined;
  type?: string | undefined;
  /** Since when, and when it was given back last. */
  since: number;
  lastTriedAt: number;
  why: string;
  /** Messages that were given back with it; more may wait in the queue. */
  messages: number;
}
