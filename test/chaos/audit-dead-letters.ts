import type { DeliveredMessage } from "../factories/consume-queue.js";
import type { Note, Outcome } from "./audit-journal.js";
import { nameOf, type SentMessage } from "./sent-message.js";

/** Reasons for which a message has no envelope that could be read whole. */
const WITHOUT_ENVELOPE = new Set(["malformed-json", "envelope-invalid"]);

/** Checks that each rejected message is on the DLQ once, unchanged and with its reason, and nothing else is. */
export function auditDeadLetters(
  messages: readonly SentMessage[],
  outcomes: ReadonlyMap<string, Outcome>,
  letters: readonly DeliveredMessage[],
  note: Note,
): void {
  const byId = new Map(messages.map((message) => [message.messageId, message]));
  const found = new Map<string, number>();
  const moved: DeliveredMessage[] = [];
  for (const letter of letters) {
    const messageId = letter.attributes["evp-message-id"];
    const message = byId.get(messageId ?? "");
    if (messageId === undefined) moved.push(letter);
    else if (message === undefined) note(`the DLQ has a message that nobody sent: ${messageId}`);
    else {
      found.set(messageId, (found.get(messageId) ?? 0) + 1);
      checkLetter(message, outcomes.get(messageId)?.reason, letter, note);
    }
  }
  const [first] = moved;
  if (first !== undefined)
    note(
      `the queue itself moved ${moved.length} messages to the DLQ, for instance ${JSON.stringify(first.body.slice(0, 100))}`,
    );
  for (const message of messages) {
    const isRejected = outcomes.get(message.messageId)?.kind === "rejected";
    const copies = found.get(message.messageId) ?? 0;
    if (copies !== (isRejected ? 1 : 0)) note(`the DLQ has ${copies} letters of ${nameOf(message)}`);
  }
}

function checkLetter(message: SentMessage, reason: string | undefined, letter: DeliveredMessage, note: Note): void {
  const { body, groupId, attributes } = letter;
  const name = `the dead letter of ${nameOf(message)}`;
  if (body !== message.body) note(`${name} has another body`);
  if (groupId !== message.messageId) note(`${name} is not a group of its own`);
  if (attributes["evp-reason"] !== reason) note(`${name} says ${attributes["evp-reason"]}, and the journal ${reason}`);
  if (attributes["evp-group"] !== message.groupId) note(`${name} names the group ${attributes["evp-group"]}`);
  if ((attributes["evp-detail"] ?? "") === "") note(`${name} gives no detail`);
  if (WITHOUT_ENVELOPE.has(reason ?? "")) return;
  if (attributes["evp-event-id"] !== message.eventId || attributes["evp-client"] !== message.clientId)
    note(`${name} names ${attributes["evp-event-id"]} of ${attributes["evp-client"]}`);
}
