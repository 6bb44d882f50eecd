import { attributeBytes } from "../../core/attribute-bytes.js";
import { retryDelayMs } from "../../core/backoff.js";
import { afterFailure, type Breaker, CLOSED, dropProbe, startProbe } from "../../core/breaker.js";
import { BATCH_MAX_ENTRIES, SQS_MAX_BYTES } from "../../core/limits.js";
import { type CallError, type EntryResult, type Fault, isCallError } from "../../ports/call.js";
import type { Clock } from "../../ports/clock.js";
import type { OutgoingMessage, Queue } from "../../ports/queue.js";
import { createBatcher } from "../process/batcher.js";
import type { GatewayListener } from "./gateway-events.js";

export type Enqueued = EntryResult<{ messageId: string; sequence: string }>;

/** Puts messages onto the ingress queue, those of one group one after the other. */
export interface Enqueuer {
  /**
   * Messages of one request, in order. What fails takes those behind it of the same group and request with it: they are not sent.
   * Never rejects for what the queue does.
   */
  enqueue(messages: OutgoingMessage[]): Promise<Enqueued[]>;
  /** Whether there is room for as much more; else the request is to come again. */
  hasRoom(bytes: number): boolean;
  /** ms until the queue is asked again; undefined: it may be asked now. */
  downForMs(): number | undefined;
}

interface EnqueuerOptions {
  ingress: Pick<Queue, "send">;
  clock: Clock;
  /** Requests that are under way: where there is only one, its call goes at once. */
  activeRequests: () => number;
  /** Bytes of messages that wait, or are on their way, at most. */
  maxHeldBytes: number;
  tell: GatewayListener;
}

/** A message whose size is counted once. */
interface Sized {
  message: OutgoingMessage;
  bytes: number;
}

/** Long enough for the requests that arrive together to share a call, too short to be felt. */
const LINGER_MS = 3;
const MAX_ATTEMPTS = 3;
/** No attempt begins later: whoever waits for the answer has a patience of their own. */
const PATIENCE_MS = 5_000;

