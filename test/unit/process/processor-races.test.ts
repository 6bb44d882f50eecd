import { describe, expect, it } from "vitest";
import { runProcessor } from "../../../src/app/process/processor.js";
import { releaseDelaySeconds } from "../../../src/core/backoff.js";
import { createExaminer } from "../../../src/core/examine.js";
import type { Fact } from "../../../src/core/facts.js";
import type { Reason } from "../../../src/core/outcome.js";
import { compileSchemas } from "../../../src/core/schema-compiler.js";
import { CallError, type EntryResult } from "../../../src/ports/call.js";
import type { Clock } from "../../../src/ports/clock.js";
import type { ReceivedMessage } from "../../../src/ports/queue.js";
import { eventBody } from "../../factories/events.js";
import { ModelStack, type Operation } from "../../factories/model-stack.js";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const CALL_TIMEOUT_MS = 10 * SECOND;
const schemas = compileSchemas([{ file: "default", text: '{"type":"object","required":["amount"]}' }], []);
const examine = createExaminer({ mapping: "evp", schemas, maxEventBytes: 256 * 1024 });

type Random = () => number;

/** Mulberry32: small, and good enough for schedules. */
function createRandom(seed: number): Random {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface VirtualClock extends Clock {
  /** Moves on until `isDone`, or until `untilMs` (ms since 1970). */
  run(untilMs: number, isDone?: () => boolean): Promise<void>;
}

/** A clock that jumps from sleeper to sleeper. Nothing here waits for anything but it, so one turn of the event loop ends every promise chain. */
function createVirtualClock(random: Random): VirtualClock {
  const start = Date.parse("2026-11-21T10:00:00Z");
  let now = start;
  const sleepers = new Set<{ wakeAt: number; wake: () => void }>();
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    now: () => now,
    monotonic: () => now - start,
    random,
    sleep: (delayMs, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const wake = () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener("abort", wake);
          resolve();
        };
        const sleeper = { wakeAt: now + delayMs, wake };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", wake);
      }),
    async run(untilMs, isDone = () => false) {
      await settle();
      while (!isDone()) {
        let next: { wakeAt: number; wake: () => void } | undefined;
        for (const sleeper of sleepers) if (next === undefined || sleeper.wakeAt < next.wakeAt) next = sleeper;
        if (next === undefined || next.wakeAt > untilMs) {
          now = Math.max(now, untilMs);
          return;
        }
        now = Math.max(now, next.wakeAt);
        next.wake();
        await settle();
      }
    },
  };
}

/** What happens to one call: when it has its effect, when its answer comes, and whether either happens at all. */
interface Fate {
  effectAfterMs: number;
  answerAfterMs: number;
  hasEffect: boolean;
  hasAnswer: boolean;
  /** Chance of each entry of the batch to fail by itself. */
  entryFaults: number;
}

const SMOOTH: Fate = { effectAfterMs: 0, answerAfterMs: 0, hasEffect: true, hasAnswer: true, entryFaults: 0 };

/** One run of a processor, which can be killed or frozen at any moment. */
interface Run {
  name: string;
  goneAt: number | undefined;
  frozenUntil: number;
  stop: AbortController;
  force: AbortController;
  ended: boolean;
}

