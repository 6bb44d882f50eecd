import type { Realm } from "./arns.js";
import { ChangeLog } from "./change-log.js";
import type { Change, ModelState } from "./changes.js";
import { type DeduplicationWindow, MemoryDeduplicationWindow } from "./deduplication-window.js";
import { QueueModel } from "./queue-model.js";
import { TopicModel } from "./topic-model.js";

export interface MessagingModelOptions {
  realm: Realm;
  /** Ids of messages and subscriptions; each call a new one. */
  newId: () => string;
  /** Where deduplication remembers; in memory when left out. */
  window?: DeduplicationWindow | undefined;
  /** The state to start from; empty when left out. */
  state?: ModelState | undefined;
}

/**
 * SQS and SNS as AWS documents them, as plain data that changes only when called: no I/O, no clock, no randomness. Each
 * call takes the time `now` in ms, and the same calls on the same state give the same answers, so that a simulation can
 * drive it with a clock of its own:
 *
 *     const model = new MessagingModel({ realm, newId });
 *     model.queues.create({ name: "orders.fifo", attributes: { FifoQueue: "true" }, tags: {} }, now);
 *     model.queues.send("orders.fifo", { body: "…", groupId: "g", deduplicationId: "d" }, now);
 *     const [message] = model.queues.receive("orders.fifo", { maxMessages: 10 }, now + 1000);
 *
 * A call that AWS would refuse throws a `ModelError` and changes nothing but what time alone has changed. Long polling is
 * the caller's: `receive` again when `queues.at(name, now).hasReady`, at the latest at `queues.nextWakeAt(name)`.
 * {@link takeChanges} tells what changed, as rows that, written down and given back as `state`, make the same model again.
 */
export class MessagingModel {
  readonly queues: QueueModel;
  readonly topics: TopicModel;
  readonly #log: ChangeLog;

  constructor({ realm, newId, window = new MemoryDeduplicationWindow(), state }: MessagingModelOptions) {
    this.#log = new ChangeLog(state?.ordinal ?? 0);
    const parts = { realm, newId, window, log: this.#log };
    this.queues = new QueueModel(parts);
    this.topics = new TopicModel({ ...parts, queues: this.queues });
    if (state !== undefined) {
      this.queues.restore(state);
      this.topics.restore(state);
    }
  }

  /** What changed since the last time it was asked. */
  takeChanges(): Change[] {
    return this.#log.take();
  }
}
