import type { BlockedGroup } from "../core/blocked-group.js";
import type { AcceptedFact, Claim, Fact, FactAddress, PublishedFact, RejectedFact } from "../core/facts.js";
import type { ProcessorReport } from "../core/processor-report.js";
import type { EntryResult } from "./call.js";

/** A dead letter as the journal knows it. */
export interface RejectedEntry {
  rejected: RejectedFact;
  /** It was sent through the front door again, or purged, since. */
  settled: "redriven" | "purged" | undefined;
}

/** An event that was accepted, and its publication if there was one. */
export interface StoredEvent {
  accepted: AcceptedFact;
  published: PublishedFact | undefined;
}

/** The store of facts (README, "How the promises are kept"). Reads are strongly consistent. */
export interface Journal {
  /** Inserts, 25 at most, of distinct events. `inserted: false`: an accepted fact of that event and client is there already, expired or not. */
  insertAccepted(facts: AcceptedFact[]): Promise<EntryResult<{ inserted: boolean }>[]>;
  /** Writes facts that have one writer each, 25 at most, of distinct addresses. */
  write(facts: Exclude<Fact, AcceptedFact>[]): Promise<EntryResult[]>;
  /** Every fact of that event and client, expired ones included. */
  read(address: FactAddress): Promise<Fact[]>;
  /** Puts `fact` in the place of the accepted fact as long as the claim on that one is `previous`. @returns false when another message was faster, or the owner has renewed its claim */
  takeOver(fact: AcceptedFact, previous: Claim): Promise<boolean>;
  /** Every fact under an event id, of all clients. */
  readEvent(eventId: string): Promise<Fact[]>;
  /** Rejections from `since` on and up to `until`, oldest or newest first, by the index over rejections (eventually consistent). */
  rejections(options: { since: number; until: number; newestFirst?: boolean }): AsyncIterable<RejectedEntry>;
  /**
   * A client's accepted events that the queue took from `since` on and before `until`, ms since 1970, in the order of the queue, or the newest
   * first; by the index over accepted events (eventually consistent), expired ones left out. Without that index the whole table is looked through.
   */
  events(options: {
    clientId: string;
    since: number;
    until: number;
    newestFirst?: boolean;
    /** Bodies may be left empty, where that saves reading. */
    withoutBodies?: boolean;
    /** What was accepted within the last ten minutes may be left out, where that saves asking for hours in which there was nothing. */
    mayMissLatest?: boolean;
  }): AsyncIterable<StoredEvent>;
  /**
   * Whether an event of that group with a higher ingress sequence was accepted since, by the index over accepted events
   * (eventually consistent). undefined: that cannot be told, because the index is off or holds too much to look through.
   */
  hasNewer(group: { clientId: string; groupId: string; sequence: string; since: number }): Promise<boolean | undefined>;
  /**
   * Takes or renews the right to do something alone. Taken when nobody has it, when it ran out by `now`, or when `holder` has it already,
   * by one conditional write. @returns undefined when taken, else who has it
   */
  takeLock(lock: Lock, now: number): Promise<Lock | undefined>;
  /** Gives a lock back; without effect when somebody else has it. */
  giveLock(lock: Pick<Lock, "name" | "holder">): Promise<void>;
  /** Notes that a group is blocked, in the place of what was noted of it before; but `since` stays while the same message is its head. */
  noteBlockedGroup(group: BlockedGroup): Promise<void>;
  /** The groups whose heads were tried within the last day, whatever has become of them since. `now`: ms since 1970 */
  blockedGroups(now: number): Promise<BlockedGroup[]>;
  /** Keeps what a processor says of itself, in the place of what it said before. */
  noteProcessor(report: ProcessorReport): Promise<void>;
  forgetProcessor(processorId: string): Promise<void>;
  /** What processors said within the last minute. `now`: ms since 1970 */
  processors(now: number): Promise<ProcessorReport[]>;
}

/** A right that one process at a time has, and that runs out by itself when its holder dies. */
export interface Lock {
  name: string;
  holder: string;
  /** When it runs out, ms since 1970. */
  until: number;
}
