import { ATTRIBUTE } from "../../core/attribute-names.js";
import { BATCH_MAX_ENTRIES } from "../../core/limits.js";
import { NOT_ON_DLQ, type PlannedRedrive } from "../../core/redrive.js";
import { expiryOf } from "../../core/retention.js";
import type { MessageAttributes, OutgoingMessage, ReceivedMessage } from "../../ports/queue.js";
import { OrderedSender, type Settled } from "../send/ordered-sender.js";
import type { Exclusive } from "./exclusive.js";
import { chunksOf, fetchMessages } from "./fetch-messages.js";
import type { Candidate } from "./gather-candidates.js";
import type { RedriveOptions, RedrivePorts } from "./redrive-dead-letters.js";
import { releaseAll } from "./search-queue.js";
import { type FailedLetter, type Settlement, settleLetters } from "./settle-letters.js";

/** A line of the plan with what is known of its letter. */
export interface Task {
  planned: PlannedRedrive;
  candidate: Candidate;
  bodyBytes: number;
}

interface OutgoingLetter extends OutgoingMessage {
  task: Task;
  receiptHandle: string;
}

/** Carries out a plan: fetches letters chunk by chunk, sends each in order, records it, deletes it. */
export class RedriveRun {
  redriven = 0;
  readonly failed: FailedLetter[] = [];
  readonly #ports: RedrivePorts;
  readonly #options: RedriveOptions;
  readonly #exclusive: Exclusive;
  readonly #sender: OrderedSender<OutgoingLetter>;
  /** Messages of the chunk at hand that are not deleted yet, by message id. */
  readonly #held = new Map<string, string>();
  /** Groups of which somebody else holds a letter: what comes behind it has to wait. */
  readonly #waitingGroups = new Set<string>();
  readonly #startedAt: number;
  #offered = 0;

  constructor(ports: RedrivePorts, options: RedriveOptions, exclusive: Exclusive) {
    this.#ports = ports;
    this.#options = options;
    this.#exclusive = exclusive;
    this.#startedAt = ports.clock.monotonic();
    const send = ports.ingress.send.bind(ports.ingress);
    this.#sender = new OrderedSender({
      send,
      clock: ports.clock,
      onSettled: (settled) => this.#record(settled),
      signal: options.signal,
    });
  }

  /** Stops after the batch in the air when the signal aborts. What is not dealt with becomes visible on the DLQ again. */
  async carryOut(tasks: Task[]): Promise<void> {
    for (const chunk of chunksOf(tasks, this.#options.ratePerSecond)) {
      if (this.#isStopped) return;
      await this.#exclusive.keep();
      const ids = chunk.map(({ planned }) => planned.messageId);
      const { messages, heldElsewhere } = await fetchMessages(this.#ports, ids, this.#options.signal);
      for (const [messageId, { receiptHandle }] of messages) this.#held.set(messageId, receiptHandle);
      try {
        await this.#dealWith(chunk, messages, heldElsewhere);
      } finally {
        await releaseAll(this.#ports, [...this.#held.values()]);
        this.#held.clear();
      }
    }
  }

  get #isStopped(): boolean {
    return this.#options.signal?.aborted === true || this.#sender.isStopped;
  }

  async #dealWith(chunk: Task[], messages: Map<string, ReceivedMessage>, heldElsewhere: boolean): Promise<void> {
    await this.#deleteLeftovers(chunk.filter(({ planned }) => planned.action === "delete"));
    for (const task of chunk.filter(({ planned }) => planned.action === "send")) {
      const { messageId, groupId } = task.planned;
      const message = messages.get(messageId);
      if (message === undefined && heldElsewhere) this.#waitingGroups.add(groupId);
      if (message === undefined || this.#waitingGroups.has(groupId)) {
        Object.assign(task.planned, NOT_ON_DLQ);
        continue;
      }
      await this.#pace();
      if (this.#isStopped) break;
      await this.#sender.offer(toOutgoing(task, message));
    }
    await this.#sender.finish();
  }

  async #pace(): Promise<void> {
    const { ratePerSecond, signal } = this.#options;
    const { clock } = this.#ports;
    if (ratePerSecond !== undefined) {
      const dueMs = this.#startedAt + (this.#offered * 1000) / ratePerSecond;
      if (dueMs > clock.monotonic()) await clock.sleep(dueMs - clock.monotonic(), signal);
    }
    this.#offered += 1;
  }

  async #deleteLeftovers(tasks: Task[]): Promise<void> {
    const found = tasks.flatMap(({ planned: { messageId } }) => {
      const receiptHandle = this.#held.get(messageId);
      return receiptHandle === undefined ? [] : { messageId, fact: undefined, receiptHandle };
    });
    for (const { planned } of tasks) if (!this.#held.has(planned.messageId)) Object.assign(planned, NOT_ON_DLQ);
    for (let start = 0; start < found.length; start += BATCH_MAX_ENTRIES) {
      await this.#settle(found.slice(start, start + BATCH_MAX_ENTRIES));
    }
  }

  async #record(settled: Settled<OutgoingLetter>[]): Promise<void> {
    const sent = settled.flatMap(({ item: { task, receiptHandle }, result }): Settlement[] => {
      const { messageId } = task.planned;
      if (result.ok) return [{ messageId, receiptHandle, fact: this.#redrivenFact(task, result.messageId) }];
      this.failed.push({ messageId, error: `not sent: ${result.fault.message}` });
      return [];
    });
    if (sent.length > 0) await this.#settle(sent);
    await this.#exclusive.keep();
  }

  async #settle(settlements: Settlement[]): Promise<void> {
    const failed = await settleLetters(this.#ports, settlements);
    this.failed.push(...failed);
    for (const { messageId } of settlements) {
      if (!failed.some((letter) => letter.messageId === messageId)) this.#held.delete(messageId);
    }
    this.redriven += settlements.length - failed.length;
    this.#options.onProgress?.(this.redriven);
  }

  #redrivenFact({ candidate }: Task, sentAs: string) {
    const at = this.#ports.clock.now();
    const expiresAt = expiryOf(at, this.#options.retentionDays);
    const { address, messageId } = candidate;
    return { fact: "redriven" as const, ...address, messageId, sentAs, at, expiresAt };
  }
}

/** The body of the message itself, since the journal may hold only its beginning. */
function toOutgoing(task: Task, { body, attributes, receiptHandle }: ReceivedMessage): OutgoingLetter {
  const { messageId, groupId, redrives } = task.candidate;
  return {
    body,
    groupId,
    deduplicationId: `redrive-${messageId}`,
    attributes: {
      ...producersOwn(attributes),
      [ATTRIBUTE.redriveOf]: messageId,
      [ATTRIBUTE.redrives]: String(redrives + 1),
    },
    task,
    receiptHandle,
  };
}

function producersOwn(attributes: MessageAttributes): MessageAttributes {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !name.startsWith("evp-")));
}
