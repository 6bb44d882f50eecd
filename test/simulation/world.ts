import { runProcessor } from "../../src/app/process/processor.js";
import { createExaminer } from "../../src/core/examine.js";
import type { Fact } from "../../src/core/facts.js";
import type { Reason } from "../../src/core/outcome.js";
import { compileSchemas } from "../../src/core/schema-compiler.js";
import { CallError, type EntryResult } from "../../src/ports/call.js";
import type { Clock } from "../../src/ports/clock.js";
import type { ReceivedMessage } from "../../src/ports/queue.js";
import { eventBody } from "../factories/events.js";
import { ModelStack, type Operation } from "../factories/model-stack.js";
import { createRandom, createVirtualClock, type Random, type VirtualClock } from "./virtual-clock.js";

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
const CALL_TIMEOUT_MS = 10 * SECOND;
const schemas = compileSchemas([{ file: "default", text: '{"type":"object","required":["amount"]}' }], []);
const examine = createExaminer({ mapping: "evp", schemas, maxEventBytes: 256 * 1024 });

/** What happens to one call: when it has its effect, when its answer comes, and whether either happens at all. */
export interface Fate {
  effectAfterMs: number;
  answerAfterMs: number;
  hasEffect: boolean;
  hasAnswer: boolean;
  /** Chance of each entry of the batch to fail by itself. */
  entryFaults: number;
}

export const SMOOTH: Fate = { effectAfterMs: 0, answerAfterMs: 0, hasEffect: true, hasAnswer: true, entryFaults: 0 };

/** One run of a processor, which can be killed or frozen at any moment. */
export interface Run {
  name: string;
  goneAt: number | undefined;
  frozenUntil: number;
  stop: AbortController;
  force: AbortController;
  ended: boolean;
}

export interface Sent {
  messageId: string;
  groupId: string;
  ordinal: number;
  body: string;
  clientId: string;
  eventKey: string;
  content: string;
  /** Rejections that are right for this message whatever else happens; empty for a valid event. */
  reason: Reason | undefined;
}

interface Appearance {
  at: number;
  topicArn: string;
  sequence: string;
  sent: Sent;
  run: Run;
  isAnswered: boolean;
}

interface Reading {
  run: Run;
  clientId: string;
  begunAt: number;
  answeredAt: number;
  isAllowed: boolean;
  topicArn: string | undefined;
}

const DOWN = { code: "ServiceUnavailable", message: "down", isSenderFault: false };

/** A stack, the processors on it, and a record of all that they did to it. */
export class World {
  readonly random: Random;
  readonly clock: VirtualClock;
  readonly stack: ModelStack;
  readonly sent: Sent[] = [];
  readonly byBody = new Map<string, Sent>();
  readonly appearances: Appearance[] = [];
  readonly readings: Reading[] = [];
  readonly runs: Run[] = [];
  readonly broken: string[] = [];
  fate: (operation: Operation, run: Run) => Fate = () => SMOOTH;
  /** How far the machine's clock was set forward or back, while the clocks of the queue and of the test go on. */
  wallShiftMs = 0;
  readonly #handles = new Map<string, Sent>();
  /** When a publication first came on record, by event. */
  readonly #recordedAt = new Map<string, number>();
  /** By run and message: when it was received last, and which receipt that was. */
  readonly #receipts = new Map<string, { at: number; receiveCount: number }>();

  constructor(seed: number) {
    this.random = createRandom(seed);
    this.clock = createVirtualClock(this.random);
    this.stack = new ModelStack(this.clock);
    for (const clientId of ["client-1", "client-2", "client-3"]) this.stack.addClient(clientId);
  }

  send(groupId: string, json: string, about: { clientId?: string; eventId?: string; reason?: Reason } = {}): Sent {
    // Space behind the document makes each message tell itself apart, and changes nothing of what it says.
    const body = json + " ".repeat(this.sent.length + 1);
    const messageId = this.stack.send(groupId, body);
    const { clientId = "", eventId = messageId, reason } = about;
    const ordinal = this.sent.length;
    const sent = {
      messageId,
      groupId,
      ordinal,
      body,
      clientId,
      eventKey: `${clientId}/${eventId}`,
      content: json,
      reason,
    };
    this.sent.push(sent);
    this.byBody.set(body, sent);
    return sent;
  }

