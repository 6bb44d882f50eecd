import type { TailOptions } from "../../src/app/tail/tail-clients.js";
import { tailClients } from "../../src/app/tail/tail-clients.js";
import type { TailNotice } from "../../src/app/tail/tail-notice.js";
import type { TailRecord } from "../../src/app/tail/tail-record.js";
import type { AcceptedFact, Fact, PublishedFact } from "../../src/core/facts.js";
import { tapPolicy } from "../../src/core/tap-policy.js";
import { MessagingModel } from "../../src/local/model/messaging-model.js";
import { CallError } from "../../src/ports/call.js";
import type { StoredEvent } from "../../src/ports/journal.js";
import type { Tap, TapSighting, TapTopics } from "../../src/ports/tap.js";
import { clientRecord } from "../doubles/memory-clients.js";
import { createManualClock } from "./manual-clock.js";
import { asReceived } from "./model-messages.js";

const REALM = { account: "000000000000", region: "us-east-1" };
const TOPIC_PREFIX = "arn:aws:sns:us-east-1:000000000000:";
const TAP = "evp-tail-0123456789.fifo";
/** What a call takes there, and back. */
const TRIP_MS = 25;

/** When the parts of an event's publication can be seen, ms after the publish. */
interface Publication {
  clientId?: string;
  groupId?: string;
  /** When the queue took it; now unless told. */
  sentAt?: number;
  /** When the journal's index shows that it was accepted, ms after its acceptance. */
  indexAfterMs?: number;
  /** When the fact of its publication is written, ms after the publish. */
  recordAfterMs?: number;
  /** When the processor has the topic's answer, ms after the publish. */
  acknowledgedAfterMs?: number;
  /** How far the processor's clock is ahead. */
  clockMs?: number;
  attributes?: Record<string, string>;
}

/** What a tail reads, on a clock that the test moves: topics and a tap of the embedded stack's own model, and a journal that shows things late. */
export class TapStack {
  readonly clock = createManualClock();
  readonly model = new MessagingModel({ realm: REALM, newId: () => `m-${++this.#ids}` });
  readonly records = new Map<string, ReturnType<typeof clientRecord>>();
  readonly notices: TailNotice[] = [];
  readonly tap = {
    topics: [] as TapTopics[],
    renewals: 0,
    closed: 0,
    closeError: undefined as Error | undefined,
    isRemoved: false,
    retentionMs: 3_600_000,
  };
  readonly taps: TapSighting[] = [];
  readonly removed: string[] = [];
  /** Called before each event that the journal's index yields. */
  onRead: (index: number) => Promise<void> | void = () => undefined;
  /** How often the journal was asked for one event. */
  reads = 0;
  readonly #facts: { fact: Fact; visibleAt: number; indexedAt: number }[] = [];
  #ids = 0;
  #sequence = 0;

  constructor(...clientIds: string[]) {
    for (const clientId of clientIds) this.addClient(clientId);
  }

  addClient(clientId: string): void {
    const record = clientRecord(clientId, ["transaction"]);
    this.model.topics.create({
      name: record.topicArn.slice(TOPIC_PREFIX.length),
      attributes: { FifoTopic: "true", FifoThroughputScope: "MessageGroup" },
      tags: {},
    });
    this.records.set(clientId, record);
  }

