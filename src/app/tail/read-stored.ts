import type { Clock } from "../../ports/clock.js";
import type { Journal, StoredEvent } from "../../ports/journal.js";
import { retryStream } from "./retry-stream.js";

interface StoredPorts {
  journal: Pick<Journal, "events">;
  clock: Clock;
}

interface StoredPeriod {
  clientId: string;
  /** ms since 1970, by when the queue took the event; `until` is outside. */
  since: number;
  until: number;
}

const HOUR_MS = 60 * 60_000;

/** A client's stored events in the queue's order. When a read fails for a passing reason it goes on where it was. Ends early when the signal aborts. */
export async function* readStored(
  { journal, clock }: StoredPorts,
  period: StoredPeriod,
  signal: AbortSignal | undefined,
): AsyncGenerator<StoredEvent> {
  let last: Place | undefined;
  async function* readOn(): AsyncGenerator<StoredEvent> {
    // The journal orders by the hour first, so nothing that is still to come lies before it.
    const since = last === undefined ? period.since : Math.max(period.since, last.hour * HOUR_MS);
    for await (const stored of journal.events({ ...period, since })) {
      if (signal?.aborted === true) return;
      const place = nextPlace(stored, last);
      if (place === undefined) continue;
      last = place;
      yield stored;
    }
  }
  yield* retryStream(clock, signal, readOn);
}

/** How far a read has come. Events of a standard queue may share a place. */
interface Place {
  hour: number;
  position: bigint;
  eventIds: Set<string>;
}

/** @returns undefined for an event that was read before */
function nextPlace({ accepted }: StoredEvent, last: Place | undefined): Place | undefined {
  const { eventId, sentAt, sequence } = accepted;
  const hour = Math.floor(sentAt / HOUR_MS);
  const position = BigInt(sequence === "" ? sentAt : sequence);
  if (last === undefined || hour > last.hour || (hour === last.hour && position > last.position)) {
    return { hour, position, eventIds: new Set([eventId]) };
  }
  const isSamePlace = hour === last.hour && position === last.position;
  if (!isSamePlace || last.eventIds.has(eventId)) return undefined;
  last.eventIds.add(eventId);
  return last;
}
