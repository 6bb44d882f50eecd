import type { DeadLetter, DeadLetterFilter } from "./dead-letter.js";

export function matchesFilter(letter: DeadLetter, { clientId, reason, type, ids, since }: DeadLetterFilter): boolean {
  return (
    (clientId === undefined || letter.clientId === clientId) &&
    (reason === undefined || letter.reason === reason) &&
    (type === undefined || letter.type === type) &&
    (ids === undefined ||
      ids.includes(letter.messageId) ||
      (letter.eventId !== null && ids.includes(letter.eventId))) &&
    (since === undefined || Date.parse(letter.rejectedAt) >= since)
  );
}
