import { attributesFrom } from "./attributes.js";
import { admitted, batchAnswer } from "./batches.js";
import type { Done, Effect } from "./effects.js";
import type { QueueCall } from "./queue-actions.js";

/** `known`: sequence numbers that the topic has given out before; this call's are added. */
export function publish(call: QueueCall<"PublishBatch">, known: Set<string>): Done {
  const { model, now, entryError, input, faults } = call;
  const { PublishBatchRequestEntries: all = [], TopicArn = "" } = input;
  const entries = admitted(all, faults).map((entry) => ({
    id: entry.Id ?? "",
    message: entry.Message ?? "",
    groupId: entry.MessageGroupId,
    deduplicationId: entry.MessageDeduplicationId,
    attributes: attributesFrom(entry.MessageAttributes),
  }));
  const result =
    entries.length === 0 ? { successful: [], failed: [] } : model.topics.publishBatch(TopicArn, entries, now);
  const effects: Effect[] = [];
  for (const { id, sequenceNumber: sequence = "" } of result.successful) {
    const { message: body = "", groupId = "" } = entries.find((entry) => entry.id === id) ?? {};
    const isTold = faults[all.findIndex((entry) => entry.Id === id)] === undefined;
    effects.push({
      kind: "published",
      topicArn: TopicArn,
      body,
      groupId,
      sequence,
      isNew: !known.has(sequence),
      isTold,
    });
    known.add(sequence);
  }
  const answer = batchAnswer(all, faults, result, entryError, ({ messageId, sequenceNumber }) => {
    return { MessageId: messageId, SequenceNumber: sequenceNumber };
  });
  return { answer, effects };
}
