import type { EntryResult } from "./call.js";
import type { MessageAttributes } from "./queue.js";

export interface Publication {
  body: string;
  groupId: string;
  deduplicationId: string;
  attributes: MessageAttributes;
}

/** Publishes on client topics. */
export interface Publisher {
  /** One PublishBatch call: at most 10 entries and 256 KB, at most one of each group; the caller keeps to it. */
  publish(
    topicArn: string,
    publications: Publication[],
  ): Promise<EntryResult<{ messageId: string; sequence: string }>[]>;
}
