import type { ProducerRecord } from "../core/producer.js";

/** The registry of producers. Every read is strongly consistent. */
export interface ProducerRegistry {
  /** undefined: nobody of that id is registered. */
  get(producerId: string): Promise<ProducerRecord | undefined>;
  list(): Promise<ProducerRecord[]>;
  /**
   * Creates a record where there is none, or replaces the one that is still as `expected` tells it, so that of two changes at
   * the same time neither undoes the other.
   * @returns false where somebody else was faster, and nothing was written
   */
  put(producer: ProducerRecord, expected?: ProducerRecord): Promise<boolean>;
  remove(producerId: string): Promise<void>;
}
