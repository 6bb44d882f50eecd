import type { ClientRecord } from "../../src/core/client.js";
import { CallError } from "../../src/ports/call.js";
import { eventBody } from "../factories/events.js";
import { INGRESS, SimulatedStack } from "./aws/simulated-stack.js";
import type { Call } from "./call.js";
import { type Fate, SMOOTH } from "./faults/fate.js";
import type { Ledger } from "./oracle/ledger.js";
import { createOracle, type Oracle } from "./oracle/oracle.js";
import { createIds, createRandom, type Random } from "./random.js";
import { RegistryHistory } from "./registry-history.js";
import { createRun, type Run, type RunOptions } from "./run.js";
import type { Sent } from "./sent.js";
import { startFunction } from "./start-function.js";
import { startProcessor } from "./start-processor.js";
import { MINUTE, SECOND } from "./times.js";
import { createVirtualClock, type VirtualClock } from "./virtual-clock.js";
import { createWire, type Observer, type Wire } from "./wire.js";

/** What one message of a client's topic, and one call to it, may hold. */
export const TOPIC_BYTES = 16 * 1024;

interface WorldOptions {
  /** Who else watches the calls, ahead of the oracle. */
  observers?: (parts: WatchedParts) => Observer[];
  /** Told what is done to the processors. */
  note?: (text: string) => void;
}

/** What an observer may look at. */
export type WatchedParts = Pick<World, "clock" | "stack" | "history"> & { ledger: Ledger };

/** A stack, the processors on it, and the oracle that watches them. */
export class World {
  readonly seed: number;
  readonly random: Random;
  readonly clock: VirtualClock;
  readonly stack: SimulatedStack;
  readonly oracle: Oracle;
  readonly history = new RegistryHistory();
  readonly sent: Sent[] = [];
  readonly runs: Run[] = [];
  readonly nativeMoves = { areRight: false };
  fateOf: (call: Omit<Call, "fate">) => Fate = () => SMOOTH;
  /** Things go wrong; otherwise what was to go wrong later is left out. */
  isTroubled = false;
  /** Told of a processor that was killed or has ended. */
  onGone: (run: Run) => void = () => undefined;
  readonly #wire: Wire;
  readonly #newId: () => string;
  readonly note: (text: string) => void;

