import type { BlockedGroup } from "../../core/blocked-group.js";
import { type Fact, NO_CLIENT } from "../../core/facts.js";
import { MAX_RETENTION_SECONDS } from "../../core/limits.js";
import type { Clock } from "../../ports/clock.js";
import type { Journal } from "../../ports/journal.js";
import { controlCall } from "../control-calls.js";
import type { WhyDocument } from "./event-life.js";
import { stillBlocked } from "./look-around.js";

export interface FindPorts {
  journal: Pick<Journal, "readEvent" | "read" | "rejections" | "blockedGroups">;
  clock: Clock;
}

export interface Question {
  /** An event id, or the message id of a message. */
  id: string;
  /** Only this client's. */
  clientId: string | undefined;
  /** Without the index a look through rejections would read the whole table. */
  isRejectionIndexed: boolean;
}

/** What is known of one client's event: facts, or that its message blocks its group, or both. */
export interface Subject {
  eventId: string;
  clientId: string;
  facts: Fact[];
  blocked: BlockedGroup | undefined;
}

export interface Found {
  subjects: Subject[];
  foundBy: WhyDocument["foundBy"];
  /** Who else has an event of this id. */
  otherClients: string[];
  /** Every group that is blocked, as far as that was asked. */
  blocked: BlockedGroup[];
}

/** Looks an event up by its id: one query, and one for the blocked groups beside it. Where that tells nothing, the id may be in a rejection that is kept under another. */
export async function findEvent(ports: FindPorts, question: Question): Promise<Found> {
  const { journal, clock } = ports;
  const { id, clientId } = question;
  const isWanted = (subject: { clientId: string }) => clientId === undefined || subject.clientId === clientId;
  const [facts, noted] = await Promise.all([
    controlCall(clock, () => journal.readEvent(id)),
    controlCall(clock, () => journal.blockedGroups(clock.now())),
  ]);
  const isAbout = (group: BlockedGroup) => group.eventId === id || group.messageId === id;
  // First what this is about, since of very many not all are looked at.
  const blocked = await stillBlocked(
    ports,
    [...noted].sort((one, other) => Number(isAbout(other)) - Number(isAbout(one))),
  );
  const all = subjectsOf(facts, blocked.filter(isAbout));
  const subjects = all.filter(isWanted);
  const otherClients = all.filter((subject) => !isWanted(subject)).map((subject) => subject.clientId);
  if (subjects.length > 0) return { subjects, foundBy: foundBy(id, subjects), otherClients, blocked };
  const rejected = question.isRejectionIndexed ? (await searchRejections(ports, id)).filter(isWanted) : [];
  if (rejected.length === 0) return { subjects: [], foundBy: null, otherClients, blocked };
  const isMessage = rejected.some((subject) => subject.eventId !== id && hasMessage(subject, id));
  return { subjects: rejected, foundBy: isMessage ? "message-id" : "body", otherClients, blocked };
}

function foundBy(id: string, [first]: Subject[]): WhyDocument["foundBy"] {
  if (first?.facts.length === 0) return "blocked-group";
  return first?.clientId === NO_CLIENT && first.eventId === id ? "message-id" : "event-id";
}

function hasMessage({ facts }: Subject, id: string): boolean {
  return facts.some((fact) => fact.fact === "rejected" && fact.messageId === id);
}

/** By client id. */
function subjectsOf(facts: readonly Fact[], blocked: readonly BlockedGroup[]): Subject[] {
  const subjects = new Map<string, Subject>();
  for (const fact of facts) {
    const { eventId, clientId } = fact;
    const subject = subjects.get(clientId) ?? { eventId, clientId, facts: [], blocked: undefined };
    subject.facts.push(fact);
    subjects.set(clientId, subject);
  }
  for (const group of blocked) {
    const { clientId, eventId = group.messageId } = group;
    const subject = subjects.get(clientId) ?? { eventId, clientId, facts: [], blocked: undefined };
    subjects.set(clientId, { ...subject, blocked: group });
  }
  return [...subjects.values()].sort((one, other) => (one.clientId < other.clientId ? -1 : 1));
}

/** Rejections looked through, the newest first … */
const MAX_LOOKED_THROUGH = 500;
/** … and for how long. */
const LOOK_MS = 400;
/** Who sends a broken event sends it again: so many are told. */
const MAX_FOUND = 10;

/** Events of which the id stands in the body of a rejection, or which the message of that id brought: both lie under another key. */
async function searchRejections(ports: FindPorts, id: string): Promise<Subject[]> {
  const { journal, clock } = ports;
  const until = clock.now();
  const end = clock.monotonic() + LOOK_MS;
  const subjects = new Map<string, Subject>();
  let looked = 0;
  for await (const { rejected } of journal.rejections({
    since: until - MAX_RETENTION_SECONDS * 1000,
    until,
    newestFirst: true,
  })) {
    const { eventId, clientId, messageId, envelope } = rejected;
    if (messageId === id || envelope.id === id) {
      const facts = await controlCall(clock, () => journal.read({ eventId, clientId }));
      subjects.set(`${clientId} ${eventId}`, { eventId, clientId, facts, blocked: undefined });
    }
    looked += 1;
    if (looked >= MAX_LOOKED_THROUGH || subjects.size >= MAX_FOUND || clock.monotonic() >= end) break;
  }
  return [...subjects.values()];
}
