import { isClaimOld } from "../../core/decide.js";
import type { AcceptedFact, PublishedFact } from "../../core/facts.js";
import type { Rejection } from "../../core/outcome.js";
import { isRefusal, REFUSALS_NEEDED } from "../../core/refusal.js";
import { publishedExpiry } from "../../core/retention.js";
import type { EntryResult, Fault } from "../../ports/call.js";
import { resultOf } from "../../ports/call-result.js";
import { wasSent } from "./calls.js";
import { HandBack } from "./held-message.js";
import type { Permission } from "./permissions.js";
import { rejectMessage, withDoubt } from "./reject-message.js";
import { deleteMessage, type Finish, factsOf, type Turn, type ValidEvent } from "./turn.js";

/** An event that this message owns. */
interface OwnedEvent {
  valid: ValidEvent;
  accepted: AcceptedFact;
  /** An earlier receipt may have published it. */
  isDoubtful?: boolean;
}

/** Asks the registry, trying again for as long as it does not answer: without an answer nothing is published, and nothing refused. */
export async function askPermission(turn: Turn, valid: ValidEvent): Promise<Permission> {
  return (await turn.attempt(turn.held, "read client", () => checkPermission(turn, valid))).permission;
}

function checkPermission(
  { permissions, held }: Turn,
  { event }: ValidEvent,
): Promise<EntryResult<{ permission: Permission }>> {
  const { clientId, type } = event;
  return permissions.check({ clientId, type, receivedAt: held.received.monotonic });
}

/**
 * Publishes an event that this message owns, as soon as its client may have it by a read that is fresh enough; what is left
 * is the record and the delete.
 */
export async function publishEvent(turn: Turn, owned: OwnedEvent): Promise<Finish> {
  const published = await turn.attempt(turn.held, "publish", createPublishAttempts(turn, owned));
  if ("rejection" in published) return rejectMessage(turn, published.rejection);
  turn.unrecorded.remember(published.fact);
  return () => recordPublished(turn, published.fact);
}

/**
 * Records what is on the topic, then deletes the message. It is tried for as long as the message is ours: given back, it
 * could come to another processor, which would not know that the event is on its topic.
 */
export async function recordPublished(turn: Turn, fact: PublishedFact): Promise<void> {
  const write = () => turn.calls.writeFact({ held: turn.held, payload: fact });
  try {
    await turn.attempt(turn.held, "record published", write, { isEndless: true });
  } catch (error) {
    turn.unrecorded.abandon(fact);
    throw error;
  }
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

/** Each call of the result is one attempt: a claim that is not old, a fresh permission, then the publish. */
function createPublishAttempts(turn: Turn, owned: OwnedEvent): () => Promise<Attempted> {
  let { accepted, isDoubtful = false } = owned;
  return async () => {
    const claim = await keepClaim(turn, accepted);
    if (!claim.ok) return claim;
    accepted = claim.accepted;
    const asked = await checkPermission(turn, owned.valid);
    if (!asked.ok) return asked;
    const { permission } = asked;
    const reject = (rejection: Rejection) => ({
      ok: true as const,
      rejection: isDoubtful ? withDoubt(rejection) : rejection,
    });
    if (!permission.allowed) return reject(permission.rejection);
    const result = await publishOnce(turn, owned.valid, permission);
    if ("refusal" in result) return reject(refusedBy(result.refusal));
    if (result.ok) return { ok: true, fact: publishedFact(turn, accepted, permission.topicArn, result) };
    // A call without an answer may have had its effect.
    isDoubtful ||= wasSent(result.fault);
    return result;
  };
}

/** Says again that this message will publish the event, before another one may think that it will not. */
async function keepClaim({ context }: Turn, accepted: AcceptedFact): Promise<EntryResult<{ accepted: AcceptedFact }>> {
  const now = context.clock.now();
  if (!isClaimOld(accepted, now)) return { ok: true, accepted };
  const renewed = { ...accepted, claimedAt: now };
  const result = await resultOf(context.connection.journal.takeOver(renewed, accepted).then((isOurs) => ({ isOurs })));
  if (!result.ok) return result;
  if (!result.isOurs) throw new HandBack("waiting", "another message took the event over");
  return { ok: true, accepted: renewed };
}

type Acknowledged = EntryResult<{ messageId: string; sequence: string }>;
type Allowed = Extract<Permission, { allowed: true }>;

/** One publish; when the topic refuses this very message, it is sent alone until the refusal is certain. */
async function publishOnce(
  turn: Turn,
  valid: ValidEvent,
  permission: Allowed,
): Promise<Acknowledged | { refusal: Fault }> {
  const { calls, held } = turn;
  const payload = { ...publicationOf(turn, valid), permittedUntil: permission.permittedUntil };
  let result = await calls.publish(permission.topicArn, { held, payload });
  for (let refusals = 0; !result.ok && isRefusal(result.fault); refusals++) {
    if (refusals === REFUSALS_NEEDED) return { refusal: result.fault };
    result = await calls.publishAlone(permission.topicArn, { held, payload });
  }
  return result;
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
  accepted: AcceptedFact,
  topicArn: string,
  acknowledged: { messageId: string; sequence: string },
): PublishedFact {
  return {
    fact: "published",
    eventId: accepted.eventId,
    clientId: accepted.clientId,
    owner: held.message.messageId,
    topicArn,
    snsMessageId: acknowledged.messageId,
    sequence: acknowledged.sequence,
    at: context.clock.now(),
    expiresAt: publishedExpiry(accepted),
  };
}
