const HOUR_MS = 60 * 60 * 1000;
/** Digits of a queue's sequence number ("SendMessage"); shorter ones are padded, so that text sorts as numbers do. */
const SEQUENCE_DIGITS = 20;

/** The hour of a time, in hours since 1970. */
export function hourOf(at: number): number {
  return Math.floor(at / HOUR_MS);
}

/** Partition of the replay index: the client and the UTC hour in which the queue took the message. Not the hour of acceptance: only so do hours follow the queue's order. */
export function clientHour(clientId: string, sentAt: number): string {
  return `${clientId}#${hourText(Math.floor(sentAt / HOUR_MS))}`;
}

/** The last one, since events come by the thousand in the same hour. */
let written = { hour: Number.NaN, text: "" };

function hourText(hour: number): string {
  if (hour !== written.hour)
    written = { hour, text: new Date(hour * HOUR_MS).toISOString().slice(0, "2026-11-21T10".length) };
  return written.text;
}

/** Place within the hour: the queue's sequence number, or the time of sending where a standard queue gives none. */
export function position(sequence: string, sentAt: number): string {
  return (sequence === "" ? String(sentAt) : sequence).padStart(SEQUENCE_DIGITS, "0");
}

/** The partitions of a client from one time to another, oldest first. */
export function clientHours(clientId: string, since: number, until: number): string[] {
  const first = hourOf(since);
  const count = Math.max(0, hourOf(until) - first + 1);
  return Array.from({ length: count }, (_, index) => clientHour(clientId, (first + index) * HOUR_MS));
}
