import { type EntryResult, type Fault, isCallError } from "../../ports/call.js";
import type { Clock } from "../../ports/clock.js";

/** Hands an entry to the next call; resolves with what became of that very entry. */
export type Submit<Entry, Value> = (entry: Entry) => Promise<EntryResult<Value>>;

interface BatcherOptions<Entry, Value> {
  clock: Clock;
  /** How long an entry waits for others to join its call, ms. */
  lingerMs: number;
  maxEntries: number;
  /** Limit on the entries' sizes together, for services that have one. */
  maxBytes?: number;
  bytesOf?: (entry: Entry) => number;
  /** Entries with the same key never share a call. */
  keyOf: (entry: Entry) => string;
  /** Asked just before the call goes: a fault keeps the entry out of it. */
  refuse?: (entry: Entry) => Fault | undefined;
  send: (entries: Entry[]) => Promise<EntryResult<Value>[]>;
}

interface Pending<Entry, Value> {
  entry: Entry;
  resolve: (result: EntryResult<Value>) => void;
  reject: (error: unknown) => void;
}

/**
 * Gathers single entries into batch calls. A call goes when it is full, or when its first entry has waited long enough.
 * A call that fails as a whole fails each of its entries; nothing is retried here.
 */
export function createBatcher<Entry, Value>(options: BatcherOptions<Entry, Value>): Submit<Entry, Value> {
  let pending: Pending<Entry, Value>[] = [];
  let isScheduled = false;

  function flush(): void {
    const { taken, left } = takeBatch(pending, options);
    pending = left;
    if (taken.length > 0) void sendBatch(taken, options);
    if (pending.length > 0) schedule();
  }

  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    void options.clock.sleep(options.lingerMs).then(() => {
      isScheduled = false;
      flush();
    });
  }

  return (entry) =>
    new Promise((resolve, reject) => {
      pending.push({ entry, resolve, reject });
      if (pending.length >= options.maxEntries) flush();
      else schedule();
    });
}

/** The longest fitting run from the front; entries that may not join this call keep their place. */
function takeBatch<Entry, Value>(pending: Pending<Entry, Value>[], options: BatcherOptions<Entry, Value>) {
  const taken: Pending<Entry, Value>[] = [];
  const left: Pending<Entry, Value>[] = [];
  const keys = new Set<string>();
  let bytes = 0;
  for (const item of pending) {
    const key = options.keyOf(item.entry);
    const size = options.bytesOf?.(item.entry) ?? 0;
    const isTooMuch = taken.length > 0 && bytes + size > (options.maxBytes ?? Number.POSITIVE_INFINITY);
    if (taken.length === options.maxEntries || keys.has(key) || isTooMuch) {
      left.push(item);
      // A later entry of the same key must not overtake this one.
      keys.add(key);
    } else {
      taken.push(item);
      keys.add(key);
      bytes += size;
    }
  }
  return { taken, left };
}

async function sendBatch<Entry, Value>(taken: Pending<Entry, Value>[], { refuse, send }: BatcherOptions<Entry, Value>) {
  const admitted = taken.filter((item) => {
    const fault = refuse?.(item.entry);
    if (fault !== undefined) item.resolve({ ok: false, fault });
    return fault === undefined;
  });
  if (admitted.length === 0) return;
  try {
    const results = await send(admitted.map(({ entry }) => entry));
    for (const [index, { resolve }] of admitted.entries()) resolve(results[index] ?? { ok: false, fault: NO_ANSWER });
  } catch (error) {
    for (const { resolve, reject } of admitted) {
      // A call that was refused as a whole says nothing about any one entry.
      if (isCallError(error)) resolve({ ok: false, fault: { ...error.fault, isSenderFault: false } });
      else reject(error);
    }
  }
}

/** An entry that is in no list of the answer has failed. */
const NO_ANSWER: Fault = { code: "NoAnswer", message: "the answer does not mention this entry", isSenderFault: false };
