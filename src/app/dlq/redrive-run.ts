import { hash } from "node:crypto";
import { ATTRIBUTE } from "../../core/attribute-names.js";
import type { RedrivenFact } from "../../core/facts.js";
import { BATCH_MAX_ENTRIES, MAX_MESSAGE_ATTRIBUTES } from "../../core/limits.js";
import { NOT_ON_DLQ, type PlannedRedrive } from "../../core/redrive.js";
import { expiryOf } from "../../core/retention.js";
import type { MessageAttributes, OutgoingMessage, ReceivedMessage } from "../../ports/queue.js";
import { OrderedSender, type Settled } from "../ordered-sender.js";
import { fetchMessages, holdableParts } from "./fetch-messages.js";
import type { Candidate } from "./judge-letters.js";
import type { RedriveOptions, RedrivePorts } from "./redrive-dead-letters.js";
import { HOLD_SECONDS, holdAll, releaseAll } from "./search-queue.js";
import { type FailedLetter, type Settlement, settleLetters } from "./settle-letters.js";

const HOLD_AGAIN_MS = (HOLD_SECONDS * 1000) / 3;
/** What a redrive adds to a message. */
const OWN_ATTRIBUTES = 3;
/** Of a copy's hash: enough to tell the copies of one letter from each other. */
const COPY_HASH_LENGTH = 32;

type RunOptions = Pick<RedriveOptions, "ratePerSecond" | "retentionDays" | "onProgress" | "signal">;

/** A line of the plan with what is known of its letter. */
export interface Task {
  planned: PlannedRedrive;
  candidate: Candidate;
  bodyBytes: number;
  /** Message id that it was sent as. */
  sentAs?: string;
}

interface OutgoingLetter extends OutgoingMessage {
  task: Task;
  receiptHandle: string;
}

/** Carries out a plan: fetches letters chunk by chunk, sends each in order, records it, deletes it. */
export class RedriveRun {
  redriven = 0;
  /** Of what an earlier run had dealt with. */
  deleted = 0;
  readonly failed: FailedLetter[] = [];
  readonly #ports: RedrivePorts;
  readonly #options: RunOptions;
  readonly #sender: OrderedSender<OutgoingLetter>;
  /** Messages of the chunk at hand that are not deleted yet, by message id. */
  readonly #held = new Map<string, string>();
  /** Groups of which somebody else holds a letter: what comes behind it has to wait. */
  readonly #waitingGroups = new Set<string>();
  readonly #startedAt: number;
  #offered = 0;
  /** Letters that it was told to send. */
  #planned = 0;
  /** When what is held was last made sure of, by the monotonic clock. */
  #heldAt = 0;

