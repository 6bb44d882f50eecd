import type { Frontier } from "../../ports/record-source.js";
import type { ReadPlace } from "./partition-fetches.js";
import { partitionName } from "./source-record.js";

/** A partition that is this member's, as far as it is dealt with. */
export interface HeldPlace extends ReadPlace {
  /** Offset of the last record before which everything is dealt with, itself included; undefined: of none since it was assigned. */
  settled: bigint | undefined;
  /** What the group has committed of it, or where it began: the next offset to read. */
  committed: bigint;
}

/** The next offset to read, by partition. */
export type OffsetCommit = { partition: number; offset: bigint }[];

/** Notes frontiers; those of partitions that are not held are left out. */
export function settle(topic: string, places: ReadonlyMap<number, HeldPlace>, frontiers: Frontier[]): void {
  const positions = new Map(frontiers.map(({ partition, position }) => [partition, position]));
  for (const [partition, place] of places) {
    const position = positions.get(partitionName(topic, partition));
    if (position !== undefined && position >= (place.settled ?? place.committed)) place.settled = position;
  }
}

/**
 * What to commit now. Behind the last record that was handed out there may be what is never handed out (markers of transactions, and what
 * compaction has removed): it is dealt with as soon as that record is, or the group would seem to lag behind for good.
 */
export function dueCommits(places: ReadonlyMap<number, HeldPlace>): OffsetCommit {
  return [...places].flatMap(([partition, place]) => {
    const offset = place.settled === place.handedOut ? place.next : (place.settled ?? place.committed - 1n) + 1n;
    return offset > place.committed ? [{ partition, offset }] : [];
  });
}

/** Notes what was committed. */
export function noteCommitted(places: ReadonlyMap<number, HeldPlace>, commits: OffsetCommit): void {
  for (const { partition, offset } of commits) {
    const place = places.get(partition);
    if (place !== undefined && place.committed < offset) place.committed = offset;
  }
}
