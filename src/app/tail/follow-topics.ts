import type { ClientRecord } from "../../core/client.js";
import { isCallError } from "../../ports/call.js";
import type { ReceivedMessage } from "../../ports/queue.js";
import type { Tap } from "../../ports/tap.js";
import { controlCall } from "../control-calls.js";
import { HandOver } from "./hand-over.js";
import type { IdleTimer } from "./idle-timer.js";
import { createLagWatch } from "./lag-watch.js";
import type { Candidate, TailOptions } from "./tail-clients.js";
import type { TailPorts } from "./tail-ports.js";
import { fromStored, toTailRecord } from "./tail-record.js";
import { keepAlive, sweep } from "./tap-upkeep.js";
import { MAX_WAIT_SECONDS, type TapBatch, watchTap } from "./watch-tap.js";

/** How often the registry is asked for clients that were added. */
const NEWCOMERS_EVERY_MS = 15_000;
/** How long a receive waits while something else has to be looked after. */
const SHORT_WAIT_SECONDS = 2;

/** What is stored, where that is wanted, and then what is published on the clients' topics, through one tap. */
export async function* followTopics(
  ports: TailPorts,
  options: TailOptions,
  clients: ClientRecord[],
  idle: IdleTimer,
): AsyncGenerator<Candidate> {
  const { clock, taps } = ports;
  const openedFrom = clock.now();
  const tap = await taps.open(topicsOf(clients, options));
  const over = new AbortController();
  const upkeep = keepAlive(tap, clock, over.signal);
  options.tell({ kind: "watching", clientIds: clients.map(({ clientId }) => clientId) });
  const sweeping = sweep(ports, options.tell);
  let hasFailed = false;
  try {
    const audience = new Audience(ports, options, tap, openedFrom);
    let stored = 0;
    for await (const candidate of audience.admit(clients, options.since)) {
      stored += 1;
      yield candidate;
    }
    if (options.since !== undefined) options.tell({ kind: "caught-up", stored });
    idle.touch();
    yield* audience.listen(idle);
  } catch (error) {
    hasFailed = true;
    throw error;
  } finally {
    over.abort();
    // Why it failed is what the caller must learn; what could not be removed is found by the next tail.
    const closing = tap.close().catch((error: unknown) => {
      if (!hasFailed) throw error;
    });
    await Promise.all([closing, sweeping, upkeep]);
  }
}

function topicsOf(clients: ClientRecord[], { choice, topicPattern }: TailOptions) {
  const arns = clients.map(({ topicArn }) => topicArn);
  const [first = ""] = arns;
  const pattern = `${first.slice(0, first.lastIndexOf(":") + 1)}${topicPattern}`;
  return "all" in choice ? { arns, pattern } : { arns };
}

/** The clients that are watched through one tap. */
class Audience {
  readonly #ports: TailPorts;
  readonly #options: TailOptions;
  readonly #tap: Tap;
  /** Before the tap was opened, ms since 1970. */
  readonly #openedFrom: number;
  /** By topic. */
  #watched = new Map<string, ClientRecord>();
  readonly #handOvers: HandOver[] = [];
  #askAt: number;

  constructor(ports: TailPorts, options: TailOptions, tap: Tap, openedFrom: number) {
    this.#ports = ports;
    this.#options = options;
    this.#tap = tap;
    this.#openedFrom = openedFrom;
    this.#askAt = ports.clock.monotonic() + NEWCOMERS_EVERY_MS;
  }

