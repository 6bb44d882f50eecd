import type { AcceptedFact, PublishedFact } from "./facts.js";
import { isRepairOwner } from "./verify-findings.js";

/** An event of a group that was published. */
export interface PublishedEvent {
  eventId: string;
  /** When, ms since 1970. */
  at: number;
}

interface EarliestPublished extends PublishedEvent {
  topicArn: string;
  sequence: bigint;
}

/**
 * The clocks of processors agree to less. An event whose number is higher and that was published earlier still was published on
 * another topic of the same name, which was removed since.
 */
const CLOCK_SKEW_MS = 60_000;

/**
 * Watches a client's events go by, newest first, and remembers of each group only which of the newer events came first on the topic:
 * whatever stands behind that one is late, and what is not published at all was passed by it.
 */
export class GroupWatch {
  readonly #earliest = new Map<string, EarliestPublished>();

  /**
   * The newer event of its group that was published before this one, which should have come first; undefined when the order is
   * right, or when nobody can tell: a standard queue gives no order, and a new topic counts anew.
   */
  published({ groupId, sequence, eventId }: AcceptedFact, published: PublishedFact): PublishedEvent | undefined {
    // A repair says beforehand that its events come late.
    if (sequence === "" || published.sequence === "" || isRepairOwner(published.owner)) return undefined;
    const { topicArn, at } = published;
    const place = BigInt(published.sequence);
    const earliest = this.#earliest.get(groupId);
    const isSameTopic = earliest?.topicArn === topicArn && earliest.at < at + CLOCK_SKEW_MS;
    if (isSameTopic && earliest.sequence < place) return earliest;
    this.#earliest.set(groupId, { eventId, at, topicArn, sequence: place });
    return undefined;
  }

  /** The newer event of its group that was published although this one was not; undefined when there is none. */
  unpublished({ groupId, sequence }: AcceptedFact): PublishedEvent | undefined {
    return sequence === "" ? undefined : this.#earliest.get(groupId);
  }
}
