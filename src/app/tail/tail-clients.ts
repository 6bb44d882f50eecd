import type { ClientRecord } from "../../core/client.js";
import { type ClientChoice, chooseClients } from "./choose-clients.js";
import { followTopics } from "./follow-topics.js";
import { HandOver } from "./hand-over.js";
import { startIdleTimer } from "./idle-timer.js";
import { matchesAll, type TailFilter } from "./tail-filter.js";
import type { TailNotice } from "./tail-notice.js";
import type { TailPorts } from "./tail-ports.js";
import { fromStored, type TailRecord } from "./tail-record.js";

export interface TailOptions {
  choice: ClientChoice;
  /** Name of a client's topic with `*` for the client, which tells what may be watched later. */
  topicPattern: string;
  /** Begins with the events that the queue took from then on, ms since 1970. */
  since?: number | undefined;
  /** False: ends with what is stored. */
  follow: boolean;
  filters?: TailFilter[] | undefined;
  /** Ends after this many records. */
  limit?: number | undefined;
  /** Ends when nothing that passes the filters arrived for so long. */
  idleTimeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
  tell: (notice: TailNotice) => void;
}

/** A record, and what only filters look at. */
export interface Candidate {
  record: TailRecord;
  attributes: Record<string, string>;
}

/**
 * Yields clients' events: those that are stored, where `since` is given, and then each as it is published, with no gap and none twice in
 * between, until a limit, the idle timeout or the signal ends it. The temporary subscription is removed however it ends.
 * @throws EvpError (not-found) for a client that is not registered
 */
export async function* tailClients(ports: TailPorts, options: TailOptions): AsyncGenerator<TailRecord> {
  const { filters = [], limit = Number.POSITIVE_INFINITY, signal } = options;
  const clients = await chooseClients(ports, options.choice);
  const idle = startIdleTimer(ports.clock, options.idleTimeoutMs);
  const candidates = options.follow
    ? followTopics(ports, options, clients, idle)
    : readOnlyStored(ports, options, clients);
  let yielded = 0;
  for await (const { record, attributes } of candidates) {
    if (signal?.aborted === true) return;
    if (!matchesAll(filters, { record, attributes, body: record.body })) continue;
    yield record;
    yielded += 1;
    if (yielded >= limit) return;
    idle.touch();
  }
}

async function* readOnlyStored(
  ports: TailPorts,
  { since = 0, signal }: TailOptions,
  clients: ClientRecord[],
): AsyncGenerator<Candidate> {
  const clientIds = clients.map(({ clientId }) => clientId);
  const handOver = new HandOver(ports, { clientIds, since, openedAt: undefined, signal, onUnsure: () => undefined });
  for await (const event of handOver.stored()) {
    yield { record: fromStored(event), attributes: ports.attributesOf(event) };
  }
}