export function createEnqueuer({ ingress, clock, activeRequests, maxHeldBytes, tell }: EnqueuerOptions): Enqueuer {
  const lanes = new Map<string, Promise<unknown>>();
  let breaker: Breaker = CLOSED;
  let heldBytes = 0;

  const batcher = createBatcher<Sized, { messageId: string; sequence: string }>({
    clock,
    lingerMs: LINGER_MS,
    maxEntries: BATCH_MAX_ENTRIES,
    maxBytes: SQS_MAX_BYTES,
    bytesOf: ({ bytes }) => bytes,
    keyOf: ({ message }) => message.groupId,
    // Where one request is under way, others follow: those that are answered send the next.
    mayGrow: () => activeRequests() > 1,
    send: (sized) => send(sized.map(({ message }) => message)),
    answered: (entries, durationMs) => tell("queue:answered", { entries, durationMs }),
  });

  async function send(messages: OutgoingMessage[]): Promise<Enqueued[]> {
    try {
      const results = await ingress.send(messages);
      noteAnswer();
      return results;
    } catch (error) {
      if (isCallError(error) && error.kind === "refused") {
        noteAnswer();
        return sortOutRefusal(messages, error);
      }
      if (isCallError(error)) noteFailure(error);
      else breaker = dropProbe(breaker, clock.monotonic());
      throw error;
    }
  }

  function noteAnswer(): void {
    if (breaker.state !== "closed") tell("breaker:closed", {});
    breaker = CLOSED;
  }

  /** A batch refused as a whole says nothing about whose fault it was. */
  async function sortOutRefusal(messages: OutgoingMessage[], { fault }: CallError): Promise<Enqueued[]> {
    if (messages.length === 1) return [{ ok: false, fault: { ...fault, isSenderFault: true } }];
    const results: Enqueued[] = [];
    for (const message of messages) results.push(...(await send([message])));
    return results;
  }

  function noteFailure({ fault: { code, message } }: CallError): void {
    tell("queue:failed", { code, message });
    const wasOpen = breaker.state === "open";
    breaker = afterFailure(breaker, clock.monotonic(), () => clock.random());
    if (breaker.state === "open" && !wasOpen)
      tell("breaker:opened", { retryInMs: breaker.retryAt - clock.monotonic() });
  }

  /** Attempts of one message, while that makes sense. */
  async function persist(message: Sized): Promise<Enqueued> {
    const startedAt = clock.monotonic();
    for (let attempt = 1; ; attempt++) {
      const result = await once(message);
      if (result.ok || result.fault.isSenderFault || attempt === MAX_ATTEMPTS) return result;
      await clock.sleep(retryDelayMs(attempt, () => clock.random()));
      if (clock.monotonic() - startedAt > PATIENCE_MS) return result;
    }
  }

  function once(message: Sized): Promise<Enqueued> {
    if (breaker.state !== "closed") {
      const probe = startProbe(breaker, clock.monotonic());
      if (probe === undefined) return Promise.resolve({ ok: false, fault: DOWN });
      breaker = probe;
    }
    return batcher.submit(message);
  }

  /** The next of a group goes when the one before it is settled, whatever became of it: each request is told by itself. */
  function inTurn<Value>(groupId: string, work: () => Promise<Value>): Promise<Value> {
    const before = lanes.get(groupId);
    const mine = before === undefined ? work() : before.then(work);
    const leave = () => {
      if (lanes.get(groupId) === settled) lanes.delete(groupId);
    };
    const settled: Promise<void> = mine.then(leave, leave);
    lanes.set(groupId, settled);
    return mine;
  }

  async function enqueueGroup(messages: Sized[]): Promise<Enqueued[]> {
    const results: Enqueued[] = [];
    for (const message of messages) {
      const isBroken = results.some(({ ok }) => !ok);
      results.push(isBroken ? { ok: false, fault: HELD_BACK } : await persist(message));
    }
    return results;
  }

  return {
    async enqueue(messages) {
      const sized = messages.map((message) => ({ message, bytes: bytesOf(message) }));
      const bytes = sized.reduce((sum, one) => sum + one.bytes, 0);
      heldBytes += bytes;
      try {
        const [only] = sized;
        if (only !== undefined && sized.length === 1) return [await inTurn(only.message.groupId, () => persist(only))];
        return await enqueueGroups(sized);
      } finally {
        heldBytes -= bytes;
      }
    },
    hasRoom: (bytes) => heldBytes === 0 || heldBytes + bytes <= maxHeldBytes,
    downForMs() {
      if (breaker.state === "closed") return undefined;
      if (breaker.state === "probing") return PROBE_MS;
      const leftMs = breaker.retryAt - clock.monotonic();
      return leftMs > 0 ? leftMs : undefined;
    },
  };

  async function enqueueGroups(messages: Sized[]): Promise<Enqueued[]> {
    const groups = Map.groupBy(messages, ({ message }) => message.groupId);
    const results = new Map<Sized, Enqueued>();
    const work = Array.from(groups, async ([groupId, members]) => {
      const settled = await inTurn(groupId, () => enqueueGroup(members));
      for (const [index, member] of members.entries()) results.set(member, settled[index] ?? NOT_SENT);
    });
    await Promise.all(work);
    return messages.map((message) => results.get(message) ?? NOT_SENT);
  }
}

/** How long a probe takes, about. */
const PROBE_MS = 1_000;

const DOWN: Fault = { code: "QueueDown", message: "the ingress queue does not answer", isSenderFault: false };
const HELD_BACK: Fault = {
  code: "HeldBack",
  message: "held back, since an event before it of the same group could not be enqueued",
  isSenderFault: false,
};
const NOT_SENT: Enqueued = { ok: false, fault: { ...HELD_BACK, code: "NotSent" } };

function bytesOf({ body, attributes = {} }: OutgoingMessage): number {
  return Buffer.byteLength(body) + attributeBytes(attributes);
}
