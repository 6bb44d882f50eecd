import { ATTRIBUTE } from "../../core/attribute-names.js";
import { FrontierTracker, type Ticket } from "../../core/frontier.js";
import { traceparentOf } from "../../core/traceparent.js";
import { isPassing } from "../../ports/call.js";
import type { Clock } from "../../ports/clock.js";
import type { Journal } from "../../ports/journal.js";
import type { OutgoingMessage, Queue } from "../../ports/queue.js";
import type { RecordSource, SourceRecord } from "../../ports/record-source.js";
import { OrderedSender, type Settled } from "../ordered-sender.js";
import { createPace } from "../replay/pace.js";
import { retryCall } from "../retry-call.js";
import { prepareEvent } from "../send/prepare-event.js";
import type { CheckEvent } from "../send/send-events.js";
import { untilAborted } from "../send/until-aborted.js";
import { Committer } from "./committer.js";
import { deadLetterRecord, originAttributes } from "./dead-letter-records.js";
import type { IngestListener } from "./ingest-events.js";
import type { IngestReport } from "./ingest-report.js";
import { recordIdentity } from "./record-identity.js";
import { refusedByQueue, type Unsendable, unsendable } from "./unsendable.js";

export interface IngestPorts {
  ingress: Pick<Queue, "send" | "depth">;
  deadLetters: Pick<Queue, "send">;
  journal: Pick<Journal, "write">;
  clock: Clock;
  /** Reads the envelope; whether an event is valid is for the processor to say. */
  check: CheckEvent;
}

export interface IngestOptions {
  /** Days the journal remembers what went to the DLQ. */
  retentionDays: number;
  /** Body plus the attributes evp adds. */
  maxEventBytes: number;
  ratePerSecond?: number | undefined;
  /** Records to take at most. */
  limit?: number | undefined;
  tell?: IngestListener | undefined;
  /** Takes nothing more; what is in the air is waited for, and the position kept. */
  signal?: AbortSignal | undefined;
}

/**
 * Records may be done with so far ahead of the oldest one that is not: so much is sent again after a crash at worst, and remembered
 * meanwhile.
 */
const MAX_AHEAD = 10_000;

interface OutgoingRecord extends OutgoingMessage {
  record: SourceRecord;
  ticket: Ticket;
}

/**
 * Brings the records of a source onto the ingress queue, each group strictly in order, and keeps the source's position behind every record that
 * the queue, or the DLQ, has acknowledged. Outages after the first contact are waited out however long they last. What stopped it after
 * the first record is in the report; `ingestProblem` makes an error of it.
 * @throws CallError or EvpError when nothing was read: the queue or the source cannot be reached
 */
export async function ingest(ports: IngestPorts, source: RecordSource, options: IngestOptions): Promise<IngestReport> {
  await retryCall(ports.clock, options.signal, () => ports.ingress.depth());
  return new Ingest(ports, source, options).run();
}

class Ingest {
  readonly #ports: IngestPorts;
  readonly #source: RecordSource;
  readonly #options: IngestOptions;
  readonly #tracker = new FrontierTracker();
  readonly #sender: OrderedSender<OutgoingRecord>;
  readonly #committer: Committer;
  /** Aborts when the position cannot be kept. */
  readonly #halt = new AbortController();
  readonly #counts = { read: 0, sent: 0, deadLettered: 0, skipped: 0 };
  #commitFailure: unknown;
  #isFailing = false;
  #wake: () => void = () => undefined;

  constructor(ports: IngestPorts, source: RecordSource, options: IngestOptions) {
    this.#ports = ports;
    this.#source = source;
    this.#options = options;
    const { ingress, clock } = ports;
    this.#sender = new OrderedSender<OutgoingRecord>({
      send: ingress.send.bind(ingress),
      clock,
      onSettled: (settled) => this.#settle(settled),
      signal: AbortSignal.any([this.#halt.signal, ...(options.signal === undefined ? [] : [options.signal])]),
      patience: { onFailure: (failure) => this.#noteFailure(failure) },
      isWanted: ({ ticket }) => !ticket.isLost,
    });
    const onFailure = (error: unknown) => {
      this.#commitFailure = error;
      this.#halt.abort();
    };
    this.#committer = new Committer({ source, tracker: this.#tracker, clock, onFailure });
    source.onLost((partitions) => this.#tracker.lose(partitions));
    this.#sender.stopped.addEventListener("abort", () => this.#wake());
  }

  async run(): Promise<IngestReport> {
    const { clock } = this.#ports;
    const startedAt = clock.monotonic();
    let failure: unknown;
    try {
      await this.#pump().finally(() => this.#sender.finish());
    } catch (error) {
      failure = error;
    }
    await this.#committer.close().catch((error: unknown) => {
      this.#commitFailure ??= error;
    });
    return this.#report(this.#commitFailure ?? failure, clock.monotonic() - startedAt);
  }