  sendEvent(groupId: string, eventId: string, { clientId = "client-1", amount = 1 } = {}): Sent {
    return this.send(groupId, eventBody({ id: eventId, clientId, payload: { amount } }), { clientId, eventId });
  }

  start(changes: { drain?: boolean; attempts?: number; visibilitySeconds?: number; stopTimeoutMs?: number } = {}): Run {
    const { drain = false, attempts = 5, visibilitySeconds = 60, stopTimeoutMs = 20 * SECOND } = changes;
    const run: Run = {
      name: `processor ${this.runs.length + 1}`,
      goneAt: undefined,
      frozenUntil: 0,
      stop: new AbortController(),
      force: new AbortController(),
      ended: false,
    };
    this.runs.push(run);
    const settings = {
      ingress: { kind: "fifo", visibilitySeconds, maxReceiveCount: 1000 },
      journal: { retentionDays: 30, replayIndex: true, rejectionIndex: true },
      process: { concurrency: 100, maxHeldBytes: 32 * 1024 * 1024, attempts, callTimeoutMs: CALL_TIMEOUT_MS, stopTimeoutMs },
    } as const;
    const options = { connection: this.#connect(run), settings, clock: this.#clockOf(run), examine, drain };
    void runProcessor({ ...options, stop: run.stop.signal, force: run.force.signal }).then(
      () => {
        run.ended = true;
        run.goneAt ??= this.clock.now();
      },
      (error: unknown) => {
        run.ended = true;
        run.goneAt ??= this.clock.now();
        if (!(error instanceof CallError)) this.broken.push(`${run.name} crashed: ${String(error)}`);
      },
    );
    return run;
  }

  /** Nothing of it happens any more, but for calls that are on their way. */
  kill(run: Run): void {
    run.goneAt ??= this.clock.now();
  }

  get depth() {
    return this.stack.model.queues.at("ingress.fifo", this.clock.now()).counts;
  }

  get isEmpty(): boolean {
    const { visible, delayed, ...others } = this.depth;
    return visible + delayed + others["in-flight"] === 0;
  }

  async runFor(ms: number, isDone?: () => boolean): Promise<void> {
    await this.clock.run(this.clock.now() + ms, isDone);
  }

  async drainWithin(ms: number): Promise<void> {
    await this.runFor(ms, () => this.isEmpty);
    if (!this.isEmpty) this.broken.push(`liveness: not empty within ${ms / MINUTE} minutes`);
  }

  #clockOf(run: Run): Clock {
    const { clock } = this;
    return {
      ...clock,
      now: () => clock.now() + this.wallShiftMs,
      sleep: async (delayMs, signal) => {
        await clock.sleep(delayMs, signal);
        await this.#alive(run);
      },
    };
  }

