/** What is known of a topic when a member begins with its partitions. Partitions by their numbers, offsets as Kafka counts them. */
interface KnownOffsets {
  /** What the group has committed: the next offset to read. Partitions without are left out. */
  committed: ReadonlyMap<number, bigint>;
  /** The first offset there is, and the one behind the last that may be read. */
  earliest: ReadonlyMap<number, bigint>;
  latest: ReadonlyMap<number, bigint>;
  fromBeginning: boolean;
}

/**
 * Where reading a partition begins: at what is committed. A group that has committed nothing on the topic begins at its end, or with
 * `fromBeginning` at its beginning; a partition that the topic got later is new as a whole, and read from its beginning either way.
 */
export function startOffset(partition: number, known: KnownOffsets): bigint {
  const committed = known.committed.get(partition);
  if (committed !== undefined) return committed;
  const isFromBeginning = known.fromBeginning || known.committed.size > 0;
  return (isFromBeginning ? known.earliest : known.latest).get(partition) ?? 0n;
}

/**
 * Where a partition goes on whose position the broker does not know: retention has removed what it points at, or the topic was made anew.
 * From the first record there is, so that none is left out; `lost` tells how many are gone for good.
 * @returns undefined where the position is fine
 */
export function restartOffset(
  position: bigint,
  { earliest, latest }: { earliest: bigint; latest: bigint },
): { offset: bigint; lost: bigint } | undefined {
  if (position < earliest) return { offset: earliest, lost: earliest - position };
  return position > latest ? { offset: earliest, lost: 0n } : undefined;
}
