import { hash, randomUUID } from "node:crypto";
import { percentile } from "../measure/statistics.js";
import { eventAt, ordinalOf } from "../workload.js";
import { createGroupQueue } from "./group-queue.js";
import type { Latency, Load, Progress } from "./protocol.js";

/** One load and what has become of it. */
export interface HeldLoad {
  /** The next messages as JSON, or none once `waitSeconds` are over. */
  receive(max: number, waitSeconds: number): Promise<string[]>;
  delete(receiptHandle: string): void;
  changeVisibility(receiptHandle: string, seconds: number): void;
  /** @returns false when the topic does not take it */
  publish(eventId: string): boolean;
  depth(): { visible: number; inFlight: number };
  readonly counts: Omit<Progress, "calls" | "cpuMs">;
  latency(): Latency;
  close(): void;
}

/** How often messages that are due are put on the queue. */
const FEED_EVERY_MS = 2;
/** The beginning of a run, in which code is still being compiled, does not count. */
const WARM_UP_SHARE = 0.25;

interface Waiter {
  answer: () => boolean;
}

/** Holds a load; everything that can be made beforehand is. */
export function holdLoad(load: Load): HeldLoad {
  const { workload, events, ratePerSecond } = load;
  const { groups } = workload;
  const queue = createGroupQueue(groups, events);
  const startedAt = Date.now();
  const messages = Array.from({ length: events }, (_, ordinal) => messageAt(load, ordinal, startedAt));
  const lastPublished = new Int32Array(groups).fill(-1);
  const latencies = new Float64Array(events);
  const counts = { sent: 0, inserted: 0, published: 0, recorded: 0, deadLettered: 0, deleted: 0, outOfOrder: 0 };
  const waiters = new Set<Waiter>();
  const feed = startFeed();
  const firstDueAt = performance.now();

  function startFeed(): NodeJS.Timeout | undefined {
    if (ratePerSecond === undefined) {
      send(events);
      return undefined;
    }
    return setInterval(() => {
      const due = Math.floor(((performance.now() - firstDueAt) / 1000) * ratePerSecond);
      send(Math.min(events, due) - counts.sent);
    }, FEED_EVERY_MS);
  }

  function send(count: number): void {
    if (count <= 0) return;
    queue.send(count);
    counts.sent += count;
    wake();
  }

  function wake(): void {
    for (const waiter of waiters) if (!waiter.answer()) return;
  }

  function dueAt(ordinal: number): number {
    return firstDueAt + (ratePerSecond === undefined ? 0 : ((ordinal + 1) * 1000) / ratePerSecond);
  }

  return {
    counts,
    depth: queue.depth,
    receive: (max, waitSeconds) =>
      new Promise((resolve) => {
        const answer = (isLast = false): boolean => {
          const taken = queue.take(max);
          if (taken.length === 0 && !isLast) return false;
          waiters.delete(waiter);
          clearTimeout(timer);
          resolve(taken.map((ordinal) => messages[ordinal] ?? ""));
          return true;
        };
        const waiter = { answer };
        const timer = setTimeout(() => answer(true), waitSeconds * 1000);
        if (!answer()) waiters.add(waiter);
      }),
    delete(receiptHandle) {
      queue.delete(Number(receiptHandle));
      counts.deleted++;
      wake();
    },
    changeVisibility(receiptHandle, seconds) {
      const release = () => {
        queue.release(Number(receiptHandle));
        wake();
      };
      // Anything longer is a renewal, which changes nothing here.
      if (seconds === 0) release();
      else if (seconds < 60) setTimeout(release, seconds * 1000).unref();
    },
    publish(eventId) {
      const ordinal = ordinalOf(eventId);
      const group = ordinal % groups;
      if (load.poison === "unpublishable" && group === 0) return false;
      if (ordinal <= (lastPublished[group] ?? -1)) counts.outOfOrder++;
      lastPublished[group] = ordinal;
      latencies[ordinal] = performance.now() - dueAt(ordinal);
      counts.published++;
      return true;
    },
    latency() {
      const isHealthy = (ordinal: number) => load.poison === undefined || ordinal % groups !== 0;
      const first = Math.floor(events * WARM_UP_SHARE);
      const counted = latencies.subarray(first).filter((latency, index) => latency > 0 && isHealthy(first + index));
      return { events: counted.length, p50Ms: percentile(counted, 50), p99Ms: percentile(counted, 99) };
    },
    close: () => clearInterval(feed),
  };
}

/** One message as an answer to ReceiveMessage holds it. */
function messageAt({ workload, run, poison }: Load, ordinal: number, sentAt: number): string {
  const { id, groupId, body } = eventAt(workload, run, ordinal);
  const isBad = poison === "rejected" && ordinal % workload.groups === 0;
  const Body = isBad ? body.replace('"amount":120.5', '"amount":"a lot"') : body;
  return JSON.stringify({
    MessageId: randomUUID(),
    ReceiptHandle: String(ordinal),
    MD5OfBody: hash("md5", Body),
    Body,
    Attributes: {
      SenderId: "000000000000",
      SentTimestamp: String(sentAt),
      ApproximateFirstReceiveTimestamp: String(sentAt),
      ApproximateReceiveCount: "1",
      SequenceNumber: String(ordinal).padStart(20, "0"),
      MessageDeduplicationId: id,
      MessageGroupId: groupId,
    },
  });
}
