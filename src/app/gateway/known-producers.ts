import type { ProducerRecord } from "../../core/producer.js";
import type { Clock } from "../../ports/clock.js";
import type { ProducerRegistry } from "../../ports/producer-registry.js";

/** What the registry says of a producer is believed for so long at most. */
export const PRODUCER_LIVES_MS = 5_000;
/** Read again this early, so that it does not grow stale on the way. */
const REFRESH_AFTER_MS = 4_000;
const MAX_READINGS = 10_000;

interface Reading {
  producer: ProducerRecord | undefined;
  /** ms of the monotonic clock. */
  startedAt: number;
}

/** The registry of producers as a gateway asks it. */
export interface KnownProducers {
  /**
   * What the registry says; refuses (undefined: unknown or disabled) only by a read begun after the question, so that a producer that was
   * added just before its first request is never refused. @throws CallError when the registry does not answer
   */
  find(producerId: string): Promise<ProducerRecord | undefined> | ProducerRecord;
  /** The same by a read begun from now on, for what would otherwise be refused. */
  findAgain(producerId: string): Promise<ProducerRecord | undefined>;
}

export function createKnownProducers(registry: Pick<ProducerRegistry, "get">, clock: Clock): KnownProducers {
  const readings = new Map<string, Reading>();
  const reads = new Map<string, Promise<Reading>>();

  async function read(producerId: string): Promise<Reading> {
    const startedAt = clock.monotonic();
    const reading = { producer: await registry.get(producerId), startedAt };
    readings.delete(producerId);
    readings.set(producerId, reading);
    const [oldest] = readings.keys();
    if (readings.size > MAX_READINGS && oldest !== undefined) readings.delete(oldest);
    return reading;
  }

  /** One read of a producer at a time. */
  function shared(producerId: string): Promise<Reading> {
    const underWay = reads.get(producerId);
    if (underWay !== undefined) return underWay;
    const reading = read(producerId).finally(() => reads.delete(producerId));
    reads.set(producerId, reading);
    return reading;
  }

  async function findAgain(producerId: string): Promise<ProducerRecord | undefined> {
    const askedAt = clock.monotonic();
    const first = await shared(producerId);
    const { producer } = first.startedAt >= askedAt ? first : await shared(producerId);
    return producer?.active === true ? producer : undefined;
  }

  return {
    find(producerId) {
      const known = readings.get(producerId);
      const isYoung = known !== undefined && clock.monotonic() - known.startedAt <= REFRESH_AFTER_MS;
      return isYoung && known.producer?.active === true ? known.producer : findAgain(producerId);
    },
    findAgain,
  };
}
