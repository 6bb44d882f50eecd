import type { PublishedFact } from "../../core/facts.js";
import type { Rejection } from "../../core/outcome.js";
import { isAboutTheMessage, REFUSALS_NEEDED } from "../../core/refusal.js";
import { expiryOf } from "../../core/retention.js";
import type { EntryResult, Fault } from "../../ports/call.js";
import { PERMISSION_STALE } from "./calls.js";
import type { Permission } from "./permissions.js";
import { rejectMessage, withDoubt } from "./reject-message.js";
import { deleteMessage, type Finish, factsOf, type Turn, type ValidEvent } from "./turn.js";

/** Asks the registry, trying again for as long as it does not answer: without an answer nothing is published, and nothing refused. */
export async function askPermission(turn: Turn, { event }: ValidEvent): Promise<Permission> {
  const question = { clientId: event.clientId, type: event.type, receivedAt: turn.held.receivedAt };
  return (await turn.attempt(turn.held, "read client", () => turn.permissions.check(question))).permission;
}

/**
 * Publishes an event that this message owns, as soon as its client may have it by a read that is fresh enough; what is left
 * is the record and the delete. `isDoubtful`: an earlier attempt may have published it.
 */
export async function publishEvent(turn: Turn, valid: ValidEvent, isDoubtful: boolean): Promise<Finish> {
  const publish = createPublishAttempts(turn, valid);
  const published = await turn.attempt(turn.held, "publish", publish);
  if ("rejection" in published) {
    return rejectMessage(turn, isDoubtful ? withDoubt(published.rejection) : published.rejection);
  }
  turn.unrecorded.remember(published.fact);
  return () => recordPublished(turn, published.fact);
}

/** Records what is on the topic, then deletes the message. */
export async function recordPublished(turn: Turn, fact: PublishedFact): Promise<void> {
  await turn.attempt(turn.held, "record published", () => turn.calls.writeFact({ held: turn.held, payload: fact }));
  turn.unrecorded.forget(fact);
  await finishPublished(turn);
}

/** The event is on the topic and on record. */
export async function finishPublished(turn: Turn): Promise<void> {
  await deleteMessage(turn);
  const latencyMs = turn.context.clock.now() - turn.held.message.sentAt;
  turn.context.tell("event:published", { ...factsOf(turn), latencyMs });
}

type Attempted = EntryResult<{ fact: PublishedFact } | { rejection: Rejection }>;

/** Each call of the result is one attempt; it remembers how often the topic has refused this very message. */
function createPublishAttempts(turn: Turn, valid: ValidEvent): () => Promise<Attempted> {
  const { held, calls } = turn;
  let isSuspect = false;
  let refusals = 0;
  return async function attemptPublish(): Promise<Attempted> {
    const permission = await askPermission(turn, valid);
    if (!permission.allowed) return { ok: true, rejection: permission.rejection };
    const payload = { ...publicationOf(turn, valid), permittedUntil: permission.permittedUntil };
    const publish = isSuspect ? calls.publishAlone : calls.publish;
    const result = await publish(permission.topicArn, { held, payload });
    if (result.ok) return { ok: true, fact: publishedFact(turn, valid, permission.topicArn, result) };
    // The registry is simply read again: that is no failed attempt.
    if (result.fault.code === PERMISSION_STALE) return attemptPublish();
    if (!result.fault.isSenderFault || !isAboutTheMessage(result.fault.code)) return result;
    if (isSuspect && ++refusals === REFUSALS_NEEDED) return { ok: true, rejection: refusedBy(result.fault) };
    isSuspect = true;
    return result;
  };
}

function refusedBy({ code, message }: Fault): Rejection {
  return { reason: "delivery-refused", detail: `the topic refuses this message: ${code}: ${message}` };
}

/** The body is the one received, byte for byte. The event id keeps the topic from taking the event twice within 5 minutes. */
function publicationOf({ held }: Turn, { event, attributes }: ValidEvent) {
  return { body: held.message.body, groupId: held.message.groupId, deduplicationId: event.id, attributes };
}

function publishedFact(
  { held, context }: Turn,
  { event }: ValidEvent,
  topicArn: string,
  acknowledged: { messageId: string; sequence: string },
): PublishedFact {
  const at = context.clock.now();
  return {
    fact: "published",
    eventId: event.id,
    clientId: event.clientId,
    owner: held.message.messageId,
    topicArn,
    snsMessageId: acknowledged.messageId,
    sequence: acknowledged.sequence,
    at,
    expiresAt: expiryOf("published", at, context.settings.journal.retentionDays),
  };
}
