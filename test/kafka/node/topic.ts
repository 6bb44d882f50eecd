import { randomUUID } from "node:crypto";
import { Admin, Consumer, type MessageToProduce, ProduceAcks, Producer } from "@platformatic/kafka";
import { inject, onTestFinished } from "vitest";

type Compression = "none" | "gzip" | "snappy" | "lz4" | "zstd";

export interface TestRecord {
  value: string | Buffer | undefined;
  key?: string;
  partition?: number;
  headers?: Record<string, string>;
}

/** A topic of a test's own, by the listener that asks nothing. */
export interface TestTopic {
  name: string;
  group: string;
  produce(records: TestRecord[], compression?: Compression): Promise<void>;
  /** By one producer, each in a transaction that is then committed or given up. */
  transact(transactions: { records: TestRecord[]; end: "commit" | "abort" }[]): Promise<void>;
  /** Gives the topic more partitions. */
  grow(count: number): Promise<void>;
  /** Removes what is before `offset`, as retention does. */
  truncate(partition: number, offset: bigint): Promise<void>;
  /** What the group has committed, by partition; -1 for nothing. */
  committed(): Promise<number[]>;
  committedOf(partition: number): Promise<number>;
  /** Members of the group that have partitions. */
  members(): Promise<number>;
  /** The offset behind the last one, by partition. */
  ends(): Promise<number[]>;
}

interface TopicOptions {
  name?: string;
  group?: string;
  partitions?: number;
  address?: string;
}

/** Longer records than SQS carries fit. */
const MAX_RECORD_BYTES = 4 * 1024 * 1024;

export async function createTopic(options: TopicOptions = {}): Promise<TestTopic> {
  const { partitions = 1, address = inject("kafka").plain } = options;
  const { name = `test-${randomUUID()}`, group = `group-${randomUUID()}` } = options;
  const client = { clientId: "evp-test", bootstrapBrokers: [address] };
  const admin = new Admin(client);
  const producer = new Producer({ ...client, autocreateTopics: false });
  await admin.createTopics({
    topics: [name],
    partitions,
    replicas: 1,
    configs: [{ name: "max.message.bytes", value: String(MAX_RECORD_BYTES) }],
  });
  onTestFinished(async () => {
    await Promise.allSettled([admin.close(), producer.close()]);
  });
  const messageOf = ({ value, key, partition, headers = {} }: TestRecord): MessageToProduce => ({
    topic: name,
    ...(value === undefined ? {} : { value: Buffer.from(value) }),
    ...(key === undefined ? {} : { key: Buffer.from(key) }),
    ...(partition === undefined ? {} : { partition }),
    headers: new Map(Object.entries(headers).map(([header, text]) => [Buffer.from(header), Buffer.from(text)])),
  });
  const topic: TestTopic = {
    name,
    group,
    async produce(records, compression = "none") {
      await producer.send({ messages: records.map(messageOf), compression, acks: ProduceAcks.ALL });
    },
    async transact(transactions) {
      const transactional = new Producer({ ...client, transactionalId: randomUUID(), idempotent: true });
      try {
        for (const { records, end } of transactions) {
          const transaction = await transactional.beginTransaction();
          await transaction.send({ messages: records.map(messageOf), acks: ProduceAcks.ALL });
          await (end === "commit" ? transaction.commit() : transaction.abort());
        }
      } finally {
        await transactional.close();
      }
    },
    async grow(count) {
      await admin.createPartitions({ topics: [{ name, count }] });
    },
    async truncate(partition, offset) {
      await admin.deleteRecords({ topics: [{ name, partitions: [{ partition, offset }] }] });
    },
    async committedOf(partition) {
      const groups = await admin.listConsumerGroupOffsets({ groups: [group] });
      const offsets = groups.flatMap(({ topics }) => topics.flatMap((one) => one.partitions));
      return Number(offsets.find(({ partitionIndex }) => partitionIndex === partition)?.committedOffset ?? -1n);
    },
    committed: () => Promise.all(Array.from({ length: partitions }, (_, partition) => topic.committedOf(partition))),
    async members() {
      const described = await admin.describeGroups({ groups: [group] });
      const all = [...(described.get(group)?.members.values() ?? [])];
      return all.filter(({ assignments }) =>
        [...(assignments?.values() ?? [])].some((one) => one.partitions.length > 0),
      ).length;
    },
    async ends() {
      const consumer = new Consumer({ ...client, groupId: "unused" });
      try {
        const offsets = await consumer.listOffsets({ topics: [name] });
        return (offsets.get(name) ?? []).map(Number);
      } finally {
        await consumer.close();
      }
    },
  };
  return topic;
}
