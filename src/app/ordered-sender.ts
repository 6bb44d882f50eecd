import { retryDelayMs } from "../core/backoff.js";
import { BATCH_MAX_ENTRIES, SQS_MAX_BYTES } from "../core/limits.js";
import { isMessageRefusal } from "../core/refusal.js";
import { type CallError, type EntryResult, type Fault, isCallError, isPassing } from "../ports/call.js";
import type { Clock } from "../ports/clock.js";
import type { OutgoingMessage, Queue } from "../ports/queue.js";

export type SendResult = EntryResult<{ messageId: string; sequence: string }>;

export interface OrderedSenderOptions<Item> {
  send: Queue["send"];
  clock: Clock;
  /** Told of the messages whose fate is known, a batch at a time. The next of their groups wait until it resolves. */
  onSettled: (settled: Settled<Item>[]) => void | Promise<void>;
  /** Stops the sending once the calls in the air have come back. What was not sent is not settled. */
  signal?: AbortSignal | undefined;
  /** With it, outages are waited out however long they last, and a message that the queue refuses for good leaves a gap: its group goes on. */
  patience?: { onFailure: (failure: { message: string }) => void } | undefined;
  /** Asked right before a message is sent: one that is not wanted any more is dropped, and not settled. */
  isWanted?: ((item: Item) => boolean) | undefined;
}

export interface Settled<Item> {
  item: Item;
  result: SendResult;
}

/** Calls in the air at once. */
const PARALLEL_CALLS = 4;
/** Of one entry, and of one call. */
const MAX_ATTEMPTS = 5;
/** What is held at most, so that memory stays bounded however long the source is. */
const MAX_HELD_ITEMS = 400;
const MAX_HELD_BYTES = 8 * 1024 * 1024;

interface Entry<Item> {
  item: Item;
  bytes: number;
  attempts: number;
  /** Its batch was refused as a whole: it goes by itself, to see whose fault it was. */
  alone: boolean;
}

/**
 * Sends messages in batches, each group strictly in order: at most one message of a group is in the air, and the next follows
 * when it is acknowledged. A message that cannot be sent takes every later one of its group with it. A call that fails for
 * good stops everything: `finish` then rejects.
 */
export class OrderedSender<Item extends OutgoingMessage> {
  readonly #options: OrderedSenderOptions<Item>;
  /** Waiting entries by group, oldest first; a group is here as long as it has any. */
  readonly #groups = new Map<string, Entry<Item>[]>();
  /** Groups whose first entry may go now, in turn. */
  #ready: string[] = [];
  /** Groups that lost a message. */
  readonly #brokenGroups = new Map<string, string>();
  #calls = 0;
  /** Calls that failed since the last one that did not. */
  #failures = 0;
  #heldItems = 0;
  #heldBytes = 0;
  readonly #stopping = new AbortController();
  #failure: unknown;
  #waiters: (() => void)[] = [];

  constructor(options: OrderedSenderOptions<Item>) {
    this.#options = options;
    if (options.signal?.aborted) this.#stop();
    options.signal?.addEventListener("abort", () => this.#stop(), { once: true });
  }

  /** True once nothing more will be sent. */
  get isStopped(): boolean {
    return this.stopped.aborted;
  }

  /** Aborts when nothing more will be sent. */
  get stopped(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Takes a message; resolves when there is room for the next one. */
  async offer(item: Item): Promise<void> {
    if (this.isStopped) return;
    const broken = this.#brokenGroups.get(item.groupId);
    if (broken !== undefined) return this.#options.onSettled([{ item, result: heldBack(broken) }]);
    const entry = { item, bytes: messageBytes(item), attempts: 0, alone: false };
    this.#heldItems += 1;
    this.#heldBytes += entry.bytes;
    const group = this.#groups.get(item.groupId);
    if (group !== undefined) group.push(entry);
    else {
      this.#groups.set(item.groupId, [entry]);
      this.#ready.push(item.groupId);
    }
    this.#start();
    await this.#until(() => this.#heldItems < MAX_HELD_ITEMS && this.#heldBytes < MAX_HELD_BYTES);
  }

  /** Resolves when all that was taken is settled, or nothing more is sent. @throws CallError when a call failed for good; what was not sent is not settled */
  async finish(): Promise<void> {
    await this.#until(() => this.#groups.size === 0);
    if (this.#failure !== undefined) throw this.#failure;
  }

  #stop(): void {
    this.#stopping.abort();
    this.#wake();
  }

  #start(): void {
    while (!this.isStopped && this.#calls < PARALLEL_CALLS && this.#ready.length > 0) {
      const batch = this.#takeBatch();
      if (batch.length === 0) continue;
      this.#calls += 1;
      void this.#sendBatch(batch)
        .catch((error: unknown) => {
          this.#failure ??= error;
          this.#stop();
        })
        .finally(() => {
          this.#calls -= 1;
          this.#start();
          this.#wake();
        });
    }
  }

  /** The first of each ready group, as many as fit in one call. */
  #takeBatch(): Entry<Item>[] {
    const batch: Entry<Item>[] = [];
    let bytes = 0;
    while (batch.length < BATCH_MAX_ENTRIES) {
      const entry = this.#groups.get(this.#ready[0] ?? "")?.[0];
      if (entry === undefined || (batch.length > 0 && (entry.alone || bytes + entry.bytes > SQS_MAX_BYTES))) break;
      this.#ready.shift();
      if (this.#options.isWanted?.(entry.item) === false) {
        this.#advance(entry);
        this.#wake();
        continue;
      }
      batch.push(entry);
      bytes += entry.bytes;
      if (entry.alone) break;
    }
    return batch;
  }

