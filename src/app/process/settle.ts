import { ownerDelayMs } from "../../core/backoff.js";
import { type Decision, decide } from "../../core/decide.js";
import type { AcceptedFact } from "../../core/facts.js";
import { acceptedFact, addressOf } from "../../core/make-facts.js";
import type { Rejection } from "../../core/outcome.js";
import { expiryOf } from "../../core/retention.js";
import { resultOf } from "../../ports/call-result.js";
import type { Task } from "./attempts.js";
import { factsOf, HandBack } from "./held-message.js";
import { askPermission, finishPublished, publishEvent, recordPublished } from "./publish-event.js";
import { rejectMessage, sendDeadLetter, withDoubt } from "./reject-message.js";
import { deleteMessage, envelopeOf, type Finish, type Turn, type ValidEvent } from "./turn.js";

const INSERT: Task = { operation: "insert accepted", dependency: "store" };
const READ: Task = { operation: "read journal", dependency: "store" };
const TAKE_OVER: Task = { operation: "take over", dependency: "store" };
const RECORD: Task = { operation: "record duplicate", dependency: "store" };

/** Longer than a processor that published and could not record it leaves the store alone before it tries again. */
const LATE_OWNER_SECONDS = 30;

/** Looks at what becomes of another message of the same event, for about two minutes. */
const MAX_LOOKS = 12;
/** For about three seconds. */
const MAX_BRIEF_LOOKS = 2;

/** A message that has been judged as far as that needs no order. */
export type Prepared =
  | { step: "reject"; rejection: Rejection }
  /** This message owns the event, by a fresh insert. */
  | { step: "publish"; valid: ValidEvent; accepted: AcceptedFact }
  /** The journal may know the event: it is asked when the turn comes, since the message ahead may change its answer. */
  | { step: "ask-journal" };

/** Judges a message and inserts its event; may run beside the other messages of its group. A first receipt needs no read. */
export async function prepare(turn: Turn): Promise<Prepared> {
  const { examined, held } = turn;
  if (held.message.receiveCount > 1) return { step: "ask-journal" };
  return examined.ok ? accept(turn, examined) : { step: "reject", rejection: examined.rejection };
}

/** Publishes or rejects a message, in its group's turn. */
export async function settle(turn: Turn, prepared: Prepared): Promise<Finish> {
  if (prepared.step === "reject") return rejectMessage(turn, prepared.rejection);
  if (prepared.step === "publish") return publishEvent(turn, prepared);
  return askJournal(turn);
}

async function accept(turn: Turn, valid: ValidEvent): Promise<Prepared> {
  const permission = await askPermission(turn, valid);
  if (!permission.allowed) return { step: "reject", rejection: permission.rejection };
  const accepted = newAcceptedFact(turn, valid);
  const entry = { held: turn.held, payload: accepted };
  const { inserted } = await turn.attempts.until(turn.held, INSERT, () => turn.calls.insertAccepted(entry));
  return inserted ? { step: "publish", valid, accepted } : { step: "ask-journal" };
}

function newAcceptedFact({ held, context }: Turn, { event, contentHash }: ValidEvent) {
  const { retentionDays } = context.settings.journal;
  return acceptedFact(event, contentHash, held.message, {
    receivedAt: held.received.wall,
    now: context.clock.now(),
    retentionDays,
  });
}

/**
 * Asks the journal until it tells what to do. While another message is about to publish the same event, this one is held: given
 * back, it would come again at once, and be counted towards the queue's DLQ while it is the topic that is down.
 */
async function askJournal(turn: Turn): Promise<Finish> {
  for (let look = 1; ; look++) {
    const decision = await lookUp(turn);
    const finish = decision.do === "wait" ? undefined : await settleBy(turn, decision);
    if (finish !== undefined) return finish;
    await waitForOwner(turn, look);
  }
}

async function lookUp(turn: Turn): Promise<Decision> {
  const { held, examined, context, unrecorded, attempts } = turn;
  const address = addressOf(envelopeOf(turn), held.message.messageId);
  const read = () => resultOf(context.connection.journal.read(address).then((facts) => ({ facts })));
  // Looked up before the read: it may be recorded, and forgotten here, after the journal was read and before it answers.
  const unrecordedBefore = unrecorded.find(address);
  const known = await attempts.until(held, READ, read);
  return decide({
    facts: unrecordedBefore === undefined ? known.facts : [...known.facts, unrecordedBefore],
    messageId: held.message.messageId,
    contentHash: examined.ok ? examined.contentHash : undefined,
    now: context.clock.now(),
  });
}

