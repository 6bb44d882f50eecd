import { ID_TO_COME } from "../../core/envelope-mapping.js";
import type { Settled } from "../ordered-sender.js";
import { awaitOutcomes } from "./await-outcomes.js";
import type { PreparedEvent } from "./prepare-event.js";
import type { SendOptions, SendPorts } from "./send-events.js";
import { isAsExpected, type SendReport, type SentEvent } from "./send-report.js";

/** Counts what becomes of the events of one send and, where asked for, keeps a record of each. */
export class SendTally {
  readonly report: SendReport = { sent: 0, failed: 0, skipped: 0, events: [], unexpected: 0, interrupted: false };
  readonly #records = new WeakMap<PreparedEvent, SentEvent>();
  readonly #options: SendOptions;

  constructor(options: SendOptions) {
    this.#options = options;
  }

  /** Before an event is sent. */
  open(event: PreparedEvent): void {
    if (!this.#options.keepEvents && this.#options.wait === undefined) return;
    const { id, clientId, type } = event.envelope;
    const record: SentEvent = {
      id: id ?? null,
      clientId: clientId ?? null,
      type: type ?? null,
      groupId: event.groupId,
      messageId: null,
      ...(event.expect === undefined ? {} : { expected: event.expect }),
    };
    this.#records.set(event, record);
    this.report.events.push(record);
  }

  settle(settled: Settled<PreparedEvent>[]): void {
    for (const { item, result } of settled) {
      const record = this.#records.get(item);
      if (result.ok) {
        this.report.sent += 1;
        if (record !== undefined) note(record, result.messageId);
      } else {
        this.report.failed += 1;
        if (record !== undefined) record.error = `${result.fault.code}: ${result.fault.message}`;
      }
    }
    this.#options.onProgress?.(this.report.sent, this.report.failed);
  }

  /** When nothing more is sent. */
  async close(ports: SendPorts, startedAt: number): Promise<SendReport> {
    const { wait, signal } = this.#options;
    for (const event of this.report.events) {
      if (event.messageId === null) event.error ??= "not sent";
    }
    this.report.interrupted = signal?.aborted === true;
    if (wait === undefined) return this.report;
    await awaitOutcomes(ports, this.report.events, { timeoutMs: wait.timeoutMs, startedAt, signal });
    this.report.interrupted = signal?.aborted === true;
    const sent = this.report.events.filter(({ messageId }) => messageId !== null);
    this.report.unexpected = sent.filter((event) => !isAsExpected(event)).length;
    return this.report;
  }
}

/** An event without an id of its own is known by its message's. */
function note(record: SentEvent, messageId: string): void {
  record.messageId = messageId;
  if (record.id === ID_TO_COME) record.id = messageId;
}