  async #sendBatch(batch: Entry<Item>[]): Promise<void> {
    const results = await this.#call(batch);
    if (results === "refused") return this.#sortOutRefusal(batch);
    if (results === "later") return this.#putBack(batch);
    const settled: Settled<Item>[] = [];
    const acknowledged: Entry<Item>[] = [];
    const again: Entry<Item>[] = [];
    for (const [index, entry] of batch.entries()) {
      const result = results[index] ?? NO_ANSWER;
      if (result.ok) {
        acknowledged.push(entry);
        settled.push({ item: entry.item, result });
      } else if (this.#mayTryAgain(entry, result.fault)) again.push(entry);
      else if (this.#options.patience !== undefined) {
        acknowledged.push(entry);
        settled.push({ item: entry.item, result });
      } else settled.push(...this.#breakGroup(entry, result));
    }
    if (settled.length > 0) await this.#options.onSettled(settled);
    for (const entry of acknowledged) this.#advance(entry);
    if (again.length === 0) return;
    await this.#backOff(Math.max(...again.map(({ attempts }) => attempts)));
    this.#putBack(again);
  }

  #mayTryAgain(entry: Entry<Item>, fault: Fault): boolean {
    entry.attempts += 1;
    const { patience } = this.#options;
    if (patience === undefined) return !fault.isSenderFault && entry.attempts < MAX_ATTEMPTS;
    const isRefused = isMessageRefusal(fault);
    if (!isRefused) patience.onFailure(fault);
    return !isRefused;
  }

  /** One call, repeated while it fails as a whole for a passing reason; `later`: after an outage, what goes into it is chosen anew. */
  async #call(batch: Entry<Item>[]): Promise<SendResult[] | "refused" | "later"> {
    for (let attempt = 1; ; attempt++) {
      try {
        const results = await this.#options.send(batch.map(({ item }) => item));
        this.#failures = 0;
        return results;
      } catch (error) {
        if (!isCallError(error)) throw error;
        if (error.kind === "refused") return this.#whenRefused(batch, error);
        if (isPassing(error) && this.#options.patience !== undefined) return this.#waitOut(error);
        if (!isPassing(error) || attempt >= MAX_ATTEMPTS || this.isStopped) throw error;
        await this.#backOff(attempt);
      }
    }
  }

  async #waitOut(error: CallError): Promise<"later"> {
    this.#options.patience?.onFailure(error);
    this.#failures += 1;
    await this.#backOff(this.#failures);
    return "later";
  }

  #whenRefused(batch: Entry<Item>[], error: CallError): SendResult[] | "refused" {
    if (batch.length > 1) return "refused";
    const fault = { ...error.fault, isSenderFault: true };
    if (this.#options.patience !== undefined && !isMessageRefusal(fault)) throw error;
    return [{ ok: false, fault }];
  }

  #putBack(batch: Entry<Item>[]): void {
    this.#ready.unshift(...batch.map(({ item }) => item.groupId));
  }

  /** A batch refused as a whole says nothing about whose fault it was. */
  #sortOutRefusal(batch: Entry<Item>[]): void {
    for (const entry of batch) entry.alone = true;
    this.#putBack(batch);
  }

  #advance({ item: { groupId } }: Entry<Item>): void {
    const group = this.#groups.get(groupId) ?? [];
    this.#forget(group.splice(0, 1));
    if (group.length === 0) this.#groups.delete(groupId);
    else this.#ready.push(groupId);
  }

  /** @returns the end of the message and of all that wait behind it */
  #breakGroup({ item: { groupId } }: Entry<Item>, result: SendResult): Settled<Item>[] {
    const group = this.#groups.get(groupId) ?? [];
    const why = result.ok ? "" : `${result.fault.code}: ${result.fault.message}`;
    this.#brokenGroups.set(groupId, why);
    this.#groups.delete(groupId);
    this.#forget(group);
    return group.map(({ item }, index) => ({ item, result: index === 0 ? result : heldBack(why) }));
  }

  #forget(entries: Entry<Item>[]): void {
    this.#heldItems -= entries.length;
    this.#heldBytes -= entries.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  async #backOff(attempt: number): Promise<void> {
    const { clock } = this.#options;
    await clock.sleep(
      retryDelayMs(attempt, () => clock.random()),
      this.#stopping.signal,
    );
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition() && !(this.isStopped && this.#calls === 0)) {
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resolve of waiters) resolve();
  }
}

const NO_ANSWER: SendResult = {
  ok: false,
  fault: { code: "NoAnswer", message: "the answer does not mention it", isSenderFault: false },
};

function heldBack(why: string): SendResult {
  const message = `held back, since an earlier message of its group could not be sent (${why})`;
  return { ok: false, fault: { code: "HeldBack", message, isSenderFault: false } };
}

/** As SQS counts them: body and attributes, names, types and values ("Amazon SQS message metadata"). */
function messageBytes({ body, attributes = {} }: OutgoingMessage): number {
  return Object.entries(attributes).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + "String".length + Buffer.byteLength(value),
    Buffer.byteLength(body),
  );
}
