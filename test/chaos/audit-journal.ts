import { hash } from "node:crypto";
import { nameOf, type SentMessage } from "./sent-message.js";
import type { StoredFact } from "./stack-contents.js";

/** What became of a message, by the journal. */
export interface Outcome {
  kind: "published" | "rejected" | "duplicate";
  /** Why it was rejected. */
  reason?: string;
}

/** Takes down something that must not be. */
export type Note = (finding: string) => void;

/** Ids of the messages that have an outcome. */
export function settledMessages(facts: readonly StoredFact[]): Set<string> {
  return new Set(facts.filter(isEnd).map(ownMessage));
}

/** The message whose outcome a fact is. */
function ownMessage({ fact, messageId, members }: StoredFact): string {
  return fact === "published" ? (members.owner ?? "") : messageId;
}

/** Checks the journal. @returns each message's outcome, by message id; a message without exactly one has none */
export function auditJournal(messages: readonly SentMessage[], facts: readonly StoredFact[], note: Note) {
  const outcomes = new Map<string, Outcome>();
  const unsettled: SentMessage[] = [];
  const byMessage = Map.groupBy(facts, ownMessage);
  for (const message of messages) {
    const ends = (byMessage.get(message.messageId) ?? []).filter(isEnd);
    const [end] = ends;
    if (end === undefined) unsettled.push(message);
    else if (ends.length > 1) note(`${nameOf(message)} has outcomes: ${ends.map(({ fact }) => fact).join(", ")}`);
    else {
      outcomes.set(message.messageId, outcomeOf(end));
      checkFact(message, end, note);
    }
  }
  noteUnsettled(unsettled, note);
  checkAccepted(messages, facts, outcomes, note);
  checkExpected(messages, outcomes, note);
  return outcomes;
}

/** What waits behind a message waits for the same reason. */
function noteUnsettled(unsettled: readonly SentMessage[], note: Note): void {
  for (const [groupId, messages] of Map.groupBy(unsettled, (message) => message.groupId)) {
    const [first] = messages.toSorted((one, other) => (one.sequence < other.sequence ? -1 : 1));
    if (first !== undefined)
      note(`${messages.length} messages of the group ${groupId} have no outcome, first ${nameOf(first)}`);
  }
}

function isEnd({ fact }: StoredFact): boolean {
  return fact === "published" || fact === "rejected" || fact === "duplicate";
}

function outcomeOf({ fact, members }: StoredFact): Outcome {
  if (fact === "rejected") return { kind: fact, reason: members.reason ?? "" };
  return { kind: fact === "published" ? fact : "duplicate" };
}

/** A fact lies under the event and client that its message names; one that can be read as none, under its message id. */
function checkFact(message: SentMessage, { fact, eventId, clientId, members }: StoredFact, note: Note): void {
  const isNameless = message.reason === "malformed-json";
  const expected = isNameless ? [message.messageId, "~"] : [message.eventId, message.clientId];
  if (eventId !== expected[0] || clientId !== expected[1])
    note(`${fact} of ${nameOf(message)} lies under ${eventId} of ${clientId}`);
  if (fact !== "rejected") return;
  if (members.body !== message.body) note(`the journal has another body of the rejected ${nameOf(message)}`);
  if (members.bodySha256 !== undefined && !isHashOf(members.bodySha256, message.body))
    note(`the journal has another hash of the rejected ${nameOf(message)}`);
}

function isHashOf(digest: string, text: string): boolean {
  return (["base64url", "hex", "base64"] as const).some((encoding) => hash("sha256", text, encoding) === digest);
}

/** An accepted fact holds the body of the message that owns it; the owner published it, unless it was refused meanwhile. */
function checkAccepted(
  messages: readonly SentMessage[],
  facts: readonly StoredFact[],
  outcomes: ReadonlyMap<string, Outcome>,
  note: Note,
): void {
  const byId = new Map(messages.map((message) => [message.messageId, message]));
  for (const { eventId, members } of facts.filter(({ fact }) => fact === "accepted")) {
    const owner = byId.get(members.owner ?? "");
    if (owner === undefined) note(`${eventId} is owned by a message that nobody sent`);
    else if (members.body !== owner.body) note(`the journal has another body of the accepted ${nameOf(owner)}`);
    else if (members.groupId !== owner.groupId) note(`the journal has another group of ${nameOf(owner)}`);
    else if (isOtherThanPublished(outcomes.get(owner.messageId)))
      note(`${nameOf(owner)} was accepted and not published`);
  }
}

function isOtherThanPublished(outcome: Outcome | undefined): boolean {
  return outcome !== undefined && outcome.kind !== "published";
}

/** Invalid messages are rejected for their reason. Of a valid event's messages one is published, its equals are duplicates, the others conflict with it. */
function checkExpected(messages: readonly SentMessage[], outcomes: ReadonlyMap<string, Outcome>, note: Note): void {
  const events = Map.groupBy(messages, ({ reason, clientId, eventId, messageId }) =>
    reason === undefined ? `${clientId} ${eventId}` : messageId,
  );
  for (const siblings of events.values()) {
    const winners = siblings.filter(({ messageId }) => outcomes.get(messageId)?.kind === "published");
    const [winner] = winners;
    const [first] = siblings;
    const isSettled = siblings.every(({ messageId }) => outcomes.has(messageId));
    if (isSettled && first?.reason === undefined && winners.length !== 1)
      note(`${first?.eventId} of ${first?.clientId} was published by ${winners.length} messages`);
    for (const message of siblings) checkOutcome(message, winner, outcomes.get(message.messageId), note);
  }
}

function checkOutcome(
  message: SentMessage,
  winner: SentMessage | undefined,
  outcome: Outcome | undefined,
  note: Note,
): void {
  if (outcome === undefined) return;
  const expected = expectedOutcome(message, winner);
  if (outcome.kind === expected.kind && outcome.reason === expected.reason) return;
  note(`${nameOf(message)} is ${textOf(outcome)} and should be ${textOf(expected)}`);
}

function expectedOutcome(message: SentMessage, winner: SentMessage | undefined): Outcome {
  if (message.reason !== undefined) return { kind: "rejected", reason: message.reason };
  if (winner === undefined || winner === message) return { kind: "published" };
  return winner.content === message.content ? { kind: "duplicate" } : { kind: "rejected", reason: "id-conflict" };
}

function textOf({ kind, reason }: Outcome): string {
  return reason === undefined ? kind : `${kind} (${reason})`;
}
