import type { Event } from "../../../../src/core/event.js";
import type { AcceptedFact, PublishedFact } from "../../../../src/core/facts.js";
import { acceptedFact } from "../../../../src/core/make-facts.js";
import { publishedExpiry } from "../../../../src/core/retention.js";
import type { Clock } from "../../../../src/ports/clock.js";
import type { StoredEvent } from "../../../../src/ports/journal.js";
import { createMemoryJournal, type MemoryJournal } from "../../../doubles/memory-journal.js";
import { eventFields } from "../../../factories/events.js";

export const TOPIC = "arn:aws:sns:us-east-1:000000000000:client-1.fifo";
const HOUR_MS = 60 * 60 * 1000;

/** What a test says of a stored event. */
export interface Stored {
  id: string;
  /** Place on the ingress queue; the events of a test that do not say follow each other. */
  sequence?: number;
  group?: string;
  type?: string;
  clientId?: string;
  body?: string;
  /** Of its message on the ingress queue. */
  attributes?: Record<string, string>;
  sentAt?: number;
  claimedAt?: number;
  /** false: accepted and never published; else the place on its topic, which is that on the queue unless it is said. */
  published?: false | (Partial<Pick<PublishedFact, "owner" | "topicArn" | "expiresAt">> & { sequence?: number });
}

/** A journal in memory in which tests put events that were accepted, and published unless they say otherwise. */
export interface StoredEvents {
  journal: MemoryJournal;
  store(...events: (Stored | string)[]): AcceptedFact[];
}

export function createStoredEvents(clock: Clock): StoredEvents {
  const journal: MemoryJournal = Object.assign(createMemoryJournal(), {
    async *events({ clientId, since, until, newestFirst = false }: Parameters<MemoryJournal["events"]>[0]) {
      const found = storedEvents(journal).filter(({ accepted }) => {
        const { sentAt } = accepted;
        return accepted.clientId === clientId && sentAt >= since && sentAt < until;
      });
      yield* newestFirst ? found.reverse() : found;
    },
  });
  let next = 1;
  return {
    journal,
    store: (...events) =>
      events.map((event) => {
        const stored: Stored = typeof event === "string" ? { id: event } : event;
        const sequence = stored.sequence ?? next;
        next = Math.max(next, sequence) + 1;
        return put(journal, { sequence, sentAt: clock.now() - HOUR_MS + sequence, ...stored });
      }),
  };
}

type Placed = Stored & { sequence: number; sentAt: number };

function put(journal: MemoryJournal, stored: Placed): AcceptedFact {
  const { id, group = "client-1#k", type = "transaction", clientId = "client-1", sentAt, published = {} } = stored;
  const fields = eventFields({ id, type, clientId });
  const { body = JSON.stringify(fields), claimedAt = sentAt } = stored;
  const { attributes = {} } = stored;
  const place = { groupId: group, sequence: digits(stored.sequence), sentAt, attributes };
  const message = { messageId: `m-${id}`, body, ...place };
  const times = { receivedAt: sentAt + 20, now: claimedAt, retentionDays: 30 };
  const accepted = acceptedFact(fields as unknown as Event, "hash", message, times);
  journal.facts.push(accepted);
  if (published === false) return accepted;
  const { owner = accepted.owner, topicArn = TOPIC, sequence = stored.sequence } = published;
  const { expiresAt = publishedExpiry(accepted) } = published;
  const address = { fact: "published" as const, eventId: id, clientId };
  const answer = { snsMessageId: `s-${id}`, sequence: digits(sequence), at: sentAt + 50 };
  journal.facts.push({ ...address, owner, topicArn, ...answer, expiresAt });
  return accepted;
}

/** In the order of the queue. */
function storedEvents({ facts }: MemoryJournal): StoredEvent[] {
  const accepted = facts.filter((fact): fact is AcceptedFact => fact.fact === "accepted");
  accepted.sort((one, other) => (one.sequence < other.sequence ? -1 : 1));
  return accepted.map((fact) => {
    const isOurs = ({ eventId, clientId }: { eventId: string; clientId: string }) =>
      eventId === fact.eventId && clientId === fact.clientId;
    const published = facts.find((other): other is PublishedFact => other.fact === "published" && isOurs(other));
    return { accepted: fact, published };
  });
}

function digits(sequence: number): string {
  return String(sequence).padStart(20, "0");
}
