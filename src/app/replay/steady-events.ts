import { retryDelayMs } from "../../core/backoff.js";
import { isPassing } from "../../ports/call.js";
import type { Clock } from "../../ports/clock.js";
import type { Journal, StoredEvent } from "../../ports/journal.js";

interface EventPorts {
  journal: Pick<Journal, "events">;
  clock: Clock;
}

type Period = Parameters<Journal["events"]>[0];

const MAX_ATTEMPTS = 5;
const HOUR_MS = 60 * 60 * 1000;

/**
 * A client's stored events, in the journal's order, going on where it stopped when a read fails for a passing reason: a walk through
 * a hundred thousand events is not begun again for one call.
 * @throws CallError what the fifth failure in a row threw; nothing more comes once `signal` has aborted
 */
export async function* steadyEvents(
  { journal, clock }: EventPorts,
  period: Period,
  signal: AbortSignal | undefined,
): AsyncGenerator<StoredEvent> {
  const place = new Place(period.newestFirst === true);
  for (let attempt = 0; ; ) {
    try {
      for await (const event of journal.events(place.rest(period))) {
        if (signal?.aborted === true) return;
        if (!place.pass(event)) continue;
        attempt = 0;
        yield event;
      }
      return;
    } catch (error) {
      attempt += 1;
      if (!isPassing(error) || attempt === MAX_ATTEMPTS || signal?.aborted === true) throw error;
      await clock.sleep(
        retryDelayMs(attempt, () => clock.random()),
        signal,
      );
    }
  }
}

/** How far a walk has come. The journal goes hour by hour, and within an hour by the queue's sequence. */
class Place {
  readonly #newestFirst: boolean;
  #hour: number | undefined;
  #position = 0n;
  /** Events at that very position that have gone by: those of a standard queue may have been sent in the same millisecond. */
  #passed = new Set<string>();
  /** What comes now may have gone by before. */
  #isCatchingUp = false;

  constructor(newestFirst: boolean) {
    this.#newestFirst = newestFirst;
  }

  /** What is left of the period, from the beginning of the hour that was being read. */
  rest(period: Period): Period {
    if (this.#hour === undefined) return period;
    this.#isCatchingUp = true;
    return this.#newestFirst
      ? { ...period, until: Math.min(period.until, this.#hour + HOUR_MS) }
      : { ...period, since: Math.max(period.since, this.#hour) };
  }

  /** @returns false for an event that has gone by before */
  pass({ accepted: { eventId, sequence, sentAt } }: StoredEvent): boolean {
    const hour = Math.floor(sentAt / HOUR_MS) * HOUR_MS;
    const position = BigInt(sequence === "" ? sentAt : sequence);
    if (this.#isCatchingUp && this.#hasPassed(eventId, hour, position)) return false;
    if (hour !== this.#hour || position !== this.#position) {
      this.#isCatchingUp = false;
      this.#hour = hour;
      this.#position = position;
      this.#passed = new Set();
    }
    this.#passed.add(eventId);
    return true;
  }

  #hasPassed(eventId: string, hour: number, position: bigint): boolean {
    if (hour !== this.#hour) return false;
    if (position === this.#position) return this.#passed.has(eventId);
    return this.#newestFirst ? position > this.#position : position < this.#position;
  }
}