  constructor(ports: RedrivePorts, options: RunOptions) {
    this.#ports = ports;
    this.#options = options;
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
    this.#planned += tasks.filter(({ planned }) => planned.action === "send").length;
    for (const chunk of holdableParts(tasks, this.#options.ratePerSecond)) {
      if (this.#isStopped) return;
      const ids = chunk.map(({ planned }) => planned.messageId);
      const { messages, heldElsewhere } = await fetchMessages(this.#ports, ids, this.#options.signal);
      for (const [messageId, { receiptHandle }] of messages) this.#held.set(messageId, receiptHandle);
      this.#heldAt = this.#ports.clock.monotonic();
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
      await this.#keepHeld();
      if (this.#isStopped) break;
      await this.#sender.offer(toOutgoing(task, message));
    }
    await this.#sender.finish();
  }

  /** Letters of one group go one after the other, and each has to be held until it is its turn. */
  async #keepHeld(): Promise<void> {
    const { clock } = this.#ports;
    if (clock.monotonic() - this.#heldAt < HOLD_AGAIN_MS) return;
    this.#heldAt = clock.monotonic();
    await holdAll(this.#ports, [...this.#held.values()]);
  }

  async #pace(): Promise<void> {
    const { ratePerSecond, signal } = this.#options;
    const { clock } = this.#ports;
    if (ratePerSecond !== undefined) {
      const dueMs = this.#startedAt + (this.#offered * 1000) / ratePerSecond;
      while (dueMs > clock.monotonic() && signal?.aborted !== true) {
        await clock.sleep(Math.min(dueMs - clock.monotonic(), HOLD_AGAIN_MS), signal);
        await this.#keepHeld();
      }
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
      const settled = await this.#settle(found.slice(start, start + BATCH_MAX_ENTRIES));
      this.deleted += settled;
    }
  }

  async #record(settled: Settled<OutgoingLetter>[]): Promise<void> {
    const sent = settled.flatMap(({ item: { task, receiptHandle }, result }): Settlement[] => {
      const { messageId } = task.planned;
      if (result.ok) {
        task.sentAs = result.messageId;
        return [{ messageId, receiptHandle, fact: this.#redrivenFact(task, result.messageId) }];
      }
      this.failed.push({ messageId, error: `not sent: ${result.fault.message}` });
      return [];
    });
    const done = sent.length > 0 ? await this.#settle(sent) : 0;
    this.redriven += done;
    this.#options.onProgress?.(this.redriven, this.#planned);
    await this.#keepHeld();
  }

  /** @returns how many were dealt with */
  async #settle(settlements: Settlement[]): Promise<number> {
    const failed = await settleLetters(this.#ports, settlements);
    this.failed.push(...failed);
    for (const { messageId } of settlements) {
      if (!failed.some((letter) => letter.messageId === messageId)) this.#held.delete(messageId);
    }
    return settlements.length - failed.length;
  }

  #redrivenFact({ candidate }: Task, sentAs: string): RedrivenFact {
    const at = this.#ports.clock.now();
    const expiresAt = expiryOf(at, this.#options.retentionDays);
    const { address, messageId, copy } = candidate;
    const changes = copy === undefined ? {} : { changes: copy.changes };
    return { fact: "redriven", ...address, messageId, sentAs, ...changes, at, expiresAt };
  }
}

/** The body of the message itself, since the journal may hold only its beginning; or the edited copy of it. */
function toOutgoing(task: Task, { body, attributes, receiptHandle }: ReceivedMessage): OutgoingLetter {
  const { messageId, eventId, groupId, redrives, copy } = task.candidate;
  return {
    body: copy?.body ?? body,
    groupId,
    deduplicationId: deduplicationIdOf(messageId, copy?.body),
    attributes: {
      ...Object.fromEntries(keepAttributes(task, producersOwn(attributes))),
      ...(eventId === null ? {} : { [ATTRIBUTE.eventId]: eventId }),
      [ATTRIBUTE.redriveOf]: messageId,
      [ATTRIBUTE.redrives]: String(redrives + 1),
    },
    task,
    receiptHandle,
  };
}

/** The same for the same letter, so that a run that was cut short sends nothing twice; but another for a copy with other content. */
function deduplicationIdOf(messageId: string, copy: string | undefined): string {
  const plain = `redrive-${messageId}`;
  return copy === undefined ? plain : `${plain}-${hash("sha256", copy).slice(0, COPY_HASH_LENGTH)}`;
}

/** The trace context first, since evp passes it on. */
function producersOwn(attributes: MessageAttributes): [string, string][] {
  const own = Object.entries(attributes).filter(([name]) => !name.startsWith("evp-"));
  const isTrace = ([name]: [string, string]) => name === ATTRIBUTE.traceparent;
  return [...own.filter(isTrace), ...own.filter((attribute) => !isTrace(attribute))];
}

/** As many as leave room for evp's own; the plan tells of the others. */
function keepAttributes({ planned }: Task, own: [string, string][]): [string, string][] {
  const room = MAX_MESSAGE_ATTRIBUTES - OWN_ATTRIBUTES;
  const lost = own.slice(room).map(([name]) => name);
  if (lost.length > 0) {
    const told = `sent without its attributes ${lost.join(", ")}, since a message has ${MAX_MESSAGE_ATTRIBUTES} at most`;
    planned.detail = planned.detail === undefined ? told : `${planned.detail}; ${told}`;
  }
  return own.slice(0, room);
}
