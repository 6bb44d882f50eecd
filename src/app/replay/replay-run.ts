import type { AcceptedFact, ReplayedFact } from "../../core/facts.js";
import type { ClientMessage } from "../../core/replay-message.js";
import { expiryOf } from "../../core/retention.js";
import type { Clock } from "../../ports/clock.js";
import type { Journal } from "../../ports/journal.js";
import { OrderedSender, type SendResult, type Settled } from "../ordered-sender.js";
import { createPace } from "./pace.js";
import { type PermittedMessage, unasked } from "./permitted-send.js";
import { recordFacts } from "./record-facts.js";

interface RunPorts {
  journal: Pick<Journal, "write">;
  clock: Clock;
  send: (messages: PermittedMessage[]) => Promise<SendResult[]>;
}

interface RunOptions {
  replayId: string;
  to: ReplayedFact["to"];
  ratePerSecond: number;
  /** Days the journal remembers what was replayed. */
  retentionDays: number;
  /** Keeps the right to replay to this client. */
  keep: () => Promise<void>;
  onProgress?: ((replayed: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** An event that could not be sent, or that was held back behind one. */
export interface FailedEvent {
  eventId: string;
  error: string;
}

interface OutgoingEvent extends PermittedMessage {
  accepted: AcceptedFact;
}

/** Beyond so many, failures are counted and not listed. */
const MAX_LISTED = 100;

/** Sends events, each group strictly in order and at the wanted rate, and records each one once it is acknowledged. */
export class ReplayRun {
  replayed = 0;
  /** Of a type that was taken from the client after the plan was made. */
  forbidden = 0;
  failed = 0;
  readonly failures: FailedEvent[] = [];
  readonly #ports: RunPorts;
  readonly #options: RunOptions;
  readonly #sender: OrderedSender<OutgoingEvent>;
  readonly #pace: () => Promise<void>;
  /** Events on their way, and since when they have been in the queue, oldest first. */
  readonly #underWay = new Map<string, number>();
  #offeredUpTo: number | undefined;
  /** When the oldest event was sent that could not be replayed. */
  #failedFrom = Number.POSITIVE_INFINITY;

  constructor(ports: RunPorts, options: RunOptions) {
    this.#ports = ports;
    this.#options = options;
    const { ratePerSecond, signal, keep } = options;
    this.#pace = createPace(ports.clock, { ratePerSecond, signal, meanwhile: keep });
    const { send, clock } = ports;
    this.#sender = new OrderedSender({ send, clock, onSettled: (settled) => this.#settle(settled), signal });
  }

  /** Nothing more will be sent. */
  get isStopped(): boolean {
    return this.#sender.isStopped;
  }

  /**
   * Every event that this run was offered and that the queue took before then has been dealt with; undefined when it was offered
   * none. ms since 1970
   */
  get doneBefore(): number | undefined {
    if (this.#offeredUpTo === undefined) return undefined;
    return Math.min(this.#offeredUpTo, this.#failedFrom, ...this.#underWay.values());
  }

  /** Takes an event when it is its time; the next one may come when it resolves. */
  async offer(accepted: AcceptedFact, message: ClientMessage): Promise<void> {
    await this.#pace();
    await this.#options.keep();
    if (this.isStopped) return;
    this.#underWay.set(accepted.eventId, accepted.sentAt);
    this.#offeredUpTo = accepted.sentAt;
    await this.#sender.offer({ ...unasked(message, accepted.envelope.type), accepted });
  }

  /** Resolves when all that was taken is settled, or nothing more is sent. @throws CallError or EvpError when it cannot go on */
  finish(): Promise<void> {
    return this.#sender.finish();
  }

  async #settle(settled: Settled<OutgoingEvent>[]): Promise<void> {
    const facts = settled.flatMap(({ item, result }): ReplayedFact[] => {
      if (result.ok) return item.isForbidden ? [] : [this.#replayedFact(item.accepted, result)];
      this.#fail(item.accepted, result.fault.message);
      return [];
    });
    await recordFacts(this.#ports, facts);
    this.replayed += facts.length;
    this.forbidden += settled.filter(({ item, result }) => result.ok && item.isForbidden).length;
    for (const { item } of settled) this.#underWay.delete(item.accepted.eventId);
    this.#options.onProgress?.(this.replayed);
  }

  #fail({ eventId, sentAt }: AcceptedFact, error: string): void {
    this.failed += 1;
    this.#failedFrom = Math.min(this.#failedFrom, sentAt);
    if (this.failures.length < MAX_LISTED) this.failures.push({ eventId, error });
  }

  #replayedFact(
    { eventId, clientId }: AcceptedFact,
    { messageId, sequence }: { messageId: string; sequence: string },
  ): ReplayedFact {
    const { replayId, to, retentionDays } = this.#options;
    const at = this.#ports.clock.now();
    const expiresAt = expiryOf(at, retentionDays);
    return { fact: "replayed", eventId, clientId, replayId, to, messageId, sequence, at, expiresAt };
  }
}
