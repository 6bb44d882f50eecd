import type { Consumer } from "@platformatic/kafka";
import type { EvpError } from "../../core/errors.js";
import type { Clock } from "../../ports/clock.js";
import type { Patience } from "./patience.js";

/** The partitions that are this member's for a while. Another object each time, even where they are the same. */
export interface Assignment {
  partitions: number[];
}

interface MembershipOptions {
  /** Made for this group; it subscribes to the topic and reads nothing. */
  consumer: Consumer;
  topic: string;
  sessionTimeoutMs: number;
  clock: Clock;
  patience: Patience;
  /** These are not this member's any more. It is told before any other member can get them, but for a member that the group has given up. */
  onLost: (partitions: number[]) => void;
  /** `current` or `failure` has changed. */
  onChange: () => void;
}

/** Share of the session timeout after which a heartbeat is due ("Consumer Configs", heartbeat.interval.ms). */
const HEARTBEATS_A_SESSION = 10;

/**
 * This process's membership in the consumer group, by the classic protocol ("Kafka protocol", "Group Membership").
 *
 * With each rebalance all partitions are lost and handed out anew, so that there is one rule: what an assignment begins with is what the
 * group has committed. A member that has not heard from the group for a session has been given up by it, whether it knows or not: it
 * counts its partitions as lost, and takes them up anew once a heartbeat is answered.
 */
export class Membership {
  readonly #options: MembershipOptions;
  readonly #timeouts: { sessionTimeout: number; rebalanceTimeout: number; heartbeatInterval: number };
  readonly #leaving = new AbortController();
  #current: Assignment | undefined;
  #failure: EvpError | undefined;
  /** When the group was last heard of. */
  #heardAt = 0;
  #watch: NodeJS.Timeout | undefined;
  #joining: Promise<void> | undefined;

  constructor(options: MembershipOptions) {
    this.#options = options;
    const { sessionTimeoutMs } = options;
    this.#timeouts = {
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: sessionTimeoutMs,
      heartbeatInterval: Math.ceil(sessionTimeoutMs / HEARTBEATS_A_SESSION),
    };
  }

  /** What is this member's now; undefined while that is being settled. */
  get current(): Assignment | undefined {
    return this.#current;
  }

  /** Why it cannot be a member any more. */
  get failure(): EvpError | undefined {
    return this.#failure;
  }

  /** Begins to be a member, and stays one until `leave`. */
  begin(): void {
    const { consumer, topic, clock, patience } = this.#options;
    consumer.topics.track(topic);
    consumer.on("consumer:group:join", () => this.#adopt());
    consumer.on("consumer:group:rebalance", () => this.#lose());
    consumer.on("consumer:heartbeat:end", () => this.#hear());
    // The client goes on by itself; but once the session is over nothing is read any more, and so nobody else would tell.
    consumer.on("consumer:heartbeat:error", ({ error }) =>
      patience.note(error, `staying in the group ${consumer.groupId}`),
    );
    // The client says so when it has failed to join again by itself, and then does nothing more.
    consumer.on("error", () => this.#join());
    this.#watch = setInterval(() => {
      if (clock.monotonic() - this.#heardAt > this.#timeouts.sessionTimeout) this.#lose();
    }, this.#timeouts.heartbeatInterval);
    this.#join();
  }

  /** Has the partitions shared out anew, as when there are more of them. Of those that are its own, none is until then. */
  renew(): void {
    this.#lose();
    this.#join();
  }

  /** Hands the partitions back, so that others need not wait for the session to end. */
  async leave(): Promise<void> {
    clearInterval(this.#watch);
    this.#leaving.abort();
    this.#current = undefined;
    await this.#options.consumer.close(true).catch(() => undefined);
  }

  #join(): void {
    const { consumer, patience } = this.#options;
    const { signal } = this.#leaving;
    if (signal.aborted) return;
    this.#joining ??= patience
      .persist(`joining the group ${consumer.groupId}`, signal, () => consumer.joinGroup({ ...this.#timeouts }))
      .then(
        () => undefined,
        (error: EvpError) => {
          if (!signal.aborted) this.#failure = error;
          this.#options.onChange();
        },
      )
      .finally(() => {
        this.#joining = undefined;
      });
  }

  #adopt(): void {
    this.#lose();
    const { consumer, topic, clock, onChange } = this.#options;
    this.#heardAt = clock.monotonic();
    const mine = consumer.assignments?.filter((assignment) => assignment.topic === topic) ?? [];
    this.#current = { partitions: mine.flatMap(({ partitions }) => partitions) };
    onChange();
  }

  #hear(): void {
    this.#heardAt = this.#options.clock.monotonic();
    if (this.#current === undefined && this.#options.consumer.isActive()) this.#adopt();
  }

  #lose(): void {
    const { onLost, onChange } = this.#options;
    if (this.#current === undefined) return;
    const { partitions } = this.#current;
    this.#current = undefined;
    onLost(partitions);
    onChange();
  }
}
