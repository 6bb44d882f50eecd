import type { Examine } from "../../core/examine.js";
import { NO_CLIENT, type RedrivenFact, type RejectedFact } from "../../core/facts.js";
import { type LifeEnd, lifeEnd } from "../../core/life-outcome.js";
import { remediesFor } from "../../core/remedies.js";
import type { Surroundings } from "../../core/surroundings.js";
import { explainWaiting } from "../../core/waiting.js";
import { whereabouts } from "../../core/whereabouts.js";
import { copyAddress } from "./copy-address.js";
import type { EventLife, WhyDocument } from "./event-life.js";
import { type FindPorts, type Found, findEvent, type Question, type Subject } from "./find-event.js";
import { rejectionHints } from "./hints.js";
import { type JudgePorts, judgeAgain } from "./judge-again.js";
import { type LookAroundPorts, lookAround } from "./look-around.js";
import { keptMessage, tellBlocked, tellLife, unknownLife } from "./tell-life.js";

export interface WhyPorts extends FindPorts, LookAroundPorts, JudgePorts {
  journal: FindPorts["journal"] & LookAroundPorts["journal"];
  /** Reads envelopes; it needs no schemas. */
  examineEnvelope: Examine;
}

export interface WhyOptions extends Question {
  withBody: boolean;
  target: string;
  stack: string;
  retentionDays: number;
  /** Name of a client's topic. */
  topicOf: (clientId: string) => string;
}

/** Tells all that is known of an event, for every client that has one of this id; where nothing is known, where it may be. */
export async function explainEvent(ports: WhyPorts, options: WhyOptions): Promise<WhyDocument> {
  const found = await findEvent(ports, options);
  let around: Promise<Surroundings> | undefined;
  const look = (): Promise<Surroundings> => {
    around ??= lookAround(ports, found.blocked);
    return around;
  };
  const lives = found.subjects.map((subject) => explainOne({ ports, look, options }, subject));
  const [first, ...others] = await Promise.all(lives);
  if (first !== undefined) return { ...first, foundBy: found.foundBy, others, places: [] };
  return notFound(options, found, await look());
}

function notFound(
  { id, clientId, target, stack, retentionDays }: WhyOptions,
  found: Found,
  around: Surroundings,
): WhyDocument {
  const { otherClients } = found;
  const places = whereabouts({ eventId: id, otherClients, target, stack, retentionDays }, around);
  return { ...unknownLife(id, clientId), foundBy: null, others: [], places };
}

interface Explanation {
  ports: WhyPorts;
  /** Asked only where something is not over. */
  look: () => Promise<Surroundings>;
  options: WhyOptions;
}

async function explainOne(explanation: Explanation, subject: Subject): Promise<EventLife> {
  const { ports, options } = explanation;
  const { facts, blocked, eventId } = subject;
  if (facts.length === 0 && blocked !== undefined) {
    return { ...tellBlocked(eventId, blocked), hints: remediesFor(blocked) };
  }
  const end = lifeEnd(facts, ports.clock.now());
  const life = tellLife(subject, end, options.withBody);
  if (end.outcome === "rejected") return { ...life, ...(await explainRejection(ports, subject, end)) };
  const isOpen = end.outcome === "accepted" || end.outcome === "redriven";
  return isOpen ? { ...life, ...(await explainOpen(explanation, subject, end)) } : life;
}

async function explainRejection(
  ports: WhyPorts,
  { facts }: Subject,
  { messageId }: LifeEnd,
): Promise<Partial<EventLife>> {
  const rejected = facts.find((fact): fact is RejectedFact => fact.fact === "rejected" && fact.messageId === messageId);
  if (rejected === undefined) return {};
  const judgedNow = await judgeAgain(ports, rejected);
  return { judgedNow: judgedNow ?? null, hints: rejectionHints(rejected, judgedNow) };
}

async function explainOpen(
  { ports, look, options }: Explanation,
  subject: Subject,
  end: LifeEnd,
): Promise<Partial<EventLife>> {
  const elsewhere = end.outcome === "redriven" ? copyElsewhere(ports, subject, end) : undefined;
  if (elsewhere !== undefined) return { hints: [`its copy was given another id or client: evp why ${elsewhere}`] };
  const { messageId, at } = end;
  const groupId = keptMessage(subject.facts, end)?.groupId ?? "";
  const { clientId } = subject;
  const topic = clientId === NO_CLIENT ? undefined : options.topicOf(clientId);
  const event = { groupId, messageId, at, topic };
  const { why, detail, since, hints } = explainWaiting(event, await look(), ports.clock.now());
  return { waiting: { why, detail, since: since === undefined ? null : new Date(since).toISOString() }, hints };
}

/** @returns the id by which a mended copy is known, where that is another event's */
function copyElsewhere(ports: WhyPorts, subject: Subject, { messageId }: LifeEnd): string | undefined {
  const { facts, eventId, clientId } = subject;
  const redriven = facts.find((fact): fact is RedrivenFact => fact.fact === "redriven" && fact.sentAs === messageId);
  const rejected = facts.find((fact): fact is RejectedFact => {
    return fact.fact === "rejected" && fact.messageId === redriven?.messageId;
  });
  if (redriven === undefined || rejected === undefined) return undefined;
  // A message that names no event is known by its own id: so is its copy, by another.
  if (redriven.changes === undefined && clientId !== NO_CLIENT) return undefined;
  const copy = copyAddress(rejected, redriven, ports.examineEnvelope);
  return copy.eventId === eventId && copy.clientId === clientId ? undefined : copy.eventId;
}
