/** One record of a source, as its producer wrote it. */
export interface SourceRecord {
  /** Records of one partition are in order and are handed out in it: a file is one partition, a Kafka topic has several. */
  partition: string;
  /** Grows within its partition: a byte offset, a Kafka offset. Only its source understands it. */
  position: bigint;
  /** The record's bytes as text; undefined: they are no UTF-8, or there are none. */
  text: string | undefined;
  /** The same bytes, for what is no event. */
  bytes: Uint8Array;
  /** The record was too long to be held: `bytes` are its beginning, and this is what all of it is. */
  cut?: { sizeBytes: number; sha256: string } | undefined;
  /** The record's own key, where its source has one. */
  key: string | undefined;
  /** The trace context that its producer sent with it. */
  traceparent?: string | undefined;
  /** How it is called to a person: `orders.ndjson line 12`, `stream_producer/0 offset 118`. */
  place: string;
  /** The same, as attributes of a dead letter: topic, partition and offset, or file and line. */
  origin: Readonly<Record<string, string>>;
}

/** Up to which record of a partition everything is on the queue, or on the DLQ. */
export interface Frontier {
  partition: string;
  position: bigint;
}

/**
 * Where events come from that are not on the ingress queue yet. Its position is durable: what was read and not committed is read again by
 * the next run.
 */
export interface RecordSource {
  /** A name for the log and the summary. */
  readonly name: string;
  /**
   * Batches as they come, never empty; the next one is read only when it is asked for, which is how back-pressure reaches the source. Ends when the source has ended (a
   * file that is not followed) or `stop` has aborted.
   * @throws EvpError for what cannot mend itself (no such topic, a file that cannot be read); outages are waited out, and told to `onTrouble`
   */
  read(stop: AbortSignal): AsyncIterable<SourceRecord[]>;
  /**
   * Keeps how far the work is. Called with what only ever grows, one call at a time. Partitions that are not this process's any
   * more are left out without a word.
   * @throws EvpError when it cannot be kept and that will not pass
   */
  commit(frontiers: Frontier[]): Promise<void>;
  /** Told which partitions are not this process's any more: what is held of them is not sent any more, nor committed. */
  onLost(listener: (partitions: string[]) => void): void;
  close(): Promise<void>;
}
