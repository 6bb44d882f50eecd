import type { FactAddress } from "../../core/facts.js";
import type { Clock } from "../../ports/clock.js";
import type { Journal, StoredEvent } from "../../ports/journal.js";
import { retryCall } from "../retry-call.js";
import { type ExpectedEvent, ExpectedEvents, groupOf, keyOf } from "./expected-events.js";
import { mergeStored } from "./merge-stored.js";
import { readStored } from "./read-stored.js";
import type { PublishedEvent } from "./tail-record.js";
import type { TapBatch } from "./watch-tap.js";

/** After so long the index over accepted events shows what was accepted before ("Using Global Secondary Indexes in DynamoDB": within a fraction of a second), and a new subscription works. */
const SETTLE_MS = 2_000;
/** No clock is so wrong. */
const RECENT_MS = 5 * 60_000;
/** The queue's clock and ours may differ. */
const CLOCKS_DIFFER_MS = 60_000;
/** A topic takes an event a second time 5 minutes after the first at the earliest ("Message deduplication for FIFO topics"): in between it is the same publication, whatever clocks say. */
const SAME_PUBLICATION_MS = 150_000;
/** What was published is on the tap so long after its publication was read in the journal. */
const DELIVERY_MS = 2_000;
/** So long a group waits for the record of an event. */
const PATIENCE_MS = 30_000;
const LOOK_AGAIN_MS = 2_000;
/** Events looked after in one round. */
const LOOKED_AFTER_AT_ONCE = 25;
/** Events that are expected, and ids of those that were shown: some 100 bytes each. */
const MAX_KEPT = 200_000;

interface HandOverPorts {
  journal: Pick<Journal, "events" | "read">;
  clock: Clock;
}

interface HandOverOptions {
  clientIds: string[];
  /** From when on stored events are wanted, ms since 1970, by when the queue took them. */
  since: number;
  /** When the tap was open, ms since 1970; undefined when none follows. */
  openedAt: number | undefined;
  signal?: AbortSignal | undefined;
  /** Told once, when there is more to keep in mind than fits: an event may come twice now, or not at all. */
  onUnsure: () => void;
}

/** An event that the tap has brought. */
interface Arrival extends FactAddress {
  groupId: string;
  /** ms since 1970. */
  sentAt: number;
}

/**
 * Takes a tail from the journal over to the tap, so that it shows every published event once, and those of a group in their order.
 *
 * The tap is open before anything is read, so whatever is published later is on it. What was published before is in the journal; but the
 * index shows an accepted event with a delay, and its published fact is written after the publish. And what the journal shows may be on
 * the tap as well. Hence:
 * - The journal is read a while after the tap was open, when the index shows all that was accepted before.
 * - What was published before the tap was open is shown. What was published since, by the clock of its processor, or has no published
 *   fact yet, is expected on the tap; and so is what stands behind such an event in its group. What the tap does not bring was published
 *   before after all: it is shown before the next event of its group, or when the tap is empty.
 * - Of what was shown, the ids are kept as far as the tap may still bring it.
 */
export class HandOver {
  readonly #ports: HandOverPorts;
  readonly #options: HandOverOptions;
  /** When each was published, ms since 1970, by key. */
  readonly #shown = new Map<string, number>();
  readonly #expected = new ExpectedEvents();
  /** Groups of which an event is expected that may have been published lately. */
  readonly #heldGroups = new Set<string>();
  #isUnsure = false;
  /** When the journal had been read, ms of the clock that never jumps. */
  #readAt = 0;
  #lookAt = 0;