interface Sent {
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
class World {
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
      process: { concurrency: 100, attempts, callTimeoutMs: CALL_TIMEOUT_MS, stopTimeoutMs },
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

const FAULTY: Operation[] = [
  "ingress.receive",
  "ingress.delete",
  "ingress.changeVisibility",
  "dlq.send",
  "publish",
  "journal.insertAccepted",
  "journal.write",
  "journal.read",
  "journal.takeOver",
  "clients.get",
];

/** What goes wrong in a schedule: by operation, how often; and outages from when to when. */
function drawFaults(world: World, untilMs: number): void {
  const { random, clock } = world;
  const from = clock.now();
  const pick = <Item>(items: Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const chances = new Map(FAULTY.map((operation) => [operation, pick([0, 0, 0, 0.02, 0.1, 0.4])]));
  const entryChance = pick([0, 0, 0.1, 0.3]);
  const slowness = pick([0, 0, 0.02, 0.2]);
  const outages = Array.from({ length: Math.floor(random() * 4) }, () => {
    const begin = from + random() * (untilMs - from);
    const end = Math.min(untilMs, begin + pick([5 * SECOND, MINUTE, 10 * MINUTE, 40 * MINUTE]));
    return { operation: pick(FAULTY), begin, end, isSilent: random() < 0.3 };
  });
  world.fate = (operation) => {
    const now = clock.now();
    if (now >= untilMs) return SMOOTH;
    const outage = outages.find((each) => each.operation === operation && each.begin <= now && now < each.end);
    const isFaulty = outage !== undefined || random() < (chances.get(operation) ?? 0);
    const isLost = isFaulty && (outage === undefined ? random() < 0.5 : outage.isSilent);
    const isSlow = random() < slowness;
    const effectAfterMs = isSlow ? Math.floor(random() * 9_900) : Math.floor(random() * 20);
    const answerAfterMs = isSlow ? Math.floor(random() * (9_900 - effectAfterMs)) : Math.floor(random() * 20);
    return {
      effectAfterMs,
      answerAfterMs,
      hasEffect: !isFaulty || isLost,
      hasAnswer: !isFaulty,
      entryFaults: entryChance,
    };
  };
}

/** What is sent, and when, and what is done to the processors meanwhile. */
function drawSchedule(world: World, untilMs: number): void {
  const { random, clock } = world;
  const from = clock.now();
  const at = (spanMs: number, act: () => void) => void clock.sleep(Math.floor(random() * spanMs)).then(act);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const groups = Array.from({ length: 1 + Math.floor(random() * 5) }, (_, index) => `g${index}`);
  const ids = Array.from({ length: 3 + Math.floor(random() * 15) }, (_, index) => `e${index}`);
  const span = Math.min(pick([1, MINUTE, HOUR]), (untilMs - from) / 2);
  const count = 3 + Math.floor(random() * 30);
  for (let index = 0; index < count; index++) {
    const clientId = pick(["client-1", "client-1", "client-2", "client-3"]);
    const chance = random();
    const group = pick(groups);
    at(span, () => {
      if (chance < 0.05) world.send(group, "{", { reason: "malformed-json" });
      else if (chance < 0.1)
        world.send(group, eventBody({ id: "bad", clientId, payload: {} }), {
          clientId,
          eventId: `bad${index}`,
          reason: "schema-violation",
        });
      else if (chance < 0.15)
        world.send(group, eventBody({ id: `u${index}`, clientId: "nobody", payload: { amount: 1 } }), {
          clientId: "nobody",
          reason: "client-unknown",
        });
      else world.sendEvent(group, pick(ids), { clientId, amount: random() < 0.85 ? 1 : 2 });
    });
  }
  const client = world.stack.registry.get("client-3");
  for (let index = 0; index < Math.floor(random() * 6); index++) {
    const active = random() < 0.5;
    at(untilMs - from, () => {
      if (client !== undefined) client.active = active;
    });
  }
  const changes = { attempts: pick([1, 2, 5, 5]), visibilitySeconds: pick([20, 60, 60]), drain: random() < 0.2 };
  const many = pick([1, 1, 2, 3]);
  for (let index = 0; index < many; index++) world.start(changes);
  const living = () => world.runs.filter(({ goneAt }) => goneAt === undefined);
  for (let index = 0; index < Math.floor(random() * 5); index++) {
    const what = pick(["kill", "freeze", "stop", "force"]);
    const frozenMs = pick([5 * SECOND, 50 * SECOND, 7 * MINUTE]);
    at(untilMs - from, () => {
      const [run] = living();
      if (run === undefined) return;
      if (what === "freeze") run.frozenUntil = clock.now() + frozenMs;
      else {
        if (what === "kill") world.kill(run);
        else {
          run.stop.abort();
          if (what === "force") run.force.abort();
        }
        world.start(changes);
      }
    });
  }
}

async function runSeed(seed: number): Promise<string[]> {
  const world = new World(seed);
  const faultyMs = [0, 30 * SECOND, 5 * MINUTE, 45 * MINUTE][Math.floor(world.random() * 4)] as number;
  const untilMs = world.clock.now() + faultyMs + SECOND;
  drawFaults(world, untilMs);
  drawSchedule(world, untilMs);
  await world.clock.run(untilMs);
  const client = world.stack.registry.get("client-3");
  if (client !== undefined) client.active = true;
  if (world.runs.every(({ goneAt }) => goneAt !== undefined)) world.start();
  await world.drainWithin(4 * HOUR);
  for (const run of world.runs) run.stop.abort();
  await world.runFor(10 * MINUTE, () => world.runs.every(({ goneAt }) => goneAt !== undefined));
  if (world.runs.some(({ goneAt }) => goneAt === undefined)) world.broken.push("a processor does not stop");
  return world.verdict();
}

/** A call that fails before its effect, or after it. */
const FAILED: Fate = { ...SMOOTH, hasEffect: false };
const LOST: Fate = { ...SMOOTH, hasAnswer: false };

function slow(effectAfterMs: number): Fate {
  return { ...SMOOTH, effectAfterMs };
}

describe("the same event twice", () => {
  it("is published once when its owner comes back just as another message takes it over", async () => {
    const world = new World(1);
    world.fate = (operation) => (operation === "publish" ? FAILED : SMOOTH);
    world.sendEvent("g1", "a");
    const first = world.start();
    await world.runFor(SECOND);
    world.kill(first);
    await world.runFor(20 * MINUTE);
    // The owner is received by one processor, whose publish takes its time; the duplicate by another.
    const second = world.start();
    world.fate = (operation, run) => (operation === "publish" && run === second ? slow(5 * SECOND) : SMOOTH);
    await world.runFor(SECOND);
    world.fate = (operation, run) => (operation === "ingress.receive" && run === second ? FAILED : SMOOTH);
    world.sendEvent("g2", "a");
    world.start();
    await world.drainWithin(HOUR);
    expect(world.verdict()).toEqual([]);
  });

  it("is published once, by one processor that finds both after having been away", async () => {
    const world = new World(1);
    world.fate = (operation) => (operation === "publish" ? FAILED : SMOOTH);
    world.sendEvent("g1", "a");
    world.sendEvent("g2", "a");
    const first = world.start();
    await world.runFor(SECOND);
    world.kill(first);
    await world.runFor(20 * MINUTE);
    world.fate = () => SMOOTH;
    world.start();
    await world.drainWithin(HOUR);
    expect(world.verdict()).toEqual([]);
  });

  it("is published once when two processors run and the store fails between publishing and recording", async () => {
    const world = new World(1);
    world.fate = (operation) => (operation === "journal.write" ? FAILED : SMOOTH);
    world.sendEvent("g", "a");
    const first = world.start();
    await world.runFor(2 * SECOND);
    expect(world.appearances).toHaveLength(1);
    // From now on only the other one receives; the first one lives on.
    world.fate = (operation, run) => {
      const isDown = operation.startsWith("journal.") && world.clock.now() < from + 7 * MINUTE;
      return isDown || (operation === "ingress.receive" && run === first) ? FAILED : SMOOTH;
    };
    const from = world.clock.now();
    world.start();
    await world.drainWithin(2 * HOUR);
    expect(world.verdict()).toEqual([]);
  });

  it("is published once when the store comes back after a long time, a little later for the one who published it", async () => {
    const world = new World(1);
    world.fate = (operation) => (operation === "journal.write" ? FAILED : SMOOTH);
    world.sendEvent("g1", "a");
    const first = world.start();
    await world.runFor(2 * SECOND);
    const backAt = world.clock.now() + 16 * MINUTE;
    world.fate = (operation, run) => {
      if (run === first && operation === "ingress.receive") return FAILED;
      const isDown = world.clock.now() < backAt + (run === first ? 4 * SECOND : 0);
      return isDown && operation.startsWith("journal.") ? FAILED : SMOOTH;
    };
    await world.runFor(16 * MINUTE);
    world.sendEvent("g2", "a");
    world.start();
    await world.drainWithin(HOUR);
    expect(world.verdict()).toEqual([]);
  });

  it("is a new event once the journal has forgotten it, and not finished by what is left of the old one", async () => {
    const world = new World(1);
    world.sendEvent("g", "a");
    world.start({ drain: true });
    await world.drainWithin(MINUTE);
    await world.runFor(31 * 24 * HOUR);
    const { facts } = world.stack;
    facts.splice(
      facts.findIndex(({ fact }) => fact === "accepted"),
      1,
    );
    const renewed = world.sendEvent("g", "a", { amount: 2 });
    world.fate = (operation) => (operation === "publish" ? FAILED : SMOOTH);
    world.start();
    await world.runFor(20 * SECOND);
    world.fate = () => SMOOTH;
    await world.drainWithin(HOUR);
    expect(world.appearances.map(({ sent }) => sent.ordinal)).toEqual([0, renewed.ordinal]);
  });
});

describe("a take-over", () => {
  it("is one message's alone", async () => {
    const world = new World(1);
    world.fate = (operation) => (operation === "publish" ? FAILED : SMOOTH);
    world.sendEvent("g1", "a");
    await world.runFor(1);
    const first = world.start();
    await world.runFor(SECOND);
    world.sendEvent("g2", "a");
    world.sendEvent("g3", "a");
    await world.runFor(5 * SECOND);
    world.kill(first);
    await world.runFor(20 * MINUTE);
    // The owner is gone for good; the others come back together.
    const queue = world.stack.model.queues.at("ingress.fifo", world.clock.now());
    const [owner] = queue.messages.values();
    if (owner !== undefined) queue.remove(owner);
    world.sent.shift();
    world.fate = () => SMOOTH;
    world.start();
    await world.drainWithin(HOUR);
    expect(world.verdict()).toEqual([]);
  });
});

describe("leases", () => {
  it("that ran out while the processor stood still let it do nothing more", async () => {
    const world = new World(1);
    world.fate = (operation) => (operation === "publish" ? FAILED : SMOOTH);
    for (const id of ["a", "b", "c"]) world.sendEvent("g", id);
    const first = world.start({ attempts: 1000 });
    await world.runFor(10 * SECOND);
    first.frozenUntil = world.clock.now() + 7 * MINUTE;
    world.fate = () => SMOOTH;
    world.start();
    await world.drainWithin(HOUR);
    await world.runFor(20 * MINUTE);
    expect(world.verdict()).toEqual([]);
  });

  it("are long enough for a call that takes its time, or the call is not made", async () => {
    const world = new World(1);
    world.fate = (operation) => {
      if (operation === "ingress.changeVisibility") return FAILED;
      return operation === "publish" ? { ...FAILED, answerAfterMs: 7 * SECOND } : SMOOTH;
    };
    world.sendEvent("g", "a");
    world.start({ attempts: 1000 });
    await world.runFor(5 * MINUTE);
    world.fate = () => SMOOTH;
    await world.drainWithin(HOUR);
    expect(world.verdict()).toEqual([]);
  });
});

describe("permission", () => {
  it("is not refused by a read that was under way when the message came", async () => {
    const world = new World(1);
    const client = world.stack.registry.get("client-3");
    if (client !== undefined) client.active = false;
    world.fate = (operation) => (operation === "clients.get" ? { ...SMOOTH, answerAfterMs: 4 * SECOND } : SMOOTH);
    world.sendEvent("g1", "a", { clientId: "client-3" });
    world.start();
    await world.runFor(SECOND);
    if (client !== undefined) client.active = true;
    const later = world.sendEvent("g2", "b", { clientId: "client-3" });
    await world.drainWithin(HOUR);
    expect(world.verdict()).toEqual([]);
    expect(world.outcomesOf(later)).toEqual(["published"]);
  });

  it("does not live on when the machine's clock is set back", async () => {
    const world = new World(1);
    world.sendEvent("g", "a");
    world.start();
    await world.drainWithin(MINUTE);
    world.wallShiftMs = -HOUR;
    const client = world.stack.registry.get("client-1");
    if (client !== undefined) client.active = false;
    await world.runFor(MINUTE);
    world.sendEvent("g", "b");
    await world.drainWithin(MINUTE);
    expect(world.appearances.map(({ sent }) => sent.eventKey)).toEqual(["client-1/a"]);
  });

  it("that always comes too late holds a message back, and a stop gives it back", async () => {
    const world = new World(1);
    world.fate = (operation) => (operation === "clients.get" ? slow(6 * SECOND) : SMOOTH);
    world.sendEvent("g", "a");
    const run = world.start({ stopTimeoutMs: 5 * SECOND });
    await world.runFor(30 * SECOND);
    run.stop.abort();
    await world.runFor(MINUTE, () => run.ended);
    expect(run.ended).toBe(true);
    expect(world.depth).toMatchObject({ visible: 1, "in-flight": 0 });
  });
});

describe("rejection", () => {
  it("of an event that may be on its topic says so, also within one receipt", async () => {
    const world = new World(1);
    const client = world.stack.registry.get("client-3");
    world.fate = (operation) => {
      if (operation !== "publish") return SMOOTH;
      if (client !== undefined) client.active = false;
      // Answered so late that the registry is read again before the next attempt.
      return { ...LOST, answerAfterMs: 6 * SECOND };
    };
    world.sendEvent("g", "a", { clientId: "client-3" });
    world.start();
    await world.drainWithin(HOUR);
    expect(world.verdict()).toEqual([]);
  });

  it("reaches the DLQ whatever characters the document has", async () => {
    const world = new World(1);
    world.send("g", `${eventBody({ id: "a" }).slice(0, -1)},"\\uffff":1}`, {
      clientId: "client-1",
      eventId: "a",
      reason: "envelope-invalid",
    });
    world.start();
    await world.drainWithin(HOUR);
    expect(world.verdict()).toEqual([]);
  });

  it.each([1, 2])("comes to a message that its topic refuses, also with %i attempts", async (attempts) => {
    const world = new World(1);
    world.stack.model.topics.setAttribute(
      world.stack.registry.get("client-1")?.topicArn ?? "",
      "MaximumMessageSize",
      "1024",
    );
    world.send("g", eventBody({ id: "a", payload: { amount: 1, text: "x".repeat(2000) } }), {
      clientId: "client-1",
      eventId: "a",
      reason: "delivery-refused",
    });
    world.start({ attempts });
    await world.drainWithin(HOUR);
    expect(world.verdict()).toEqual([]);
  });

  it("lets nothing of its group pass before it is on record", async () => {
    const world = new World(1);
    world.fate = (operation) => (operation === "journal.write" ? FAILED : SMOOTH);
    world.sendEvent("g", "a", { clientId: "nobody" });
    world.sendEvent("g", "b");
    world.start();
    await world.runFor(10 * MINUTE);
    expect(world.appearances).toEqual([]);
  });

  it.each([
    ["is no topic's name", "evp-client-1.fifo"],
    ["is gone", "arn:aws:sns:us-east-1:000000000000:gone.fifo"],
  ])("does not come to messages because their topic %s", async (_, wrongArn) => {
    const world = new World(1);
    const client = world.stack.registry.get("client-1");
    const topicArn = client?.topicArn ?? "";
    if (client !== undefined) client.topicArn = wrongArn;
    world.sendEvent("g", "a");
    world.start();
    await world.runFor(MINUTE);
    if (client !== undefined) client.topicArn = topicArn;
    await world.drainWithin(HOUR);
    expect(world.verdict()).toEqual([]);
  });
});

describe("a stop", () => {
  it("gives back what a receive brings that was under way", async () => {
    const world = new World(1);
    world.fate = (operation) => (operation === "ingress.receive" ? { ...SMOOTH, answerAfterMs: 3 * SECOND } : SMOOTH);
    world.sendEvent("g", "a");
    const run = world.start();
    await world.runFor(SECOND);
    run.stop.abort();
    await world.runFor(MINUTE, () => run.ended);
    expect(world.depth).toMatchObject({ visible: 1, "in-flight": 0 });
  });

  it("ends only once what is held is recorded and deleted", async () => {
    const world = new World(1);
    world.fate = (operation) => (operation === "journal.write" ? slow(4 * SECOND) : SMOOTH);
    world.sendEvent("g", "a");
    const run = world.start();
    await world.runFor(SECOND);
    expect(world.appearances).toHaveLength(1);
    run.stop.abort();
    await world.runFor(MINUTE, () => run.ended);
    expect(world.isEmpty).toBe(true);
  });

  it("is forced by a second signal, whatever time the first one has left", async () => {
    const world = new World(1);
    world.fate = (operation) => (operation === "publish" ? FAILED : SMOOTH);
    world.sendEvent("g", "a");
    const run = world.start({ attempts: 1000, stopTimeoutMs: HOUR });
    await world.runFor(5 * SECOND);
    run.stop.abort();
    await world.runFor(10 * SECOND);
    run.force.abort();
    await world.runFor(3 * SECOND, () => run.ended);
    expect(run.ended).toBe(true);
  });

  it("leaves no group locked although a call fails once", async () => {
    const world = new World(1);
    let failures = 1;
    world.fate = (operation) => {
      if (operation === "publish") return FAILED;
      return operation === "ingress.changeVisibility" && failures-- > 0 ? FAILED : SMOOTH;
    };
    world.sendEvent("g", "a");
    const run = world.start({ attempts: 1000, stopTimeoutMs: SECOND });
    await world.runFor(5 * SECOND);
    run.stop.abort();
    await world.runFor(MINUTE, () => run.ended);
    expect(world.depth).toMatchObject({ visible: 1, "in-flight": 0 });
  });
});

it("a receive whose answer was lost is repeated, and brings the same messages at once", async () => {
  const world = new World(1);
  let losses = 1;
  world.fate = (operation) => (operation === "ingress.receive" && losses-- > 0 ? LOST : SMOOTH);
  world.sendEvent("g", "a");
  world.start();
  await world.drainWithin(10 * SECOND);
  expect(world.verdict()).toEqual([]);
});

it("an outage of 14 days does not use up the 1000 receives after which the queue moves a message", () => {
  const random = createRandom(1);
  let seconds = 0;
  for (let receiveCount = 1; receiveCount < 1000; receiveCount++) seconds += releaseDelaySeconds(receiveCount, random);
  expect(seconds / (24 * 60 * 60)).toBeGreaterThan(14);
});

it("a number that no double holds is never taken for another event's id", () => {
  const examineNumbered = createExaminer({
    mapping: { id: "/id", type: { value: "t" }, clientId: "/id", source: { value: "s" }, timestamp: "/at" },
    maxEventBytes: 1024,
  });
  const read = examineNumbered({
    body: '{"id":9007199254740993,"at":"2026-11-21T10:00:00Z"}',
    attributes: {},
    receivedAt: 0,
  });
  expect(read.ok ? read.event.id : "refused").not.toBe("9007199254740992");
});

describe("random schedules", () => {
  const from = Number(process.env.SEED_FROM ?? 1);
  const count = Number(process.env.SEEDS ?? 300);
  it(`of ${count} seeds`, async () => {
    const broken: Record<number, string[]> = {};
    for (let seed = from; seed < from + count; seed++) {
      const verdict = await runSeed(seed);
      if (verdict.length > 0) broken[seed] = verdict;
    }
    expect(broken).toEqual({});
  }, 600_000);
});
