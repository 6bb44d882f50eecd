import type { Publisher } from "../../ports/publisher.js";
import { alignResults, entryId } from "./entry-results.js";
import { toAttributeValues } from "./message-attributes.js";
import type { SnsService } from "./services.js";

/** Publishes on FIFO topics of SNS ("PublishBatch"). */
export function createPublisher(sns: SnsService): Publisher {
  return {
    async publish(topicArn, publications) {
      if (publications.length === 0) return [];
      const PublishBatchRequestEntries = publications.map((publication, index) => ({
        Id: entryId(index),
        Message: publication.body,
        MessageGroupId: publication.groupId,
        MessageDeduplicationId: publication.deduplicationId,
        MessageAttributes: toAttributeValues(publication.attributes),
      }));
      const answer = await sns.call(`publishing on ${topicArn}`, (sdk, client, options) =>
        client.send(new sdk.PublishBatchCommand({ TopicArn: topicArn, PublishBatchRequestEntries }), options),
      );
      return alignResults(publications.length, answer, (done) => ({
        messageId: done.MessageId ?? "",
        sequence: done.SequenceNumber ?? "",
      }));
    },
  };
}
