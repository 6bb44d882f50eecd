import type { ClientRecord } from "../core/client.js";
import { isCallError } from "../ports/call.js";
import type { Clock } from "../ports/clock.js";
import type { Queue, QueueDepth } from "../ports/queue.js";
import { controlCall } from "./control-calls.js";

export interface ClientStatus {
  clientId: string;
  active: boolean;
  /** null: the client has no such queue any more. */
  queue: QueueDepth | null;
  /** When that was so, ISO 8601. */
  askedAt: string;
}

interface DepthPorts {
  queue: (name: string) => Pick<Queue, "depth">;
  clock: Clock;
}

/** Clients asked about at once: a stack may have hundreds. */
const ASKED_AT_ONCE = 10;
/** Of clients that were asked about before, those whose queues held most, which are looked at … */
const FULLEST = 20;
/** … and those that were asked longest ago, are asked about again. */
const IN_TURN = 20;

/**
 * How full the clients' queues are. The first look asks about every client; a later one about 40 of them at most, and
 * about those that are new, so that a stack of hundreds can be watched: each question is a call, which takes time and costs money.
 */
export class ClientDepths {
  readonly #ports: DepthPorts;
  #known = new Map<string, ClientStatus>();

  constructor(ports: DepthPorts) {
    this.#ports = ports;
  }

  /** In the order of the records. @throws CallError when a queue cannot be asked, and it is not because it is gone */
  async look(records: readonly ClientRecord[]): Promise<ClientStatus[]> {
    const clients = new Set(records.map(({ clientId }) => clientId));
    for (const clientId of this.#known.keys()) if (!clients.has(clientId)) this.#known.delete(clientId);
    const asked = this.#choose();
    const due = records.filter(({ clientId }) => !this.#known.has(clientId) || asked.has(clientId));
    for (let start = 0; start < due.length; start += ASKED_AT_ONCE) {
      await Promise.all(due.slice(start, start + ASKED_AT_ONCE).map((record) => this.#ask(record)));
    }
    return records.flatMap(({ clientId, active }) => {
      const known = this.#known.get(clientId);
      return known === undefined ? [] : [{ ...known, active }];
    });
  }

  /** Of the clients that were asked about before. */
  #choose(): Set<string> {
    const fullest = [...this.#known.values()].sort((one, other) => heldIn(other) - heldIn(one)).slice(0, FULLEST);
    const chosen = new Set(fullest.map(({ clientId }) => clientId));
    // Whoever is asked moves to the end.
    const inTurn = [...this.#known.keys()].filter((clientId) => !chosen.has(clientId)).slice(0, IN_TURN);
    return new Set([...chosen, ...inTurn]);
  }

  async #ask({ clientId, active, queueName }: ClientRecord): Promise<void> {
    const { clock } = this.#ports;
    const queue = await this.#depth(queueName);
    this.#known.delete(clientId);
    this.#known.set(clientId, { clientId, active, queue, askedAt: new Date(clock.now()).toISOString() });
  }

  async #depth(queueName: string): Promise<QueueDepth | null> {
    const { queue, clock } = this.#ports;
    try {
      return await controlCall(clock, () => queue(queueName).depth());
    } catch (error) {
      if (isCallError(error) && error.kind === "not-found") return null;
      throw error;
    }
  }
}

function heldIn({ queue }: ClientStatus): number {
  return queue === null ? 0 : queue.visible + queue.inFlight + queue.delayed;
}
