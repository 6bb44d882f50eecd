import { type ClusterTopicMetadata, Consumer } from "@platformatic/kafka";
import { type EvpError, isEvpError } from "../../core/errors.js";
import type { Clock } from "../../ports/clock.js";
import type { KafkaSourceOptions } from "../../ports/kafka-source.js";
import type { Frontier, RecordSource, SourceRecord } from "../../ports/record-source.js";
import { Bell } from "./bell.js";
import { clientOptions } from "./client-options.js";
import { dueCommits, type HeldPlace, noteCommitted, type OffsetCommit, settle } from "./commit-places.js";
import { firstContact, lookUpTopic } from "./first-contact.js";
import { boundaries, committedOffsets } from "./group-offsets.js";
import { isAnswered, isMembershipOver, kafkaUnreachable } from "./kafka-errors.js";
import { type Assignment, Membership } from "./membership.js";
import { PartitionFetches } from "./partition-fetches.js";
import { Patience } from "./patience.js";
import { partitionName } from "./source-record.js";
import { restartOffset, startOffset } from "./start-offsets.js";

interface KafkaSourceWorld {
  /** Where the secrets are. */
  env: Readonly<Record<string, string | undefined>>;
  clock: Clock;
}

/** An assignment that is being read. */
interface Held {
  assignment: Assignment;
  places: Map<number, HeldPlace>;
  /** What draining it ends at. */
  ends: ReadonlyMap<number, bigint>;
}

/** A topic that is deleted while it is read, and not made anew. */
const TOPIC_GONE_AFTER_MS = 30_000;
/** Longer than a broker waits before it answers that there is nothing new. */
const FETCH_TIMEOUT_MS = 10_000;
/** Beyond the session: so long a broker may hold back the answer to a member that joins. */
const JOIN_SLACK_MS = 5_000;
/** So long the last position is tried to be kept once the run is to end. */
const LAST_COMMIT_WITHIN_MS = 10_000;
const CLOSE_WITHIN_MS = 5_000;
const NEVER = new AbortController().signal;

/**
 * A topic of Apache Kafka, read as a member of a consumer group.
 * @throws EvpError (usage) when a secret or a file is missing; it makes no connection
 */
export async function openKafkaSource(
  options: KafkaSourceOptions,
  { env, clock }: KafkaSourceWorld,
): Promise<RecordSource> {
  const client = await clientOptions(options.settings, env);
  return new KafkaSource(options, clock, client);
}

class KafkaSource implements RecordSource {
  readonly name: string;
  readonly #options: KafkaSourceOptions;
  readonly #clock: Clock;
  readonly #client: Awaited<ReturnType<typeof clientOptions>>;
  readonly #member: Consumer;
  readonly #reader: Consumer;
  readonly #membership: Membership;
  readonly #fetches: PartitionFetches;
  readonly #patience: Patience;
  readonly #bell = new Bell();
  #held: Held | undefined;
  #stop = NEVER;
  #failures = 0;
  #missingSince: number | undefined;
  #tellLost: (partitions: string[]) => void = () => undefined;