  constructor(ports: HandOverPorts, options: HandOverOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /** What is stored and published, in the queue's order. */
  async *stored(): AsyncGenerator<PublishedEvent> {
    const { clock } = this.#ports;
    const { openedAt, signal } = this.#options;
    if (openedAt !== undefined) await clock.sleep(SETTLE_MS, signal);
    for await (const stored of this.#read()) {
      const { accepted, published } = stored;
      if (openedAt !== undefined && this.#mayCome(stored, openedAt)) this.#expect(stored);
      else if (published !== undefined) {
        if (this.#isRecent(published.at)) this.#remember(accepted, published.at);
        yield { accepted, published };
      }
    }
    this.#readAt = clock.monotonic();
    this.#lookAt = this.#readAt + LOOK_AGAIN_MS;
  }

  /** Yields what has to be shown before an event that the tap brings: in its group, the tap will not bring it any more. */
  async *before({ groupId, sentAt, ...address }: Arrival): AsyncGenerator<PublishedEvent> {
    const group = groupOf({ ...address, groupId });
    const isExpected = this.#expected.has(group, address);
    for (const event of this.#expected.inGroup(group)) {
      if (keyOf(event.address) === keyOf(address)) return;
      const { publishedAt } = event;
      if (publishedAt !== undefined && (isExpected || publishedAt <= sentAt)) yield* this.#showLate(group, event);
    }
  }

  /** Whether an event that the tap brings was shown. One that is published once more is shown once more: its client gets it twice. */
  hasShown({ groupId, sentAt, ...address }: Arrival): boolean {
    this.#expected.delete(groupOf({ ...address, groupId }), address);
    const publishedAt = this.#shown.get(keyOf(address));
    this.#shown.delete(keyOf(address));
    return publishedAt !== undefined && sentAt < publishedAt + SAME_PUBLICATION_MS;
  }

  /** Whether events are expected, so that the tap should be left often. */
  get isOpen(): boolean {
    return this.#expected.size > 0;
  }

  /** Yields what the tap has not brought and will not bring. `batch`: the last one that the tap brought, all of whose events were asked about. */
  async *late(batch: Pick<TapBatch, "askedAt" | "isFull">): AsyncGenerator<PublishedEvent> {
    const now = this.#ports.clock.monotonic();
    if (now > this.#readAt + 2 * RECENT_MS) this.#shown.clear();
    if (this.#expected.size === 0) return;
    const waiting = new Set<string>();
    for (const { group, event } of [...this.#expected.all()]) {
      const { publishedAt, readAt } = event;
      const isMissed = publishedAt !== undefined && !batch.isFull && batch.askedAt >= readAt + DELIVERY_MS;
      if (isMissed && !waiting.has(group)) yield* this.#showLate(group, event);
      else if (publishedAt !== undefined || now < this.#readAt + PATIENCE_MS) waiting.add(group);
    }
    if (now >= this.#lookAt) await this.#lookAfter();
  }

  #read(): AsyncGenerator<StoredEvent> {
    const { clientIds, since, signal } = this.#options;
    const until = this.#ports.clock.now() + CLOCKS_DIFFER_MS;
    return mergeStored(clientIds.map((clientId) => readStored(this.#ports, { clientId, since, until }, signal)));
  }

  /** Whether the tap may bring an event, or one before it in its group. */
  #mayCome({ accepted, published }: StoredEvent, openedAt: number): boolean {
    const group = groupOf(accepted);
    const isLate = published === undefined ? this.#isRecent(accepted.claimedAt) : published.at >= openedAt;
    if (isLate) this.#heldGroups.add(group);
    return published === undefined || (this.#heldGroups.has(group) && this.#isRecent(published.at));
  }

  /** Whether something may have happened since the tap was open, by a clock that is wrong. */
  #isRecent(at: number): boolean {
    const { openedAt } = this.#options;
    return openedAt !== undefined && at >= openedAt - RECENT_MS;
  }

  /** Asks the journal again for some of the events that are not on record, those first that it was not asked for the longest. */
  async #lookAfter(): Promise<void> {
    const open = [...this.#expected.all()].filter(({ event }) => event.publishedAt === undefined);
    const some = open.sort((one, other) => one.event.readAt - other.event.readAt).slice(0, LOOKED_AFTER_AT_ONCE);
    for (const { group, event } of some) {
      const stored = await this.#readAgain(event);
      if (stored === undefined) this.#expected.delete(group, event.address);
      else this.#expect(stored);
    }
    this.#lookAt = this.#ports.clock.monotonic() + LOOK_AGAIN_MS;
  }

  /** @returns undefined when it was not published and will not be */
  async #readAgain({ address, owner }: ExpectedEvent): Promise<StoredEvent | undefined> {
    const { journal, clock } = this.#ports;
    const facts = await retryCall(clock, this.#options.signal, () => journal.read(address));
    const accepted = facts.find((fact) => fact.fact === "accepted");
    const published = facts.find((fact) => fact.fact === "published");
    const isRejected = facts.some((fact) => fact.fact === "rejected" && fact.messageId === owner);
    if (accepted === undefined || (published === undefined && isRejected)) return undefined;
    return { accepted, published };
  }

  async *#showLate(group: string, event: ExpectedEvent): AsyncGenerator<PublishedEvent> {
    this.#expected.delete(group, event.address);
    const stored = await this.#readAgain(event);
    if (stored?.published === undefined) return;
    this.#remember(event.address, stored.published.at);
    yield { accepted: stored.accepted, published: stored.published };
  }

  #expect({ accepted, published }: StoredEvent): void {
    const { eventId, clientId, owner } = accepted;
    if (!this.#hasRoom(this.#expected.size)) return;
    const readAt = this.#ports.clock.monotonic();
    const publishedAt = published?.at;
    this.#expected.put(groupOf(accepted), { address: { eventId, clientId }, owner, readAt, publishedAt });
  }

  #remember(address: FactAddress, publishedAt: number): void {
    if (this.#hasRoom(this.#shown.size)) this.#shown.set(keyOf(address), publishedAt);
  }

  #hasRoom(size: number): boolean {
    if (size < MAX_KEPT) return true;
    if (!this.#isUnsure) this.#options.onUnsure();
    this.#isUnsure = true;
    return false;
  }
}
