import type { AcceptedFact, FactAddress } from "../../core/facts.js";

/** A stored event that the tap may bring. Its body is left in the journal: there may be many of them. */
export interface ExpectedEvent {
  address: FactAddress;
  /** The message that publishes it. */
  owner: string;
  /** When the journal was last asked, in ms of the clock that never jumps. */
  readAt: number;
  /** When it was published, ms since 1970, by the clock of its processor; undefined while that is not on record. */
  publishedAt: number | undefined;
}

/** Events that are expected, those of each group in the queue's order. */
export class ExpectedEvents {
  readonly #groups = new Map<string, Map<string, ExpectedEvent>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** One that is expected already keeps its place. */
  put(group: string, event: ExpectedEvent): void {
    const events = this.#groups.get(group) ?? new Map<string, ExpectedEvent>();
    const key = keyOf(event.address);
    if (!events.has(key)) this.#size += 1;
    events.set(key, event);
    this.#groups.set(group, events);
  }

  has(group: string, address: FactAddress): boolean {
    return this.#groups.get(group)?.has(keyOf(address)) === true;
  }

  delete(group: string, address: FactAddress): void {
    const events = this.#groups.get(group);
    if (events?.delete(keyOf(address)) !== true) return;
    this.#size -= 1;
    if (events.size === 0) this.#groups.delete(group);
  }

  /** Those of a group, in its order. */
  inGroup(group: string): ExpectedEvent[] {
    return [...(this.#groups.get(group)?.values() ?? [])];
  }

  /** All of them, group by group. */
  *all(): Generator<{ group: string; event: ExpectedEvent }> {
    for (const [group, events] of this.#groups) {
      for (const event of events.values()) yield { group, event };
    }
  }
}

/** What tells an event from others. */
export function keyOf({ clientId, eventId }: FactAddress): string {
  return `${clientId} ${eventId}`;
}

/** What tells a client's group from those of other clients. */
export function groupOf({ clientId, groupId }: Pick<AcceptedFact, "clientId" | "groupId">): string {
  return `${clientId} ${groupId}`;
}