  constructor(seed: number, { observers = () => [], note = () => undefined }: WorldOptions = {}) {
    this.seed = seed;
    this.random = createRandom(seed);
    this.note = note;
    this.clock = createVirtualClock(this.random);
    this.#newId = createIds(this.random);
    this.stack = new SimulatedStack(this.random, this.clock.now());
    const { stack, clock, history, nativeMoves } = this;
    this.oracle = createOracle({ stack, clock, history, nativeMoves });
    this.#wire = createWire({
      clock,
      stack,
      observers: [...observers({ clock, stack, history, ledger: this.oracle.ledger }), this.oracle],
      fateOf: (call) => this.fateOf(call),
      kill: (run) => this.kill(run),
      freeze: (run, ms) => this.freeze(run, ms),
      defect: (error) => this.accuse(`the simulation itself failed: ${String(error)}`),
    });
    for (const clientId of ["client-1", "client-2", "client-3"]) this.#addClient(clientId);
  }

  /** A promise that was broken. */
  accuse(text: string): void {
    this.oracle.ledger.accuse(text);
  }

  get appearances() {
    return this.oracle.ledger.appearances;
  }

  client(clientId: string): ClientRecord {
    const client = this.history.current(clientId);
    if (client === undefined) throw new RangeError(`there is no client ${clientId}`);
    return client;
  }

  /** Changes a client, as an operator does. */
  changeClient(clientId: string, changes: Partial<ClientRecord>): void {
    const client = { ...this.client(clientId), ...changes };
    const { active, allowedTypes, poisonPolicy } = client;
    this.note(
      `${clientId} is ${active ? "enabled" : "disabled"}, may have [${allowedTypes}], and what cannot pass is to ${poisonPolicy}`,
    );
    this.#putClient(client);
  }

  /** Sends a message as a producer does. Space behind the document tells each one apart, and changes nothing of what it says. */
  send(
    groupId: string,
    json: string,
    about: { clientId?: string; eventId?: string; type?: string; flaw?: string } = {},
  ): Sent {
    const body = json + " ".repeat(this.sent.length + 1);
    const outgoing = { body, groupId, deduplicationId: this.#newId() };
    const { messageId } = this.stack.model.queues.send(INGRESS, outgoing, this.clock.now());
    const { clientId = "~", eventId = messageId, type = "transaction", flaw } = about;
    const ordinal = this.sent.length;
    const eventKey = `${clientId}/${eventId}`;
    const sent = {
      messageId,
      groupId,
      ordinal,
      body,
      clientId,
      type,
      eventKey,
      content: json,
      flaw,
      sentAt: this.clock.now(),
    };
    this.sent.push(sent);
    this.oracle.sent(sent);
    this.note(
      `message ${ordinal} (${messageId.slice(0, 8)}) is sent in group ${groupId}: ${json.slice(0, 60)}${flaw === undefined ? "" : `, ${flaw}`}`,
    );
    this.#wire.poke();
    return sent;
  }

  sendEvent(groupId: string, eventId: string, { clientId = "client-1", amount = 1, type = "transaction" } = {}): Sent {
    const json = eventBody({ id: eventId, clientId, type, payload: { amount } });
    return this.send(groupId, json, { clientId, eventId, type });
  }

  /** The message is in nobody's hands, and comes to nobody for so long. */
  hide(message: Sent, ms: number): void {
    const now = this.clock.now();
    const queue = this.stack.model.queues.at(INGRESS, now);
    for (const each of queue.messages.values())
      if (each.messageId === message.messageId) queue.hide(each, "in-flight", now + ms);
  }

  /** The message vanishes from the ingress queue, and nobody asks what became of it. */
  lose(message: Sent): void {
    const queue = this.stack.model.queues.at(INGRESS, this.clock.now());
    for (const each of queue.messages.values()) if (each.messageId === message.messageId) queue.remove(each);
    this.oracle.ledger.stories.delete(message.messageId);
  }

  start(options: RunOptions = {}): Run {
    const run = createRun(`${options.kind ?? "process"} ${this.runs.length + 1}`, this.clock.now(), options);
    this.runs.push(run);
    this.note(`${run.name} starts`);
    const startKind = options.kind === "function" ? startFunction : startProcessor;
    void startKind(run, options, { clock: this.clock, wire: this.#wire }).then(
      () => this.#ended(run),
      (error: unknown) => this.#ended(run, error),
    );
    return run;
  }

  /** Nothing of it happens any more, but for calls that are on their way. */
  kill(run: Run): void {
    if (run.goneAt !== undefined) return;
    run.goneAt = this.clock.now();
    run.isKilled = true;
    this.note(`${run.name} is killed`);
    this.onGone(run);
  }

  /** Stands still for so long, as under a hypervisor that is busy. */
  freeze(run: Run, ms: number): void {
    if (run.goneAt !== undefined) return;
    run.frozenAt = this.clock.now();
    run.frozenUntil = this.clock.now() + ms;
    this.note(`${run.name} stands still for ${ms / SECOND} s`);
  }

  /** Signals reach a process that runs. */
  async stop(run: Run, { isForced = false } = {}): Promise<void> {
    await this.#wire.alive(run);
    if (run.goneAt !== undefined) return;
    this.note(`${run.name} is told to stop${isForced ? " at once" : ""}`);
    run.stoppedAt ??= this.clock.now();
    run.isForced ||= isForced;
    run.stop.abort();
    if (isForced) run.force.abort();
  }

  /** From now on the queue itself moves what is received more often to the DLQ, and it is right that it does. */
  wearOut(maxReceiveCount: number): void {
    this.note(`the queue moves messages to the DLQ after ${maxReceiveCount} receives`);
    this.stack.limitReceives(maxReceiveCount, this.clock.now());
    this.nativeMoves.areRight = true;
  }

  get depth() {
    return this.stack.model.queues.at(INGRESS, this.clock.now()).counts;
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
    if (!this.isEmpty) this.accuse(`liveness: the queue is not empty within ${ms / MINUTE} minutes`);
  }

  /** What is wrong once the queue is empty. */
  verdict(): string[] {
    this.oracle.end();
    return this.oracle.ledger.broken;
  }

  #addClient(clientId: string): void {
    const topicArn = this.stack.addTopic(clientId, TOPIC_BYTES);
    const allowedTypes = ["transaction", "monitoring"];
    const record = { clientId, active: true, allowedTypes, poisonPolicy: "skip" as const, topicArn };
    this.#putClient({ ...record, queueName: `evp-${clientId}.fifo` });
  }

  #putClient(client: ClientRecord): void {
    this.stack.putClient(client, this.clock.now());
    this.history.note(client.clientId, client, this.clock.now());
  }

  #ended(run: Run, error?: unknown): void {
    if (run.goneAt !== undefined) return;
    run.goneAt = this.clock.now();
    this.note(`${run.name} has ended${error === undefined ? "" : `: ${String(error)}`}`);
    if (error !== undefined && !(error instanceof CallError)) this.accuse(`${run.name} crashed: ${String(error)}`);
    else if (error === undefined) this.oracle.ended(run);
    this.onGone(run);
  }
}