async function waitForOwner({ held, context, yieldEvents }: Turn, look: number): Promise<void> {
  const { clock, stopping, isBrief } = context;
  if (look > (isBrief ? MAX_BRIEF_LOOKS : MAX_LOOKS))
    throw new HandBack("waiting", "another message is about to publish the same event");
  yieldEvents(held);
  await clock.sleep(ownerDelayMs(look, clock.random), stopping);
  if (stopping.aborted) throw new HandBack("stopping", "the processor stops");
  if (held.isGone) throw new HandBack("lost", "the lease was lost");
}

/** @returns undefined where another message was faster, so that the journal is to be asked again */
async function settleBy(turn: Turn, decision: Exclude<Decision, { do: "wait" }>): Promise<Finish | undefined> {
  const { examined, unrecorded, held } = turn;
  switch (decision.do) {
    case "reject-again":
      return sendDeadLetter(turn, decision.fact);
    case "finish": {
      if (decision.outcome === "duplicate") return () => finishDuplicate(turn);
      const missing = unrecorded.find(addressOf(envelopeOf(turn), held.message.messageId));
      return () => (missing === undefined ? finishPublished(turn) : recordPublished(turn, missing));
    }
    case "publish":
      return examined.ok
        ? publishEvent(turn, { valid: examined, accepted: decision.accepted, isDoubtful: true })
        : rejectMessage(turn, withDoubt(examined.rejection));
    default:
      return examined.ok ? settleAgainst(turn, examined, decision) : rejectMessage(turn, examined.rejection);
  }
}

type TakeOver = Extract<Decision, { do: "take-over" }>;
type Rival = Extract<Decision, { do: "insert" | "conflict" | "duplicate" | "take-over" }>;

/** What another message did with the same event, or did not, decides. */
async function settleAgainst(turn: Turn, valid: ValidEvent, decision: Rival): Promise<Finish | undefined> {
  switch (decision.do) {
    case "conflict": {
      const detail = `message ${decision.owner} carried this id with other content`;
      return rejectMessage(turn, { reason: "id-conflict", detail });
    }
    case "duplicate":
      return recordDuplicate(turn, decision.owner);
    case "take-over": {
      const accepted = await takeOver(turn, valid, decision);
      // An owner before may have published it; one whose event is forgotten published another.
      return accepted && publishEvent(turn, { valid, accepted, isDoubtful: decision.why !== "expired" });
    }
    case "insert": {
      const prepared = await accept(turn, valid);
      return prepared.step === "ask-journal" ? undefined : settle(turn, prepared);
    }
  }
}

/**
 * Makes this message the owner. An event that the journal has forgotten is a new one; otherwise it goes on to live as long
 * as it would have. An owner that is merely late may have published, and record it any moment: then the journal is asked
 * once more before this message publishes, at its next receipt.
 *
 * @returns undefined where another message was faster
 */
async function takeOver(turn: Turn, valid: ValidEvent, { accepted, why }: TakeOver): Promise<AcceptedFact | undefined> {
  const { at, expiresAt } = accepted;
  const fact = { ...newAcceptedFact(turn, valid), ...(why === "expired" ? {} : { at, expiresAt }) };
  const call = () => resultOf(turn.context.connection.journal.takeOver(fact, accepted).then((isOurs) => ({ isOurs })));
  const { isOurs } = await turn.attempts.until(turn.held, TAKE_OVER, call);
  if (!isOurs) return undefined;
  if (why === "overdue") {
    const message = "the event was taken over from a message that is late";
    throw new HandBack("waiting", message, { leastSeconds: LATE_OWNER_SECONDS });
  }
  return fact;
}

/** The same event was published before: that is recorded, and nothing is published. */
function recordDuplicate(turn: Turn, owner: string): Finish {
  const { held, context } = turn;
  const { id, clientId } = envelopeOf(turn);
  const at = context.clock.now();
  const payload = {
    ...addressOf({ id, clientId }, held.message.messageId),
    fact: "duplicate" as const,
    messageId: held.message.messageId,
    owner,
    at,
    expiresAt: expiryOf(at, context.settings.journal.retentionDays),
  };
  return async () => {
    await turn.attempts.until(held, RECORD, () => turn.calls.writeFact({ held, payload }));
    await finishDuplicate(turn);
  };
}

async function finishDuplicate(turn: Turn): Promise<void> {
  await deleteMessage(turn);
  turn.held.trace?.end({ outcome: "duplicate" });
  turn.context.tell("event:duplicate", factsOf(turn.held));
}
