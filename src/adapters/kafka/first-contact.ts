import type { ClusterTopicMetadata, Consumer } from "@platformatic/kafka";
import type { Clock } from "../../ports/clock.js";
import type { KafkaSourceOptions } from "../../ports/kafka-source.js";
import type { clientOptions } from "./client-options.js";
import { boundaries, commitForEmptyGroup, committedOffsets } from "./group-offsets.js";
import { isTopicMissing, kafkaUnreachable, lastingError, topicMissing } from "./kafka-errors.js";
import type { Patience } from "./patience.js";

type Settings = KafkaSourceOptions["settings"];

interface ContactOptions extends Pick<KafkaSourceOptions, "settings" | "fromBeginning"> {
  reader: Consumer;
  client: Awaited<ReturnType<typeof clientOptions>>;
  clock: Clock;
  patience: Patience;
}

/** Brokers that do not answer at first may be on their way up, or the address is wrong. */
const FIRST_CONTACT_WITHIN_MS = 10_000;

/**
 * Looks at the topic, and fixes where a new group begins, so that it begins there again if it ends before it has read anything.
 * @throws EvpError when there is no such topic, no broker answers, or one refuses
 */
export async function firstContact(options: ContactOptions, stop: AbortSignal): Promise<void> {
  const { reader, client, settings, fromBeginning, clock, patience } = options;
  const { topic, group, brokers } = settings;
  const until = clock.monotonic() + FIRST_CONTACT_WITHIN_MS;
  await patience.persist(`looking for the topic ${topic}`, stop, async () => {
    try {
      await lookUpTopic(reader, settings);
    } catch (error) {
      if (lastingError(error, "") !== undefined || clock.monotonic() < until) throw error;
      throw kafkaUnreachable(brokers, error);
    }
  });
  if (fromBeginning) return;
  await patience.persist(`looking where the group ${group} is`, stop, async () => {
    const { latest } = await boundaries(reader, topic);
    const committed = await committedOffsets(reader, topic, [...latest.keys()]);
    if (committed.size === 0) await commitForEmptyGroup(client, group, topic, latest);
  });
}

/** @throws EvpError (not-found) for a topic that the brokers do not know */
export async function lookUpTopic(reader: Consumer, { topic, brokers }: Settings): Promise<ClusterTopicMetadata> {
  try {
    const { topics } = await reader.metadata({ topics: [topic] });
    const found = topics.get(topic);
    if (found !== undefined) return found;
  } catch (error) {
    if (!isTopicMissing(error)) throw error;
  }
  throw topicMissing(topic, brokers);
}
