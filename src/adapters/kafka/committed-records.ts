import type { KafkaRecord, RecordsBatch } from "@platformatic/kafka";

/** Bits of a batch's attributes ("Kafka protocol", "Record Batch"). */
const IS_TRANSACTIONAL = 0x10;
const IS_CONTROL = 0x20;
/** The second half of a control record's key, for a transaction that was given up ("Record Batch", "Control Batches"). */
const ABORT = 0;

/** What a broker answered for one partition. */
export interface FetchedPartition {
  records?: RecordsBatch[] | null;
  abortedTransactions: { producerId: bigint; firstOffset: bigint }[] | null;
}

interface CommittedRecords {
  records: { offset: bigint; record: KafkaRecord }[];
  /** Where to read on: behind the last batch, whatever was in it. */
  next: bigint;
}

/**
 * The records from `position` on that a reader of committed transactions may see. Left out are those of transactions that were given
 * up, the markers that end one, and what compaction has removed; none of them stops the position. As Kafka's own consumer does it: a
 * producer's records are skipped from the first offset of its aborted transaction to the marker that ends it ("KIP-98").
 */
export function committedRecords(fetched: FetchedPartition, position: bigint): CommittedRecords {
  const waiting = [...(fetched.abortedTransactions ?? [])].sort((one, other) =>
    one.firstOffset < other.firstOffset ? -1 : 1,
  );
  const aborting = new Set<bigint>();
  const records: CommittedRecords["records"] = [];
  let next = position;
  for (const batch of fetched.records ?? []) {
    const last = batch.firstOffset + BigInt(batch.lastOffsetDelta);
    while (waiting[0] !== undefined && waiting[0].firstOffset <= last) {
      aborting.add(waiting[0].producerId);
      waiting.shift();
    }
    if (last >= next) next = last + 1n;
    if ((batch.attributes & IS_CONTROL) !== 0) {
      if (endsAborted(batch)) aborting.delete(batch.producerId);
      continue;
    }
    if ((batch.attributes & IS_TRANSACTIONAL) !== 0 && aborting.has(batch.producerId)) continue;
    for (const record of batch.records) {
      const offset = batch.firstOffset + BigInt(record.offsetDelta);
      // A broker answers with whole batches: the first one may begin before what was asked for.
      if (offset >= position) records.push({ offset, record });
    }
  }
  return { records, next };
}

function endsAborted({ records }: RecordsBatch): boolean {
  return records[0]?.key?.readInt16BE(2) === ABORT;
}