  /** What the processor does of an event first: the queue took it, and it is stored. */
  accept(eventId: string, { clientId = "client-1", groupId = "g", ...publication }: Publication = {}): AcceptedFact {
    const now = this.clock.now();
    const { sentAt = now, clockMs = 0, indexAfterMs = 0 } = publication;
    const envelope = {
      id: eventId,
      type: "transaction",
      version: "1.0",
      clientId,
      source: "test",
      timestamp: "2026-11-21T10:00:00Z",
    };
    const accepted: AcceptedFact = {
      fact: "accepted",
      eventId,
      clientId,
      at: now + clockMs,
      expiresAt: now / 1000 + 1_000_000,
      owner: `message-${eventId}`,
      claimedAt: now + clockMs,
      envelope,
      body: JSON.stringify({ ...envelope, payload: { note: eventId } }),
      contentHash: "",
      groupId,
      // In the order in which the queue took them, as SQS numbers them.
      sequence: String(sentAt * 1000 + ++this.#sequence).padStart(20, "0"),
      sentAt,
      receivedAt: now,
    };
    this.#facts.push({ fact: accepted, visibleAt: now, indexedAt: now + indexAfterMs });
    return accepted;
  }

  /** And then: it is on the topic, and that is recorded. */
  publish(accepted: AcceptedFact, publication: Publication = {}): void {
    const { recordAfterMs = 0, acknowledgedAfterMs = 0, clockMs = 0, attributes = {} } = publication;
    const now = this.clock.now();
    const { eventId, clientId, body, groupId } = accepted;
    const topicArn = this.records.get(clientId)?.topicArn ?? "";
    const own = { "evp-event-id": eventId, "evp-type": "transaction", ...attributes };
    const typed = Object.entries(own).map(([name, stringValue]) => [name, { dataType: "String", stringValue }]);
    const { messageId, sequenceNumber = "" } = this.model.topics.publish(
      topicArn,
      { message: body, groupId, deduplicationId: `d-${++this.#ids}`, attributes: Object.fromEntries(typed) },
      now,
    );
    const published: PublishedFact = {
      fact: "published",
      eventId,
      clientId,
      owner: accepted.owner,
      topicArn,
      snsMessageId: messageId,
      sequence: sequenceNumber,
      at: now + acknowledgedAfterMs + clockMs,
      expiresAt: accepted.expiresAt,
    };
    this.#facts.push({
      fact: published,
      visibleAt: now + acknowledgedAfterMs + recordAfterMs,
      indexedAt: Number.POSITIVE_INFINITY,
    });
  }

  /** Accepts and publishes at once. */
  deliver(eventId: string, publication: Publication = {}): void {
    this.publish(this.accept(eventId, publication), publication);
  }

  write(fact: Fact): void {
    this.#facts.push({ fact, visibleAt: this.clock.now(), indexedAt: Number.POSITIVE_INFINITY });
  }

  /** A tail of client-1 unless told otherwise; it says what it has to tell in `notices`. */
  tail(options: Partial<TailOptions> = {}): AsyncGenerator<TailRecord> {
    return tailClients(this.ports, {
      choice: { clientIds: ["client-1"] },
      topicPattern: "evp-*.fifo",
      follow: true,
      tell: (notice) => void this.notices.push(notice),
      ...options,
    });
  }

  /** Gathers what a tail yields while time passes, until it ends. */
  async run(records: AsyncIterable<TailRecord>): Promise<TailRecord[]> {
    const gathered: TailRecord[] = [];
    let outcome: { error?: unknown } | undefined;
    const reading = (async () => {
      for await (const record of records) gathered.push(record);
    })();
    reading.then(
      () => {
        outcome = {};
      },
      (error: unknown) => {
        outcome = { error };
      },
    );
    await this.clock.settle();
    while (outcome === undefined) await this.clock.advance(250);
    if (outcome.error !== undefined) throw outcome.error;
    return gathered;
  }

  async idsOf(records: AsyncIterable<TailRecord>): Promise<(string | null)[]> {
    return (await this.run(records)).map(({ eventId }) => eventId);
  }

  get ports() {
    const { clock, records } = this;
    return {
      clock,
      clients: {
        get: async (ids: string[]) => new Map([...records].filter(([id]) => ids.includes(id))),
        list: async () => [...records.values()],
        put: async () => false,
        remove: async () => undefined,
      },
      journal: { events: (period: Parameters<TapStack["readEvents"]>[0]) => this.readEvents(period), read: this.#read },
      taps: {
        open: (topics: TapTopics) => this.#open(topics),
        list: async () => this.taps,
        remove: async (name: string) => {
          this.removed.push(name);
          return true;
        },
      },
      clientOf: (body: string): string => JSON.parse(body).clientId,
      attributesOf: () => ({}),
    };
  }

  /** As the journal's index does: what it shows late does not come in a read that has passed its place. */
  async *readEvents({ clientId, since, until }: { clientId: string; since: number; until: number }) {
    let passed = "";
    for (let index = 0; ; index++) {
      await this.onRead(index);
      const now = this.clock.now();
      const shown = this.#facts.flatMap(({ fact, indexedAt }) =>
        fact.fact === "accepted" && fact.clientId === clientId && indexedAt <= now ? [fact] : [],
      );
      const wanted = shown.filter(({ sentAt, sequence }) => sentAt >= since && sentAt < until && sequence > passed);
      const [accepted] = wanted.sort((one, other) => (one.sequence < other.sequence ? -1 : 1));
      if (accepted === undefined) return;
      passed = accepted.sequence;
      const published = this.#factsOf(accepted).find((fact) => fact.fact === "published");
      const stored: StoredEvent = { accepted, published };
      yield stored;
    }
  }

  #read = async (address: { eventId: string; clientId: string }) => {
    this.reads += 1;
    return this.#factsOf(address);
  };

  #factsOf({ eventId, clientId }: { eventId: string; clientId: string }): Fact[] {
    const visible = this.#facts.filter(({ visibleAt }) => visibleAt <= this.clock.now());
    return visible.map(({ fact }) => fact).filter((fact) => fact.eventId === eventId && fact.clientId === clientId);
  }

  async #open(topics: TapTopics): Promise<Tap> {
    const { model, clock, tap } = this;
    tap.topics.push(topics);
    const Policy = tapPolicy(TAP, REALM, topics);
    const MessageRetentionPeriod = String(tap.retentionMs / 1000);
    const attributes = {
      FifoQueue: "true",
      DeduplicationScope: "messageGroup",
      FifoThroughputLimit: "perMessageGroupId",
      Policy,
      MessageRetentionPeriod,
    };
    const { arn: endpoint } = model.queues.create({ name: TAP, attributes, tags: {} }, clock.now());
    const watch = async (topicArn: string) => {
      model.topics.subscribe({ topicArn, protocol: "sqs", endpoint, attributes: { RawMessageDelivery: "true" } });
    };
    for (const arn of topics.arns) await watch(arn);
    return {
      retentionMs: tap.retentionMs,
      queue: this.#queue(),
      watch,
      async renew() {
        tap.renewals += 1;
      },
      async close() {
        tap.closed += 1;
        if (tap.closeError !== undefined) throw tap.closeError;
      },
    };
  }

  #queue(): Tap["queue"] {
    const { model, clock, tap } = this;
    const unused = () => Promise.reject(new Error("a tail has no use for this"));
    return {
      name: TAP,
      receive: async ({ waitSeconds, maxMessages }) => {
        await clock.sleep(TRIP_MS);
        const until = clock.now() + waitSeconds * 1000;
        for (;;) {
          if (tap.isRemoved) throw noSuchQueue();
          const messages = model.queues.receive(TAP, { maxMessages }, clock.now());
          if (messages.length > 0 || clock.now() >= until) {
            await clock.sleep(TRIP_MS);
            return messages.map(asReceived);
          }
          await clock.sleep(Math.min(100, until - clock.now()));
        }
      },
      delete: async (handles) => {
        await clock.sleep(TRIP_MS);
        const entries = handles.map((receiptHandle, index) => ({ id: String(index), receiptHandle }));
        model.queues.deleteMessageBatch(TAP, entries, clock.now());
        await clock.sleep(TRIP_MS);
        return handles.map(() => ({ ok: true as const }));
      },
      send: unused,
      changeVisibility: unused,
      depth: unused,
    };
  }
}

function noSuchQueue(): CallError {
  const fault = { code: "QueueDoesNotExist", message: "no such queue", isSenderFault: true };
  return new CallError("receiving: no such queue", fault, "not-found");
}