  /** Takes records as long as there are any and somebody wants them. */
  async #pump(): Promise<void> {
    const { stopped } = this.#sender;
    const pace = this.#createPace();
    for await (const batch of untilAborted(this.#source.read(stopped), stopped)) {
      // At once, so that none of them outlives the loss of its partition.
      const begun = batch.map((record) => ({ record, ticket: this.#tracker.begin(record.partition, record.position) }));
      for (const { record, ticket } of begun) {
        await this.#untilClose();
        await pace();
        if (stopped.aborted) return;
        if (ticket.isLost) continue;
        this.#counts.read += 1;
        await this.#take(record, ticket);
        if (this.#counts.read === this.#options.limit) return;
      }
    }
  }

  #createPace(): () => Promise<void> {
    const { ratePerSecond } = this.#options;
    if (ratePerSecond === undefined) return async () => undefined;
    const signal = this.#sender.stopped;
    return createPace(this.#ports.clock, { ratePerSecond, signal, meanwhile: async () => undefined });
  }

  /** Waits while too much is done ahead of a record that is not. */
  async #untilClose(): Promise<void> {
    while (this.#tracker.ahead >= MAX_AHEAD && !this.#sender.isStopped) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async #take(record: SourceRecord, ticket: Ticket): Promise<void> {
    if (isEmpty(record)) {
      this.#counts.skipped += 1;
      return this.#noteSettled([ticket]);
    }
    const reason = unsendable(record);
    if (reason !== undefined) {
      await this.#deadLetter(record, reason);
      return this.#noteSettled([ticket]);
    }
    const { text = "", key } = record;
    const { event, problem } = prepareEvent({ body: text, key }, { check: this.#ports.check, assignments: [] });
    const { body, groupId, envelope } = event;
    const deduplicationId = envelope.id === undefined ? recordIdentity(record) : event.deduplicationId;
    const attributes = {
      ...traceparentOf({ [ATTRIBUTE.traceparent]: record.traceparent ?? "" }),
      // The processor will refuse it, and whoever looks at its dead letter wants to know where it came from.
      ...(problem === undefined ? {} : originAttributes(record.origin)),
    };
    await this.#sender.offer({ body, groupId, deduplicationId, attributes, record, ticket });
  }

  async #settle(settled: Settled<OutgoingRecord>[]): Promise<void> {
    for (const { item, result } of settled) {
      if (result.ok) this.#counts.sent += 1;
      else await this.#deadLetter(item.record, refusedByQueue(item.record, result.fault, this.#options.maxEventBytes));
    }
    this.#noteRecovery();
    this.#noteSettled(settled.map(({ item }) => item.ticket));
  }

  async #deadLetter(record: SourceRecord, reason: Unsendable): Promise<void> {
    const fact = await deadLetterRecord(this.#ports, record, reason, {
      retentionDays: this.#options.retentionDays,
      signal: this.#sender.stopped,
      onFailure: (error) => this.#noteFailure(error),
    });
    this.#noteRecovery();
    this.#counts.deadLettered += 1;
    this.#options.tell?.("record:dead-lettered", { place: record.place, reason: fact.reason, detail: fact.detail });
  }

  #noteSettled(tickets: Ticket[]): void {
    for (const ticket of tickets) this.#tracker.end(ticket);
    this.#committer.nudge();
    this.#wake();
    this.#options.tell?.("records:settled", { ...this.#counts });
  }

  #noteFailure({ message }: { message: string }): void {
    if (!this.#isFailing) this.#options.tell?.("call:failed", { message });
    this.#isFailing = true;
  }

  #noteRecovery(): void {
    if (this.#isFailing) this.#options.tell?.("call:recovered", {});
    this.#isFailing = false;
  }

  #report(failure: unknown, durationMs: number): IngestReport {
    const interrupted = this.#options.signal?.aborted === true;
    const stoppedBy = interrupted && isPassing(failure) ? undefined : failure;
    if (stoppedBy !== undefined && (!(stoppedBy instanceof Error) || this.#counts.read === 0)) throw stoppedBy;
    return {
      source: this.#source.name,
      ...this.#counts,
      duplicatesPossible: this.#tracker.ahead,
      partitions: this.#tracker.frontiers().map(({ partition, position }) => ({ partition, position: `${position}` })),
      durationMs: Math.round(durationMs),
      eventsPerSecond: durationMs > 0 ? Math.round((this.#counts.sent * 1000) / durationMs) : 0,
      interrupted,
      stoppedBy: stoppedBy?.message ?? null,
    };
  }
}

function isEmpty({ text, bytes }: SourceRecord): boolean {
  return text === undefined ? bytes.byteLength === 0 : !/\S/.test(text);
}
