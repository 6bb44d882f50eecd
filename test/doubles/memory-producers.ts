import { isDeepStrictEqual } from "node:util";
import type { ProducerRecord } from "../../src/core/producer.js";
import type { ProducerRegistry } from "../../src/ports/producer-registry.js";

/** A registry of producers in memory. */
export function createMemoryProducers(...producers: ProducerRecord[]): ProducerRegistry {
  const records = new Map(producers.map((producer) => [producer.producerId, structuredClone(producer)]));
  return {
    get: async (producerId) => structuredClone(records.get(producerId)),
    list: async () => structuredClone([...records.values()]),
    async put(producer, expected) {
      if (!isDeepStrictEqual(plain(records.get(producer.producerId)), plain(expected))) return false;
      records.set(producer.producerId, structuredClone(producer));
      return true;
    },
    async remove(producerId) {
      records.delete(producerId);
    },
  };
}

/** Without members that are undefined. */
function plain(producer: ProducerRecord | undefined): unknown {
  return producer && JSON.parse(JSON.stringify(producer));
}

export function producerRecord(producerId: string, changes: Partial<ProducerRecord> = {}): ProducerRecord {
  return { producerId, active: true, allowedClients: ["*"], allowedTypes: ["*"], secrets: [], ...changes };
}
