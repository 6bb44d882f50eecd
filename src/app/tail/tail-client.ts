import { EvpError } from "../../core/errors.js";
import type { ClientRegistry } from "../../ports/client-registry.js";
import type { Clock } from "../../ports/clock.js";
import type { Queue } from "../../ports/queue.js";
import type { Taps } from "../../ports/tap.js";
import { findClient } from "../client.js";
import { consumeQueue } from "./consume-queue.js";
import type { TailFilter } from "./tail-filter.js";
import type { TailRecord } from "./tail-record.js";
import { watchQueue } from "./watch-queue.js";

export interface TailPorts {
  clients: Pick<ClientRegistry, "get" | "list">;
  taps: Pick<Taps, "open">;
  /** The client's own queue by name. */
  queue: (name: string) => Pick<Queue, "receive" | "delete" | "changeVisibility">;
  clock: Clock;
}

export interface TailOptions {
  clientId: string;
  /** Take from the client's own queue and acknowledge, as the client would. */
  consume?: boolean | undefined;
  filters?: TailFilter[] | undefined;
  /** Ends after this many records. */
  limit?: number | undefined;
  /** Ends when nothing arrived for so long. */
  idleTimeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
  /** Told once no event can be missed any more. */
  onReady?: (() => void) | undefined;
}

/**
 * Yields a client's events as they are published, until a limit, the idle timeout or the signal ends it.
 * A temporary subscription is removed however it ends; with `consume` a record is acknowledged when the next one is asked for.
 * @throws EvpError (not-found) for a client that is not registered; (usage) for filters with `consume`
 */
export async function* tailClient(ports: TailPorts, options: TailOptions): AsyncGenerator<TailRecord> {
  if (options.consume === true) assertNoFilters(options.filters);
  const client = await findClient(ports.clients, options.clientId);
  if (options.consume === true) {
    options.onReady?.();
    yield* consumeQueue(ports.queue(client.queueName), ports.clock, options);
    return;
  }
  const tap = await ports.taps.open(client.topicArn);
  try {
    options.onReady?.();
    yield* watchQueue(tap.queue, ports.clock, options);
  } finally {
    await tap.close();
  }
}

/** What the filters hide would be taken from the client unseen. */
function assertNoFilters(filters: TailFilter[] = []): void {
  if (filters.length === 0) return;
  throw new EvpError("--consume takes every event and cannot be combined with --filter", {
    code: "consume-filtered",
    category: "usage",
    hint: "Leave out --consume to watch without taking, or filter what it prints.",
  });
}
