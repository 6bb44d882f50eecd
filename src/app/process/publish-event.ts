import { isClaimOld } from "../../core/decide.js";
import type { AcceptedFact, PublishedFact } from "../../core/facts.js";
import type { Rejection } from "../../core/outcome.js";
import { isRefusal, REFUSALS_NEEDED } from "../../core/refusal.js";
import { publishedExpiry } from "../../core/retention.js";
import type { EntryResult, Fault } from "../../ports/call.js";
import { resultOf } from "../../ports/call-result.js";
import type { Task } from "./attempts.js";
import { topicDependency } from "./breakers.js";
import { wasSent } from "./calls.js";
import { factsOf, HandBack } from "./held-message.js";
import type { Permission, PermissionQuestion } from "./permissions.js";
import { rejectMessage, withDoubt } from "./reject-message.js";
import { deleteMessage, type Finish, type Turn, type ValidEvent } from "./turn.js";

/** An event that this message owns. */
interface OwnedEvent {
  valid: ValidEvent;
  accepted: AcceptedFact;
  /** An earlier receipt may have published it. */
  isDoubtful?: boolean;
}

const ASK: Task = { operation: "read client", dependency: "registry" };
const CLAIM: Task = { operation: "renew claim", dependency: "store" };
const RECORD: Task = { operation: "record published", dependency: "store", isEndless: true };

/** Asks the registry, trying again for as long as it does not answer: without an answer nothing is published, and nothing refused. */
export async function askPermission(turn: Turn, valid: ValidEvent): Promise<Permission> {
  const question = permissionQuestion(turn, valid);
  const known = turn.gate.isOpenFor(turn.held, "registry") ? turn.permissions.known(question) : undefined;
  if (known !== undefined) return known;
  const { permission } = await turn.attempts.until(turn.held, ASK, () => turn.permissions.check(question));
  return permission;
}

function permissionQuestion({ held }: Turn, { event }: ValidEvent): PermissionQuestion {
  return { clientId: event.clientId, type: event.type, receivedAt: held.received.monotonic };
}

/**
 * Publishes an event that this message owns, as soon as its client may have it by a read that is fresh enough; what is left
 * is the record and the delete.
 */
export async function publishEvent(turn: Turn, owned: OwnedEvent): Promise<Finish> {
  const { held, attempts, unrecorded } = turn;
  const { valid } = owned;
  let { accepted, isDoubtful = false } = owned;
  const reject = (rejection: Rejection) => rejectMessage(turn, isDoubtful ? withDoubt(rejection) : rejection);
  for (let attempt = 1; ; ) {
    if (mustKeepClaim(turn, accepted)) accepted = await keepClaim(turn, accepted);
    const permission = await askPermission(turn, valid);
    if (!permission.allowed) return reject(permission.rejection);
    const task: Task = { operation: "publish", dependency: topicDependency(permission.topicArn) };
    const published = await attempts.once(held, task, () => publishPermitted(turn, valid));
    if ("rejection" in published) return reject(published.rejection);
    if (published.ok) {
      const fact = publishedFact(turn, accepted, published);
      unrecorded.remember(fact);
      return () => recordPublished(turn, fact);
    }
    // A call without an answer may have had its effect.
    isDoubtful ||= wasSent(published.fault);
    attempt = await attempts.pause(held, task, published.fault, attempt);
  }
}

/**
 * Records what is on the topic, then deletes the message. It is tried for as long as the message is ours: given back, it
 * could come to another processor, which would not know that the event is on its topic.
 */
export async function recordPublished(turn: Turn, fact: PublishedFact): Promise<void> {
  const write = () => turn.calls.writeFact({ held: turn.held, payload: fact });
  try {
    await turn.attempts.until(turn.held, RECORD, write);
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
  turn.held.trace?.end({ outcome: "published" });
  turn.context.tell("event:published", { ...factsOf(turn.held), latencyMs });
}

function mustKeepClaim({ context, gate }: Turn, accepted: AcceptedFact): boolean {
  return isClaimOld(accepted, context.clock.now()) || gate.isShut("store");
}

/**
 * Says again that this message will publish the event, before another one may think that it will not; and before anything is
 * published while the store is down, since what cannot be recorded may come twice.
 */
async function keepClaim(turn: Turn, accepted: AcceptedFact): Promise<AcceptedFact> {
  const { context, held, attempts } = turn;
  const renewed = { ...accepted, claimedAt: context.clock.now() };
  const renew = () => resultOf(context.connection.journal.takeOver(renewed, accepted).then((isOurs) => ({ isOurs })));
  const { isOurs } = await attempts.until(held, CLAIM, renew);
  if (!isOurs) throw new HandBack("waiting", "another message took the event over");
  return renewed;
}

type Acknowledged = { messageId: string; sequence: string };
type Published = EntryResult<Acknowledged & { topicArn: string }> | { rejection: Rejection };

/** One publish, by a permission that is fresh now; when the topic refuses this very message, it is sent alone until the refusal is certain. */
async function publishPermitted(turn: Turn, valid: ValidEvent): Promise<Published> {
  const { calls, held } = turn;
  const question = permissionQuestion(turn, valid);
  const known = turn.permissions.known(question);
  const asked = known === undefined ? await turn.permissions.check(question) : { ok: true as const, permission: known };
  if (!asked.ok) return asked;
  if (!asked.permission.allowed) return { rejection: asked.permission.rejection };
  const { topicArn, permittedUntil } = asked.permission;
  const payload = publicationOf(turn, valid);
  payload.attributes = held.trace?.publishing({ ...payload, topicArn }) ?? payload.attributes;
  const entry = { held, payload, permittedUntil };
  let result = await calls.publish(topicArn, entry);
  for (let refusals = 0; !result.ok && isRefusal(result.fault); refusals++) {
    if (refusals === REFUSALS_NEEDED) return { rejection: refusedBy(result.fault) };
    result = await calls.publishAlone(topicArn, entry);
  }
  held.trace?.published(result.ok ? result : result.fault);
  return result.ok ? { ...result, topicArn } : result;
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
  { topicArn, messageId, sequence }: Acknowledged & { topicArn: string },
): PublishedFact {
  return {
    fact: "published",
    eventId: accepted.eventId,
    clientId: accepted.clientId,
    owner: held.message.messageId,
    topicArn,
    snsMessageId: messageId,
    sequence,
    at: context.clock.now(),
    expiresAt: publishedExpiry(accepted),
  };
}
