import { type ClusterTopicMetadata, type Consumer, FetchIsolationLevels } from "@platformatic/kafka";
import type { SourceRecord } from "../../ports/record-source.js";
import { committedRecords } from "./committed-records.js";
import { sourceRecord } from "./source-record.js";

/** Where reading a partition is. */
export interface ReadPlace {
  /** The next offset to ask for. */
  next: bigint;
  /** Offset of the last record that was handed out; undefined: none was, since the partition was assigned. */
  handedOut: bigint | undefined;
}

interface FetchesOptions {
  /** Used for nothing but reading, since an answer that is waited for holds up what comes behind it on its connection. */
  reader: Consumer;
  topic: string;
  /** The topic as it is now: who leads its partitions. */
  lookUp: () => Promise<ClusterTopicMetadata>;
  /** A fetch has ended. */
  onChange: () => void;
}

/** So much is asked for of a partition, and of a broker, at once; a record may be longer ("Fetch API"). */
const PARTITION_BYTES = 1024 * 1024;
const ANSWER_BYTES = 4 * PARTITION_BYTES;
/** A broker that has nothing new waits so long before it says so. */
const MAX_WAIT_MS = 500;
/** Let the broker say whose epoch it is: a position is checked by its offset ("KIP-320"). */
const ANY_EPOCH = -1;

/** Partitions by their numbers. */
export type ReadPlaces = Map<number, ReadPlace>;

type Ended = { response: Awaited<ReturnType<Consumer["fetch"]>> } | { error: unknown };

/** Fetches what is assigned, at most one answer at a time from each broker. One is fetched ahead; the next only when that is taken. */
export class PartitionFetches {
  readonly #options: FetchesOptions;
  /** Brokers that are being asked, be it for an assignment that is over. */
  readonly #asked = new Set<number>();
  #places: ReadPlaces = new Map();
  #ended: Ended[] = [];

  constructor(options: FetchesOptions) {
    this.#options = options;
  }

  /** From now on reads these, and moves them along; what is still on its way of others is dropped. */
  begin(places: ReadPlaces): void {
    this.#places = places;
    this.#ended = [];
  }

  /** Asks every leader that is not being asked. @throws what looking up the topic throws, and when there is none to ask */
  async ask(): Promise<void> {
    if (this.#ended.length > 0) return;
    const places = this.#places;
    const { id, partitions } = await this.#options.lookUp();
    if (places !== this.#places) return;
    const leaders = Map.groupBy(places.keys(), (partition) => partitions[partition]?.leader ?? ANY_EPOCH);
    for (const [node, led] of leaders) if (node >= 0 && !this.#asked.has(node)) this.#askLeader(node, id, led);
    if (this.#asked.size === 0 && places.size > 0) throw new Error("no broker leads the partitions");
  }

  /** What a broker has answered since it was last taken; undefined: nothing. @throws what the client threw */
  take(): SourceRecord[] | undefined {
    const ended = this.#ended.shift();
    if (ended === undefined) return undefined;
    if ("error" in ended) throw ended.error;
    const { topic } = this.#options;
    const reads = ended.response.responses
      .flatMap(({ partitions }) => partitions)
      .flatMap((fetched) => {
        const place = this.#places.get(fetched.partitionIndex);
        if (place === undefined) return [];
        const { records, next } = committedRecords(fetched, place.next);
        const partition = fetched.partitionIndex;
        return [{ place, next, records: records.map((one) => sourceRecord(topic, partition, one.offset, one.record)) }];
      });
    // Moved only once all of the answer could be read, so that nothing of it is passed over.
    for (const { place, next, records } of reads) moveOn(place, next, records);
    return reads.flatMap(({ records }) => records);
  }

  #askLeader(node: number, topicId: string, partitions: number[]): void {
    const { reader, onChange } = this.#options;
    const places = this.#places;
    const end = (ended: Ended) => {
      this.#asked.delete(node);
      if (places === this.#places) this.#ended.push(ended);
      onChange();
    };
    const wanted = partitions.map((partition) => ({
      partition,
      fetchOffset: places.get(partition)?.next ?? 0n,
      partitionMaxBytes: PARTITION_BYTES,
      currentLeaderEpoch: ANY_EPOCH,
      lastFetchedEpoch: ANY_EPOCH,
    }));
    this.#asked.add(node);
    reader
      .fetch({
        node,
        topics: [{ topicId, partitions: wanted }],
        maxWaitTime: MAX_WAIT_MS,
        minBytes: 1,
        maxBytes: ANSWER_BYTES,
        isolationLevel: FetchIsolationLevels.READ_COMMITTED,
      })
      .then(
        (response) => end({ response }),
        (error: unknown) => end({ error }),
      );
  }
}

function moveOn(place: ReadPlace, next: bigint, records: SourceRecord[]): void {
  place.next = next;
  place.handedOut = records.at(-1)?.position ?? place.handedOut;
}
