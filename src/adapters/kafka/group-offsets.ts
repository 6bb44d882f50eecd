import { Admin, type Consumer, ListOffsetTimestamps } from "@platformatic/kafka";
import { isMembershipOver } from "./kafka-errors.js";

type OffsetByPartition = Map<number, bigint>;

/** What a group has committed of a topic: the next offset to read; partitions without are left out. */
export async function committedOffsets(
  consumer: Consumer,
  topic: string,
  partitions: number[],
): Promise<OffsetByPartition> {
  const committed = await consumer.listCommittedOffsets({ topics: [{ topic, partitions }] });
  return byPartition(committed.get(topic));
}

/** The first offset there is of each partition, and the one behind the last that a reader of committed transactions gets. */
export async function boundaries(
  reader: Consumer,
  topic: string,
): Promise<{ earliest: OffsetByPartition; latest: OffsetByPartition }> {
  const list = async (timestamp: bigint) =>
    byPartition((await reader.listOffsets({ topics: [topic], timestamp })).get(topic));
  return { earliest: await list(ListOffsetTimestamps.EARLIEST), latest: await list(ListOffsetTimestamps.LATEST) };
}

/** Commits in the name of a group that has no members yet; where it has some, they know better. */
export async function commitForEmptyGroup(
  options: ConstructorParameters<typeof Admin>[0],
  groupId: string,
  topic: string,
  offsets: OffsetByPartition,
): Promise<void> {
  const admin = new Admin(options);
  const partitionOffsets = [...offsets].map(([partition, offset]) => ({ partition, offset }));
  try {
    await admin.alterConsumerGroupOffsets({ groupId, topics: [{ name: topic, partitionOffsets }] });
  } catch (error) {
    if (!isMembershipOver(error)) throw error;
  } finally {
    await admin.close().catch(() => undefined);
  }
}

/** Kafka says -1 for what there is not. */
function byPartition(offsets: bigint[] = []): OffsetByPartition {
  return new Map([...offsets.entries()].filter(([, offset]) => offset !== undefined && offset >= 0n));
}
