import type { FixPorts } from "../../../../src/app/dlq/fix-dead-letter.js";
import { type RedriveOptions, redriveDeadLetters } from "../../../../src/app/dlq/redrive-dead-letters.js";
import { deadLetterAttributes } from "../../../../src/core/dead-letter.js";
import type { RejectedFact } from "../../../../src/core/facts.js";
import { rejectedFact } from "../../../../src/core/make-facts.js";
import type { Reason } from "../../../../src/core/outcome.js";
import { createInstantClock } from "../../../doubles/instant-clock.js";
import { createMemoryClients } from "../../../doubles/memory-clients.js";
import { createMemoryJournal } from "../../../doubles/memory-journal.js";
import { createMemoryQueues } from "../../../doubles/memory-queues.js";
import { createBuiltInExaminer } from "../../../doubles/stack-schemas.js";
import { eventBody } from "../../../factories/events.js";

export interface Rejected {
  messageId: string;
  body?: string;
  reason?: Reason;
  detail?: string;
  groupId?: string;
  sequence?: number;
  redrives?: number;
  traceparent?: string;
}

/** A stack with an empty ingress queue, DLQ and journal, and the default clients. */
export function setUpStack() {
  const clock = createInstantClock();
  const queues = createMemoryQueues(clock);
  const [ingress, deadLetters] = [queues("ingress.fifo"), queues("dlq.fifo")];
  const journal = createMemoryJournal();
  const clients = createMemoryClients();
  const examine = createBuiltInExaminer();
  let moves = 0;
  const ports: FixPorts = { ingress, deadLetters, journal, clients, examine, clock, holder: "run-1" };

  /** What the processor leaves behind of a rejected message: the fact, then the dead letter. */
  async function reject(rejected: Rejected): Promise<RejectedFact> {
    const { fact, body } = factOf(rejected, clock.now());
    await journal.write([fact]);
    await putOnQueue(fact, body);
    clock.advance(1_000);
    return fact;
  }

  async function putOnQueue(fact: RejectedFact, body: string): Promise<void> {
    const { messageId } = fact;
    const identity = { groupId: messageId, deduplicationId: messageId };
    await deadLetters.send([{ body, ...identity, attributes: deadLetterAttributes(fact) }]);
  }

  /** A message that the queue moved by itself keeps its group and says nothing about a rejection. */
  async function move(body: string, groupId: string, attributes: Record<string, string> = {}): Promise<string> {
    const deduplicationId = `moved-${++moves}`;
    const [result] = await deadLetters.send([{ body, groupId, deduplicationId, attributes }]);
    clock.advance(1_000);
    return result?.ok ? result.messageId : "";
  }

  /** Somebody else takes away what there is. */
  async function empty(): Promise<void> {
    const messages = await deadLetters.receive({ maxMessages: 10, waitSeconds: 0 });
    await deadLetters.delete(messages.map(({ receiptHandle }) => receiptHandle));
  }

  const redrive = (options: Partial<RedriveOptions> = {}) =>
    redriveDeadLetters(ports, { filter: {}, retentionDays: 30, ...options });
  return { clock, ingress, deadLetters, journal, clients, examine, ports, reject, putOnQueue, move, empty, redrive };
}

function factOf(rejected: Rejected, now: number): { fact: RejectedFact; body: string } {
  const { messageId, reason = "type-forbidden", detail = "it was forbidden" } = rejected;
  const { body = eventBody({ id: `e-${messageId}` }), groupId = "client-1#account-42", sequence = 1 } = rejected;
  const { redrives = 0, traceparent } = rejected;
  const attributes = {
    ...(redrives > 0 ? { "evp-redrives": String(redrives) } : {}),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
  const message = {
    messageId,
    body,
    groupId,
    sequence: String(sequence).padStart(20, "0"),
    sentAt: now - 500,
    attributes,
  };
  const { id, clientId, type } = safeParse(body);
  const envelope = { id, clientId, type };
  return { fact: rejectedFact({ reason, detail }, envelope, message, { now, retentionDays: 30 }), body };
}

function safeParse(body: string): { id?: string; clientId?: string; type?: string } {
  try {
    return JSON.parse(body);
  } catch {
    return {};
  }
}

/** Ids of the events that were sent onto the ingress queue, in order. */
export function sentIds({ ingress }: Pick<ReturnType<typeof setUpStack>, "ingress">): string[] {
  return ingress.contents.map(({ body }) => JSON.parse(body).id);
}
