import type { DeadLetter, DeadLetterFilter } from "./dead-letter.js";

export function matchesFilter(letter: DeadLetter, filter: DeadLetterFilter): boolean {
  const { clientId, reason, type, ids, since, until, text } = filter;
  return (
    (clientId === undefined || letter.clientId === clientId) &&
    (reason === undefined || letter.reason === reason) &&
    (type === undefined || letter.type === type) &&
    (ids === undefined || isOneOf(letter, ids)) &&
    (since === undefined || Date.parse(letter.rejectedAt) >= since) &&
    (until === undefined || Date.parse(letter.rejectedAt) <= until) &&
    (text === undefined || contains(letter, text.toLowerCase()))
  );
}

function isOneOf({ messageId, eventId }: DeadLetter, ids: string[]): boolean {
  return ids.includes(messageId) || (eventId !== null && ids.includes(eventId));
}

function contains({ messageId, eventId, detail, body }: DeadLetter, text: string): boolean {
  return [messageId, eventId ?? "", detail, body].some((part) => part.toLowerCase().includes(text));
}
