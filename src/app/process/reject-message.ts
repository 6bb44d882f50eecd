import { deadLetterAttributes } from "../../core/dead-letter.js";
import type { RejectedFact } from "../../core/facts.js";
import { rejectedFact } from "../../core/make-facts.js";
import type { Rejection } from "../../core/outcome.js";
import { limitDetail } from "../../core/violations.js";
import type { Task } from "./attempts.js";
import { factsOf } from "./held-message.js";
import { askPoisonPolicy } from "./poison-policy.js";
import { deleteMessage, envelopeOf, type Finish, type Turn } from "./turn.js";

const RECORD: Task = { operation: "record rejected", dependency: "store" };
const SEND: Task = { operation: "send dead letter", dependency: "dlq" };

/**
 * Records the rejection, which makes it final: whatever comes later, this message is never judged again, so that it cannot
 * be published behind the events that overtake it now. The dead letter and the delete follow.
 * @throws HandBack when its client's policy is that the group waits instead
 */
export async function rejectMessage(turn: Turn, rejection: Rejection): Promise<Finish> {
  const { held, context, calls, attempts } = turn;
  await askPoisonPolicy(turn, rejection);
  const times = { now: context.clock.now(), retentionDays: context.settings.journal.retentionDays };
  const fact = rejectedFact(rejection, envelopeOf(turn), held.message, times);
  await attempts.until(held, RECORD, () => calls.writeFact({ held, payload: fact }));
  return sendDeadLetter(turn, fact);
}

/** The rejection of an event that an earlier attempt may have put on its client's topic. */
export function withDoubt(rejection: Rejection): Rejection {
  return {
    ...rejection,
    isDoubtful: true,
    detail: limitDetail(`may already have been published; ${rejection.detail}`),
  };
}

/** What is left to do for a rejection that is on record. A dead letter is a group of its own, and its message id keeps it from being doubled. */
export function sendDeadLetter(turn: Turn, fact: RejectedFact): Finish {
  const { held, calls, attempts, context } = turn;
  const { message } = held;
  const payload = {
    body: message.body,
    groupId: message.messageId,
    deduplicationId: message.messageId,
    attributes: deadLetterAttributes(fact, message.attributes),
  };
  return async () => {
    await attempts.until(held, SEND, () => calls.deadLetter({ held, payload }));
    await deleteMessage(turn);
    held.trace?.end({ outcome: "rejected", reason: fact.reason });
    context.tell("event:rejected", { ...factsOf(turn.held), reason: fact.reason, detail: fact.detail });
  };
}
