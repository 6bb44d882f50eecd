import type { KafkaSettings } from "../core/settings.js";

/** Hears of an outage once, when it begins, and once when it is over. */
export interface OutageListener {
  onTrouble(why: string): void;
  onRecovered(): void;
}

/** A topic of Apache Kafka, as a `RecordSource`. */
export interface KafkaSourceOptions extends OutageListener {
  settings: KafkaSettings & { topic: string; group: string };
  /** A group that has committed nothing begins at the beginning of the topic, and not at its end. */
  fromBeginning: boolean;
  /** Ends once it has handed out what was on its partitions when it got them. */
  drain: boolean;
  /** The broker does not know a position of `partition` any more. `lost`: so many offsets are gone that nobody has read. */
  onGap(partition: string, lost: bigint): void;
}
