import { isDeepStrictEqual } from "node:util";
import type { DeliveredMessage } from "../factories/consume-queue.js";
import type { Note, Outcome } from "./audit-journal.js";
import { nameOf, type SentMessage } from "./sent-message.js";

/** What a producer sends to be handed on ("Trace Context", section 3.2). */
const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Checks that each published message is on its client's queue once, unchanged, in the order of its group, and nothing else is. */
export function auditClientQueues(
  messages: readonly SentMessage[],
  outcomes: ReadonlyMap<string, Outcome>,
  byClient: ReadonlyMap<string, DeliveredMessage[]>,
  note: Note,
): void {
  const published = messages.filter(({ messageId }) => outcomes.get(messageId)?.kind === "published");
  const expected = new Map(published.map((message) => [placeOf(message.clientId, message.eventId), message]));
  const found = new Map<SentMessage, number>();
  for (const [clientId, copies] of byClient) {
    const originals = copies.map((copy) => ({
      copy,
      message: expected.get(placeOf(clientId, copy.attributes["evp-event-id"])),
    }));
    for (const { copy, message } of originals) {
      if (message === undefined)
        note(`${clientId} got ${copy.attributes["evp-event-id"]}, which was not published to it`);
      else {
        found.set(message, (found.get(message) ?? 0) + 1);
        checkCopy(message, copy, note);
      }
    }
    checkOrder(
      clientId,
      originals.flatMap(({ message }) => message ?? []),
      note,
    );
  }
  for (const message of published) {
    const copies = found.get(message) ?? 0;
    if (copies !== 1) note(`${message.clientId} got ${copies} copies of ${nameOf(message)}`);
  }
}

function placeOf(clientId: string | undefined, eventId: string | undefined): string {
  return `${clientId} ${eventId}`;
}

function checkCopy(message: SentMessage, { body, groupId, attributes }: DeliveredMessage, note: Note): void {
  if (body !== message.body) note(`the body of ${nameOf(message)} was changed on its way`);
  if (groupId !== message.groupId) note(`${nameOf(message)} came in the group ${groupId}`);
  const { "evp-received-at": receivedAt = "", ...others } = attributes;
  const { traceparent } = message.attributes;
  const expected = {
    "evp-event-id": message.eventId,
    "evp-type": message.type,
    "evp-version": "1.0",
    ...(message.isHighValue && { highValue: "true" }),
    ...(traceparent !== undefined && TRACEPARENT.test(traceparent) && { traceparent }),
  };
  if (!isDeepStrictEqual({ ...others }, expected))
    note(`${nameOf(message)} came with the attributes ${JSON.stringify(others)}, not ${JSON.stringify(expected)}`);
  if (Number.isNaN(Date.parse(receivedAt))) note(`${nameOf(message)} does not say when it was received`);
}

/** @param messages - in the order of the client's queue */
function checkOrder(clientId: string, messages: SentMessage[], note: Note): void {
  const last = new Map<string, SentMessage>();
  for (const message of messages) {
    const before = last.get(message.groupId);
    if (before !== undefined && before.sequence > message.sequence)
      note(`${clientId} got ${nameOf(message)} after ${nameOf(before)}, which was sent later`);
    last.set(message.groupId, message);
  }
}
