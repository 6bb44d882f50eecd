import type { ClientRegistry } from "../../ports/client-registry.js";
import type { Clock } from "../../ports/clock.js";
import type { Queue } from "../../ports/queue.js";
import { findClient } from "../client.js";
import { type ConsumeOptions, consumeQueue } from "./consume-queue.js";
import type { TailRecord } from "./tail-record.js";

interface ConsumePorts {
  clients: Pick<ClientRegistry, "get" | "list">;
  /** The client's own queue by name. */
  queue: (name: string) => Pick<Queue, "receive" | "delete" | "changeVisibility">;
  clock: Clock;
}

/**
 * Takes a client's events from its own queue, as the client would, until a limit, the idle timeout or the signal ends it.
 * A record is acknowledged when the next one is asked for.
 * @throws EvpError (not-found) for a client that is not registered
 */
export async function* consumeClient(ports: ConsumePorts, options: ConsumeOptions): AsyncGenerator<TailRecord> {
  const client = await findClient(ports.clients, options.clientId);
  yield* consumeQueue(ports.queue(client.queueName), ports.clock, options);
}
