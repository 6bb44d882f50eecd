import { type EntryResult, type Fault, isCallError } from "../../ports/call.js";
import type { Clock } from "../../ports/clock.js";

/** Hands an entry to the next call; resolves with what became of that very entry. */
export type Submit<Entry, Value> = (entry: Entry) => Promise<EntryResult<Value>>;

export interface Batcher<Entry, Value> {
  submit: Submit<Entry, Value>;
  /** Entries that wait, or whose call is under way. */
  inHand(): number;
}

/** A timer may fire a little early, by the other clock. */
const TIMER_SLACK_MS = 1;

interface BatcherOptions<Entry, Value> {
  clock: Clock;
  /** How long an entry waits for others to join its call, ms. */
  lingerMs: number;
  /** Whether there are others that may still come, when so many wait or are under way: where there are none, the call goes at once. */
  mayGrow: (inHand: number) => boolean;
  maxEntries: number;
  /** Limit on the entries' sizes together, for services that have one. */
  maxBytes?: number;
  bytesOf?: (entry: Entry) => number;
  /** Entries with the same key never share a call. */
  keyOf: (entry: Entry) => string;
  /** Asked just before the call goes: a fault keeps the entry out of it. */
  refuse?: (entry: Entry) => Fault | undefined;
  send: (entries: Entry[]) => Promise<EntryResult<Value>[]>;
  /** Told of each call that was made, whatever came of it. */
  answered?: (entries: number, durationMs: number) => void;
  /** Counts what waits, here and in the batchers that share it. */
  crowd?: { waiting: number };
}

interface Pending<Entry, Value> {
  entry: Entry;
  key: string;
  bytes: number;
  /** ms of the monotonic clock. */
  since: number;
  resolve: (result: EntryResult<Value>) => void;
  reject: (error: unknown) => void;
}

/**
 * Gathers single entries into batch calls. A call goes when it is full, when nothing could join it, or when its first entry has
 * waited long enough. A call that fails as a whole fails each of its entries; nothing is retried here.
 */
export function createBatcher<Entry, Value>(options: BatcherOptions<Entry, Value>): Batcher<Entry, Value> {
  const { clock, lingerMs, crowd = { waiting: 0 } } = options;
  let pending: Pending<Entry, Value>[] = [];
  let pendingBytes = 0;
  let sent = 0;
  let isScheduled = false;

  function flush(): void {
    const { taken, left } = takeBatch(pending, options);
    pending = left;
    pendingBytes = left.reduce((sum, { bytes }) => sum + bytes, 0);
    sent += taken.length;
    crowd.waiting -= taken.length;
    if (taken.length > 0)
      void sendBatch(taken, options).then(() => {
        sent -= taken.length;
      });
    schedule();
  }

  /** The call of the entry that waits longest; those before it may have gone early, and it has its own time to wait. */
  function schedule(): void {
    const [first] = pending;
    if (isScheduled || first === undefined) return;
    isScheduled = true;
    void clock.sleep(Math.max(0, first.since + lingerMs - clock.monotonic())).then(() => {
      isScheduled = false;
      const isDue = (pending[0]?.since ?? Infinity) + lingerMs <= clock.monotonic() + TIMER_SLACK_MS;
      if (isDue) flush();
      else schedule();
    });
  }

  return {
    submit: (entry) =>
      new Promise((resolve, reject) => {
        const bytes = options.bytesOf?.(entry) ?? 0;
        pending.push({ entry, key: options.keyOf(entry), bytes, since: clock.monotonic(), resolve, reject });
        pendingBytes += bytes;
        crowd.waiting++;
        const isFull = pending.length >= options.maxEntries || pendingBytes >= (options.maxBytes ?? Infinity);
        if (isFull || !options.mayGrow(pending.length + sent)) flush();
        else schedule();
      }),
    inHand: () => pending.length + sent,
  };
}

/** The longest fitting run from the front; entries that may not join this call keep their place. */
function takeBatch<Entry, Value>(pending: Pending<Entry, Value>[], options: BatcherOptions<Entry, Value>) {
  const taken: Pending<Entry, Value>[] = [];
  const left: Pending<Entry, Value>[] = [];
  const keys = new Set<string>();
  let bytes = 0;
  for (const item of pending) {
    const { key } = item;
    const isTooMuch = taken.length > 0 && bytes + item.bytes > (options.maxBytes ?? Number.POSITIVE_INFINITY);
    if (taken.length === options.maxEntries || keys.has(key) || isTooMuch) {
      left.push(item);
      // A later entry of the same key must not overtake this one.
      keys.add(key);
    } else {
      taken.push(item);
      keys.add(key);
      bytes += item.bytes;
    }
  }
  return { taken, left };
}

async function sendBatch<Entry, Value>(
  taken: Pending<Entry, Value>[],
  { clock, refuse, send, answered }: BatcherOptions<Entry, Value>,
) {
  const admitted = taken.filter((item) => {
    const fault = refuse?.(item.entry);
    if (fault !== undefined) item.resolve({ ok: false, fault });
    return fault === undefined;
  });
  if (admitted.length === 0) return;
  const startedAt = clock.monotonic();
  try {
    const results = await send(admitted.map(({ entry }) => entry));
    for (const [index, { resolve }] of admitted.entries()) resolve(results[index] ?? { ok: false, fault: NO_ANSWER });
  } catch (error) {
    for (const { resolve, reject } of admitted) {
      // A call that was refused as a whole says nothing about any one entry.
      if (isCallError(error)) resolve({ ok: false, fault: { ...error.fault, isSenderFault: false } });
      else reject(error);
    }
  } finally {
    answered?.(admitted.length, clock.monotonic() - startedAt);
  }
}

/** An entry that is in no list of the answer has failed. */
const NO_ANSWER: Fault = { code: "NoAnswer", message: "the answer does not mention this entry", isSenderFault: false };