  constructor(options: KafkaSourceOptions, clock: Clock, client: Awaited<ReturnType<typeof clientOptions>>) {
    const { settings } = options;
    const { topic, group } = settings;
    const sessionTimeoutMs = settings.sessionTimeoutSeconds * 1000;
    this.name = `Kafka topic ${topic}`;
    this.#options = options;
    this.#clock = clock;
    this.#client = client;
    this.#patience = new Patience(clock, options);
    this.#member = new Consumer({ ...client, groupId: group, requestTimeout: sessionTimeoutMs + JOIN_SLACK_MS });
    this.#reader = new Consumer({ ...client, groupId: group, requestTimeout: FETCH_TIMEOUT_MS });
    this.#reader.topics.track(topic);
    this.#reader.on("error", () => undefined);
    this.#fetches = new PartitionFetches({
      reader: this.#reader,
      topic,
      lookUp: () => this.#lookUpHeld(),
      onChange: this.#bell.ring,
    });
    this.#membership = new Membership({
      consumer: this.#member,
      topic,
      sessionTimeoutMs,
      clock,
      patience: this.#patience,
      onLost: (partitions) => this.#tellLost(partitions.map((partition) => partitionName(topic, partition))),
      onChange: this.#bell.ring,
    });
  }

  onLost(listener: (partitions: string[]) => void): void {
    this.#tellLost = listener;
  }

  async *read(stop: AbortSignal): AsyncIterable<SourceRecord[]> {
    this.#stop = stop;
    stop.addEventListener("abort", this.#bell.ring);
    const { settings, fromBeginning } = this.#options;
    const [reader, clock, patience] = [this.#reader, this.#clock, this.#patience];
    await firstContact({ reader, client: this.#client, settings, fromBeginning, clock, patience }, stop);
    if (!stop.aborted) this.#membership.begin();
    while (!stop.aborted) {
      if (this.#membership.failure !== undefined) throw this.#membership.failure;
      const assignment = this.#membership.current;
      if (assignment === undefined) await this.#bell.heard();
      else if (assignment !== this.#held?.assignment) await this.#take(assignment, stop);
      else if (this.#options.drain && isDrained(this.#held)) return;
      else {
        const records = await this.#next(assignment, stop);
        if (records.length > 0) yield records;
      }
    }
  }

  async commit(frontiers: Frontier[]): Promise<void> {
    const held = this.#current();
    if (held === undefined) return;
    settle(this.#options.settings.topic, held.places, frontiers);
    await this.#commitDue(held);
  }

  async close(): Promise<void> {
    const held = this.#current();
    // What is behind the last record, and is no record, may have been read since the last commit.
    if (held !== undefined) await this.#tryCommit(dueCommits(held.places)).catch(() => undefined);
    const closed = Promise.all([this.#membership.leave(), this.#reader.close(true).catch(() => undefined)]);
    // A broker that does not answer must not hold up the end: it gives the member up by itself.
    const done = new AbortController();
    await Promise.race([closed.finally(() => done.abort()), this.#clock.sleep(CLOSE_WITHIN_MS, done.signal)]);
  }

  /** What is held, as long as it is this member's. */
  #current(): Held | undefined {
    return this.#held?.assignment === this.#membership.current ? this.#held : undefined;
  }

  /** Partitions that the topic got meanwhile are nobody's until the group shares them out. */
  async #lookUpHeld(): Promise<ClusterTopicMetadata> {
    const found = await lookUpTopic(this.#reader, this.#options.settings);
    if (found.partitionsCount > (this.#current()?.ends.size ?? found.partitionsCount)) this.#membership.renew();
    return found;
  }

  /** Begins with an assignment where the group has left off. */
  async #take(assignment: Assignment, stop: AbortSignal): Promise<void> {
    const { settings, fromBeginning } = this.#options;
    const { topic, group } = settings;
    const found = await this.#patience.persist(`looking where the group ${group} is`, stop, async () => {
      const { earliest, latest } = await boundaries(this.#reader, topic);
      const committed = await committedOffsets(this.#member, topic, [...earliest.keys()]);
      return { earliest, latest, committed };
    });
    if (found === undefined || this.#membership.current !== assignment) return;
    const known = { ...found.answer, fromBeginning };
    const places = new Map(
      assignment.partitions.map((partition): [number, HeldPlace] => {
        const next = startOffset(partition, known);
        const committed = known.committed.get(partition) ?? -1n;
        return [partition, { next, committed, settled: undefined, handedOut: undefined }];
      }),
    );
    this.#held = { assignment, places, ends: known.latest };
    this.#fetches.begin(places);
    this.#failures = 0;
  }

  /** What has come in since, be it nothing. */
  async #next(assignment: Assignment, stop: AbortSignal): Promise<SourceRecord[]> {
    try {
      await this.#fetches.ask();
      if (this.#membership.current !== assignment) return [];
      const records = this.#fetches.take();
      if (records === undefined) {
        await this.#bell.heard();
        return [];
      }
      this.#failures = 0;
      this.#missingSince = undefined;
      this.#patience.recovered();
      // The next answer is on its way while these are dealt with; what goes wrong with it is met the next time.
      await this.#fetches.ask().catch(() => undefined);
      if (this.#membership.current !== assignment) return [];
      if (records.length === 0) await this.#commitMarkers();
      return records;
    } catch (error) {
      await this.#recover(error, stop);
      return [];
    }
  }

  async #recover(error: unknown, stop: AbortSignal): Promise<void> {
    if (isAnswered(error, ["OFFSET_OUT_OF_RANGE"])) return this.#restart(stop);
    this.#reader.clearMetadata();
    this.#failures += 1;
    const passing = this.#mayComeBack(error) ? new Error(error.message) : error;
    await this.#patience.pause(passing, `reading ${this.#options.settings.topic}`, this.#failures, stop);
  }

  /** A topic that was there may seem missing while its brokers come up. */
  #mayComeBack(error: unknown): error is EvpError {
    if (!isEvpError(error) || error.category !== "not-found") return false;
    const now = this.#clock.monotonic();
    this.#missingSince ??= now;
    return now - this.#missingSince < TOPIC_GONE_AFTER_MS;
  }

  /** Moves positions that the broker does not know to ones that it does. */
  async #restart(stop: AbortSignal): Promise<void> {
    const { settings, onGap } = this.#options;
    const { topic } = settings;
    const found = await this.#patience.persist(`looking where ${topic} begins`, stop, () =>
      boundaries(this.#reader, topic),
    );
    for (const [partition, place] of this.#held?.places ?? []) {
      const [earliest, latest] = [found?.answer.earliest.get(partition), found?.answer.latest.get(partition)];
      if (earliest === undefined || latest === undefined) continue;
      const restart = restartOffset(place.next, { earliest, latest });
      if (restart === undefined) continue;
      onGap(partitionName(topic, partition), restart.lost);
      Object.assign(place, { next: restart.offset, committed: -1n, settled: undefined, handedOut: undefined });
    }
  }

  /** Markers alone came in: nobody will report them as done. */
  async #commitMarkers(): Promise<void> {
    const held = this.#current();
    if (held !== undefined) await this.#tryCommit(dueCommits(held.places)).catch(() => undefined);
  }

  /** Until it is committed, or is not this member's to commit any more. @throws EvpError when it cannot be, or not soon enough once the run is to end */
  async #commitDue(held: Held): Promise<void> {
    const { settings } = this.#options;
    let giveUpAt: number | undefined;
    for (let attempt = 1; this.#current() === held; attempt++) {
      try {
        return await this.#tryCommit(dueCommits(held.places));
      } catch (error) {
        if (this.#stop.aborted) giveUpAt ??= this.#clock.monotonic() + LAST_COMMIT_WITHIN_MS;
        if (giveUpAt !== undefined && this.#clock.monotonic() > giveUpAt)
          throw kafkaUnreachable(settings.brokers, error);
        await this.#patience.pause(error, `committing the offsets of ${settings.group}`, attempt, NEVER);
      }
    }
  }

  async #tryCommit(commits: OffsetCommit): Promise<void> {
    if (commits.length === 0) return;
    const { topic } = this.#options.settings;
    const places = this.#held?.places ?? new Map<number, HeldPlace>();
    try {
      await this.#member.commit({ offsets: commits.map((commit) => ({ topic, ...commit, leaderEpoch: -1 })) });
      noteCommitted(places, commits);
      this.#patience.recovered();
    } catch (error) {
      // Whoever has the partition now goes on from what was committed before.
      if (!isMembershipOver(error)) throw error;
    }
  }
}

function isDrained({ places, ends }: Held): boolean {
  return places.entries().every(([partition, { next }]) => next >= (ends.get(partition) ?? 0n));
}