  /** Comes back when the process runs; never, once it is killed. */
  async #alive(run: Run): Promise<void> {
    while (run.goneAt === undefined && run.frozenUntil > this.clock.now()) {
      await this.clock.sleep(run.frozenUntil - this.clock.now());
    }
    if (run.goneAt !== undefined && !run.ended) await new Promise(() => undefined);
  }

  async #call<Value>(
    run: Run,
    operation: Operation,
    effect: () => Promise<Value>,
    fate = this.fate(operation, run),
  ): Promise<Value> {
    await this.#alive(run);
    await this.clock.sleep(fate.effectAfterMs);
    let value: Value | undefined;
    let failure: unknown;
    if (fate.hasEffect) {
      try {
        value = await effect();
      } catch (error) {
        failure = error;
      }
    }
    await this.clock.sleep(fate.answerAfterMs);
    await this.#alive(run);
    if (failure !== undefined) throw failure;
    if (!fate.hasAnswer || !fate.hasEffect) throw new CallError("down", DOWN, "unreachable");
    return value as Value;
  }

  /** A batch call in which some entries fail, some of them although they had their effect. */
  async #batch<Entry, Result>(
    run: Run,
    operation: Operation,
    entries: Entry[],
    effect: (entries: Entry[]) => Promise<EntryResult<Result>[]>,
  ): Promise<EntryResult<Result>[]> {
    const fate = this.fate(operation, run);
    const fates = entries.map(() => this.#drawEntryFate(fate.entryFaults));
    const send = async () => {
      const admitted = entries.filter((_, index) => fates[index] !== "failed");
      const results = admitted.length === 0 ? [] : await effect(admitted);
      return fates.map((fate): EntryResult<Result> => {
        const result = fate === "failed" ? undefined : results.shift();
        return fate === "done" && result !== undefined ? result : { ok: false, fault: DOWN };
      });
    };
    return this.#call(run, operation, send, fate);
  }

  /** `lost`: it has its effect, and counts as failed. */
  #drawEntryFate(chance: number): "done" | "lost" | "failed" {
    if (chance === 0 || this.random() >= chance) return "done";
    return this.random() < 0.5 ? "lost" : "failed";
  }

  #connect(run: Run) {
    const { ingress, deadLetters, publisher, journal, clients, apiCalls } = this.stack.connection;
    return {
      apiCalls,
      ingress: {
        ...ingress,
        receive: async (options: Parameters<typeof ingress.receive>[0]) => {
          const messages = await this.#call(run, "ingress.receive", () => ingress.receive(options));
          for (const message of messages) this.#noteReceived(run, message);
          return messages;
        },
        delete: (handles: string[]) =>
          this.#batch(run, "ingress.delete", handles, (admitted) => {
            for (const handle of admitted) this.#checkDelete(handle);
            return ingress.delete(admitted);
          }),
        changeVisibility: (changes: Parameters<typeof ingress.changeVisibility>[0]) =>
          this.#batch(run, "ingress.changeVisibility", changes, ingress.changeVisibility),
      },
      deadLetters: {
        ...deadLetters,
        send: (messages: Parameters<typeof deadLetters.send>[0]) => {
          for (const { groupId } of messages) this.#checkLease(run, "dlq.send", groupId);
          return this.#batch(run, "dlq.send", messages, deadLetters.send);
        },
      },
      publisher: {
        publish: async (topicArn: string, publications: Parameters<typeof publisher.publish>[1]) => {
          this.#checkPublish(run, topicArn, publications);
          const results = await this.#batch(run, "publish", publications, async (admitted) => {
            const answers = await publisher.publish(topicArn, admitted);
            for (const [index, answer] of answers.entries()) {
              const sent = this.byBody.get(admitted[index]?.body ?? "");
              if (answer.ok && sent !== undefined) this.#noteAppearance(run, topicArn, answer.sequence, sent);
            }
            return answers;
          });
          const known = new Set(results.flatMap((result) => (result.ok ? [result.sequence] : [])));
          for (const appearance of this.appearances) if (known.has(appearance.sequence)) appearance.isAnswered = true;
          return results;
        },
      },
      journal: {
        ...journal,
        insertAccepted: (facts: Parameters<typeof journal.insertAccepted>[0]) =>
          this.#batch(run, "journal.insertAccepted", facts, journal.insertAccepted),
        write: (facts: Parameters<typeof journal.write>[0]) => {
          for (const fact of facts) this.#checkFact(run, fact);
          return this.#batch(run, "journal.write", facts, (admitted) => {
            for (const fact of admitted) this.#noteRecorded(fact);
            return journal.write(admitted);
          });
        },
        read: (address: Parameters<typeof journal.read>[0]) =>
          this.#call(run, "journal.read", () => journal.read(address)),
        takeOver: (...args: Parameters<typeof journal.takeOver>) =>
          this.#call(run, "journal.takeOver", () => journal.takeOver(...args)),
      },
      clients: {
        ...clients,
        get: async (clientIds: string[]) => {
          const begunAt = this.clock.now();
          const found = await this.#call(run, "clients.get", () => clients.get(clientIds));
          for (const clientId of clientIds) {
            const client = found.get(clientId);
            const isAllowed = client?.active === true && client.allowedTypes.includes("transaction");
            const reading = { run, clientId, begunAt, answeredAt: this.clock.now(), isAllowed };
            this.readings.push({ ...reading, topicArn: client?.topicArn });
          }
          return found;
        },
      },
    };
  }

  #noteRecorded({ fact, clientId, eventId }: Fact): void {
    const eventKey = `${clientId}/${eventId}`;
    if (fact === "published" && !this.#recordedAt.has(eventKey)) this.#recordedAt.set(eventKey, this.clock.now());
  }

  #noteReceived(run: Run, { body, receiptHandle, receiveCount }: ReceivedMessage): void {
    const sent = this.byBody.get(body);
    if (sent === undefined) return;
    this.#handles.set(receiptHandle, sent);
    this.#receipts.set(`${run.name} ${sent.messageId}`, { at: this.clock.now(), receiveCount });
  }

  /** A call begins only while the message will be this processor's for as long as the call may take. */
  #checkLease(run: Run, operation: Operation, messageId: string): void {
    const now = this.clock.now();
    const receipt = this.#receipts.get(`${run.name} ${messageId}`);
    const { messages } = this.stack.model.queues.at("ingress.fifo", now);
    const message = [...messages.values()].find((each) => each.messageId === messageId);
    if (receipt === undefined || message === undefined) return;
    const isOurs = message.state === "in-flight" && message.receiveCount === receipt.receiveCount;
    if (!isOurs || message.wakeAt - now < CALL_TIMEOUT_MS) {
      this.broken.push(`P6: ${operation} begun for a message whose lease may end meanwhile`);
    }
  }

  #noteAppearance(run: Run, topicArn: string, sequence: string, sent: Sent): void {
    // A repetition that the topic has suppressed is answered with the sequence of the first.
    if (this.appearances.some((other) => other.sequence === sequence)) return;
    this.appearances.push({ at: this.clock.now(), topicArn, sequence, sent, run, isAnswered: false });
  }

  #checkPublish(run: Run, topicArn: string, publications: { body: string; groupId: string }[]): void {
    const now = this.clock.now();
    const groups = new Set(publications.map(({ groupId }) => groupId));
    if (groups.size !== publications.length) this.broken.push("P2: two messages of a group in one call");
    for (const { body } of publications) {
      const sent = this.byBody.get(body);
      if (sent === undefined) {
        this.broken.push("a body was changed");
        continue;
      }
      this.#checkLease(run, "publish", sent.messageId);
      const permission = this.readings.findLast(
        (reading) =>
          reading.run === run && reading.clientId === sent.clientId && reading.answeredAt <= now && reading.isAllowed,
      );
      if (permission === undefined || now - permission.begunAt > 5 * SECOND)
        this.broken.push(
          `P3: message ${sent.ordinal} published on a permission ${permission && now - permission.begunAt} ms old`,
        );
      if (permission?.topicArn !== topicArn) this.broken.push(`P3: message ${sent.ordinal} on another client's topic`);
    }
  }

  #checkFact(run: Run, fact: Fact): void {
    // What is on a topic is recorded whoever has the message by now; everything else only for a message that is held.
    if (fact.fact !== "published" && "messageId" in fact) this.#checkLease(run, "journal.write", fact.messageId);
    if (fact.fact === "published") {
      const isThere = this.appearances.some(({ sent }) => sent.eventKey === `${fact.clientId}/${fact.eventId}`);
      if (!isThere) this.broken.push(`recorded before it was published: ${fact.eventId}`);
    }
    if (fact.fact !== "rejected" || fact.reason !== "client-inactive") return;
    const receivedAt = this.#receipts.get(`${run.name} ${fact.messageId}`)?.at ?? Number.POSITIVE_INFINITY;
    const isFounded = this.readings.some(
      (reading) =>
        reading.run === run &&
        reading.clientId === fact.clientId &&
        !reading.isAllowed &&
        reading.begunAt >= receivedAt,
    );
    if (!isFounded) this.broken.push(`P3: ${fact.messageId} refused by a read begun before it was received`);
  }

  #checkDelete(handle: string): void {
    const sent = this.#handles.get(handle);
    if (sent === undefined) return;
    if (this.outcomesOf(sent).length === 0) this.broken.push(`P1: message ${sent.ordinal} deleted without an outcome`);
  }

  /** When each dead letter of a message was sent. */
  letters(sent: Sent): number[] {
    const { messages } = this.stack.model.queues.at("dlq.fifo", this.clock.now());
    return [...messages.values()].filter(({ groupId }) => groupId === sent.messageId).map(({ sentAt }) => sentAt);
  }

  outcomesOf(sent: Sent): string[] {
    const { facts } = this.stack;
    const outcomes: string[] = [];
    if (facts.some((fact) => fact.fact === "published" && fact.owner === sent.messageId)) outcomes.push("published");
    if (facts.some((fact) => fact.fact === "duplicate" && fact.messageId === sent.messageId))
      outcomes.push("duplicate");
    if (this.rejection(sent) !== undefined && this.letters(sent).length > 0) outcomes.push("rejected");
    return outcomes;
  }

  rejection(sent: Sent) {
    return this.stack.facts.find((fact) => fact.fact === "rejected" && fact.messageId === sent.messageId) as
      | Extract<Fact, { fact: "rejected" }>
      | undefined;
  }

  /** What is wrong once the queue is empty. */
  verdict(): string[] {
    this.#checkOutcomes();
    this.#checkOrder();
    this.#checkOnce();
    return [...new Set(this.broken)];
  }

  #checkOutcomes(): void {
    for (const sent of this.sent) {
      const outcomes = this.outcomesOf(sent);
      const rejection = this.rejection(sent);
      if (outcomes.length !== 1)
        this.broken.push(`P1: message ${sent.ordinal} (${sent.eventKey}) ended as [${outcomes}]`);
      const letters = this.letters(sent);
      // When the delete fails for longer than the DLQ remembers, the letter is sent again: at least once.
      if (letters.some((at, index) => index > 0 && at - (letters[index - 1] ?? 0) < 5 * MINUTE))
        this.broken.push(`message ${sent.ordinal} is twice on the DLQ`);
      if (letters.length > 0 && rejection === undefined)
        this.broken.push(`P5: message ${sent.ordinal} is on the DLQ without a rejection`);
      if (rejection !== undefined && !this.#isGenuine(sent, rejection.reason))
        this.broken.push(`P5: message ${sent.ordinal} was rejected as ${rejection.reason}`);
      if (sent.reason !== undefined && rejection?.reason !== sent.reason)
        this.broken.push(`message ${sent.ordinal} was not rejected as ${sent.reason}`);
      const isOnTopic = this.appearances.some((appearance) => appearance.sent === sent);
      if (
        outcomes[0] === "rejected" &&
        isOnTopic &&
        rejection?.detail.startsWith("may already have been published") !== true
      )
        this.broken.push(`message ${sent.ordinal} is on the topic, and rejected without a doubt`);
      if (
        outcomes[0] !== "rejected" &&
        !this.appearances.some(
          ({ sent: { eventKey, content } }) => eventKey === sent.eventKey && content === sent.content,
        )
      )
        this.broken.push(`P1: message ${sent.ordinal} is ${outcomes[0]}, and on no topic`);
    }
  }

  #isGenuine(sent: Sent, reason: Reason): boolean {
    if (sent.reason !== undefined) return reason === sent.reason;
    if (reason === "client-inactive") return sent.clientId === "client-3";
    const hasRival = this.sent.some((other) => other.eventKey === sent.eventKey && other.content !== sent.content);
    return reason === "id-conflict" && hasRival;
  }

  #checkOrder(): void {
    const last = new Map<string, Sent>();
    const seen = new Set<Sent>();
    for (const { topicArn, sent } of this.appearances) {
      if (seen.has(sent)) continue;
      seen.add(sent);
      const key = `${topicArn} ${sent.groupId}`;
      const before = last.get(key);
      if (before !== undefined && before.ordinal > sent.ordinal)
        this.broken.push(`P2: message ${sent.ordinal} behind ${before.ordinal} in ${sent.groupId}`);
      last.set(key, sent);
    }
  }

  /** Twice on a topic is right only when the way from publishing to recording was cut, so that nobody could know of the first, and the topic has forgotten it. */
  #checkOnce(): void {
    const first = new Map<string, Appearance>();
    for (const appearance of this.appearances) {
      const { eventKey, content } = appearance.sent;
      const before = first.get(eventKey);
      if (before === undefined) {
        first.set(eventKey, appearance);
        continue;
      }
      if (before.sent.content !== content) this.broken.push(`P4: ${eventKey} published with two contents`);
      const isForgotten = appearance.at - before.at > 5 * MINUTE;
      const isUnknown = (this.#recordedAt.get(eventKey) ?? Number.POSITIVE_INFINITY) > appearance.at;
      if (!(isForgotten && isUnknown))
        this.broken.push(
          `P4: ${eventKey} twice on its topic, ${(appearance.at - before.at) / SECOND} s apart, ${before.run.name} (message ${before.sent.ordinal}) and ${appearance.run.name} (message ${appearance.sent.ordinal}), ${before.isAnswered ? "" : "un"}answered`,
        );
    }
  }
}