  /** Takes clients in whose topics the tap watches. Yields what is stored of them from `since` on. */
  async *admit(clients: ClientRecord[], since: number | undefined): AsyncGenerator<Candidate> {
    const { signal, tell } = this.#options;
    for (const client of clients) this.#watched.set(client.topicArn, client);
    if (since === undefined) return;
    const clientIds = clients.map(({ clientId }) => clientId);
    const openedAt = this.#ports.clock.now();
    const onUnsure = () => tell({ kind: "unsure" });
    const handOver = new HandOver(this.#ports, { clientIds, since, openedAt, signal, onUnsure });
    this.#handOvers.push(handOver);
    for await (const event of handOver.stored()) yield this.#fromStored(event);
  }

  /** Yields what is published from now on, and what turns out to have been published before. */
  async *listen(idle: IdleTimer): AsyncGenerator<Candidate> {
    const { clock } = this.#ports;
    const { signal, tell } = this.#options;
    const { queue, retentionMs } = this.#tap;
    const lag = createLagWatch(retentionMs, this.#openedFrom);
    const waitSeconds = () => this.#waitSeconds(idle);
    for await (const batch of watchTap(queue, clock, { waitSeconds, signal })) {
      const behindMs = lag.look(clock.now(), oldestOf(batch));
      if (behindMs !== undefined) tell({ kind: "behind", behindMs, retentionMs });
      for (const message of batch.messages) yield* this.#arrived(message);
      for (const handOver of this.#handOvers) {
        for await (const event of handOver.late(batch)) yield this.#fromStored(event);
      }
      if ("all" in this.#options.choice) yield* this.#admitNewcomers();
      if (idle.leftMs() <= 0) return;
    }
  }

  #waitSeconds(idle: IdleTimer): number {
    const longest = this.#handOvers.some(({ isOpen }) => isOpen) ? SHORT_WAIT_SECONDS : MAX_WAIT_SECONDS;
    return Math.min(longest, Math.max(0, Math.ceil(idle.leftMs() / 1000)));
  }

  #clientOf({ body }: ReceivedMessage): string | null {
    const [only, ...others] = this.#watched.values();
    if (only !== undefined && others.length === 0) return only.clientId;
    return this.#ports.clientOf(body) ?? null;
  }

  /** An event, after those of its group that have to come first; nothing where it was shown. What is replayed is shown, whether the event was or not. */
  async *#arrived(message: ReceivedMessage): AsyncGenerator<Candidate> {
    const record = toTailRecord(this.#clientOf(message), message, "topic");
    const { eventId, clientId, replayId, groupId } = record;
    let wasShown = false;
    if (eventId !== null && clientId !== null && replayId === null) {
      const arrival = { eventId, clientId, groupId, sentAt: message.sentAt };
      for (const handOver of this.#handOvers) {
        for await (const event of handOver.before(arrival)) yield this.#fromStored(event);
        // Every one is asked: each has to know that the tap has brought the event.
        if (handOver.hasShown(arrival)) wasShown = true;
      }
    }
    if (!wasShown) yield { record, attributes: message.attributes };
  }

  /** Clients that were added since are watched too, and what they got meanwhile is read from the journal. */
  async *#admitNewcomers(): AsyncGenerator<Candidate> {
    const { clock, clients } = this.#ports;
    if (clock.monotonic() < this.#askAt) return;
    const records = await controlCall(clock, () => clients.list());
    // A client that was removed has taken its subscription along; should it come back, it is a newcomer.
    const topicArns = new Set(records.map(({ topicArn }) => topicArn));
    this.#watched = new Map([...this.#watched].filter(([topicArn]) => topicArns.has(topicArn)));
    for (const client of records) {
      if (this.#watched.has(client.topicArn) || !(await this.#watch(client))) continue;
      this.#options.tell({ kind: "joined", clientId: client.clientId });
      yield* this.admit([client], this.#options.since ?? this.#openedFrom);
    }
    this.#askAt = clock.monotonic() + NEWCOMERS_EVERY_MS;
  }

  /** @returns false while its topic is not there yet */
  async #watch({ topicArn }: ClientRecord): Promise<boolean> {
    try {
      await this.#tap.watch(topicArn);
      return true;
    } catch (error) {
      if (isCallError(error) && error.kind === "not-found") return false;
      throw error;
    }
  }

  #fromStored(event: Parameters<typeof fromStored>[0]): Candidate {
    return { record: fromStored(event), attributes: this.#ports.attributesOf(event) };
  }
}

function oldestOf({ messages }: TapBatch): number | undefined {
  return messages.length === 0 ? undefined : Math.min(...messages.map(({ sentAt }) => sentAt));
}
