import type { AcceptedFact, Fact, PublishedFact } from "../../core/facts.js";
import { compareSequences } from "../../core/redrive.js";
import type { Clock } from "../../ports/clock.js";
import type { Journal, StoredEvent } from "../../ports/journal.js";
import { retryCall } from "../retry-call.js";
import { steadyEvents } from "./steady-events.js";

/** Which of a client's events an operator means: those that match every part given. */
export interface ReplayFilter {
  clientId: string;
  /** The queue took it at or after, and before; ms since 1970. */
  since?: number | undefined;
  until: number;
  type?: string | undefined;
  /** Event ids. */
  ids?: string[] | undefined;
}

export interface SourcePorts {
  journal: Pick<Journal, "events" | "read">;
  clock: Clock;
}

/** A stored event that matches, and whether this very replay sent it before. */
export interface FoundEvent extends StoredEvent {
  wasReplayed: boolean;
}

/** Events whose facts are read at the same time. */
const READ_AT_ONCE = 16;

/**
 * The stored events that match, in the order of the queue. Events that are named by their ids are read one by one, the others
 * through the journal's index.
 * @param resumes the replay that is gone on with: each event's facts are read to see whether it sent the event
 */
export async function* findEvents(
  ports: SourcePorts,
  filter: ReplayFilter,
  resumes: string | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<FoundEvent> {
  let page: StoredEvent[] = [];
  for await (const event of matching(ports, filter, signal)) {
    if (resumes === undefined) {
      yield { ...event, wasReplayed: false };
      continue;
    }
    page.push(event);
    if (page.length < READ_AT_ONCE) continue;
    yield* markReplayed(ports, page, resumes);
    page = [];
  }
  if (resumes !== undefined && signal?.aborted !== true) yield* markReplayed(ports, page, resumes);
}

async function* matching(
  ports: SourcePorts,
  filter: ReplayFilter,
  signal: AbortSignal | undefined,
): AsyncGenerator<StoredEvent> {
  const { clientId, since = 0, until, type } = filter;
  const events =
    filter.ids === undefined
      ? steadyEvents(ports, { clientId, since, until }, signal)
      : await namedEvents(ports, filter, filter.ids);
  for await (const event of events) {
    if (signal?.aborted === true) return;
    if (type === undefined || event.accepted.envelope.type === type) yield event;
  }
}

async function namedEvents(
  ports: SourcePorts,
  { clientId, since = 0, until }: ReplayFilter,
  ids: string[],
): Promise<StoredEvent[]> {
  const found: StoredEvent[] = [];
  const now = ports.clock.now();
  for (const eventId of new Set(ids)) {
    const facts = await readFacts(ports, { eventId, clientId });
    const accepted = facts.find((fact): fact is AcceptedFact => fact.fact === "accepted");
    if (accepted === undefined || accepted.expiresAt * 1000 <= now) continue;
    if (accepted.sentAt < since || accepted.sentAt >= until) continue;
    found.push({ accepted, published: facts.find((fact): fact is PublishedFact => fact.fact === "published") });
  }
  return found.sort(byQueueOrder);
}

function byQueueOrder({ accepted: one }: StoredEvent, { accepted: other }: StoredEvent): number {
  if (one.sequence === "" || other.sequence === "") return one.sentAt - other.sentAt;
  return compareSequences(one.sequence, other.sequence);
}

async function* markReplayed(ports: SourcePorts, page: StoredEvent[], replayId: string): AsyncGenerator<FoundEvent> {
  const facts = await Promise.all(page.map(({ accepted }) => readFacts(ports, accepted)));
  for (const [index, event] of page.entries()) {
    const wasReplayed = facts[index]?.some((fact) => fact.fact === "replayed" && fact.replayId === replayId) === true;
    yield { ...event, wasReplayed };
  }
}

function readFacts({ journal, clock }: SourcePorts, { eventId, clientId }: { eventId: string; clientId: string }) {
  return retryCall<Fact[]>(clock, undefined, () => journal.read({ eventId, clientId }));
}
