import { MAX_MESSAGE_ATTRIBUTES } from "../../core/limits.js";
import { ModelError } from "./model-error.js";
import { notificationJson, type Publication } from "./publication.js";
import type { Queue } from "./queue.js";
import { allowsTopic } from "./queue-policy.js";
import type { OutgoingMessage } from "./sending.js";
import type { Subscription } from "./subscription.js";

/** What a delivery needs of the model around the topic. */
export interface DeliverySurroundings {
  account: string;
  queueOf(arn: string): Queue | undefined;
  /** @throws ModelError when the queue refuses the message */
  send(queue: Queue, message: OutgoingMessage): void;
}

/**
 * Brings a publication to one subscribed queue, unless its filter policy does not want it. A message that the queue
 * cannot take (gone, its policy does not let the topic send, too large, more than ten attributes with raw delivery) is a
 * client-side error: not tried again, but handed to the subscription's dead-letter queue, else discarded
 * ("Amazon SNS message delivery retries", "Amazon SNS dead-letter queues").
 */
export function deliver(subscription: Subscription, publication: Publication, around: DeliverySurroundings): void {
  if (!subscription.wants(publication)) return;
  if (tryDelivery(subscription.endpoint, subscription.isRaw, publication, around)) return;
  if (subscription.deadLetterArn === undefined) return;
  // What raw delivery cannot carry goes to the dead-letter queue as the JSON document, which holds any number of attributes.
  tryDelivery(subscription.deadLetterArn, subscription.isRaw && fitsRawDelivery(publication), publication, around);
}

function tryDelivery(
  queueArn: string,
  isRaw: boolean,
  publication: Publication,
  around: DeliverySurroundings,
): boolean {
  const queue = around.queueOf(queueArn);
  if (queue === undefined) return false;
  const delivery = { queueArn, topicArn: publication.topicArn, account: around.account };
  if (!allowsTopic(queue.config.settings.Policy, delivery)) return false;
  const { groupId, deduplicationId } = publication;
  try {
    around.send(queue, {
      body: isRaw ? publication.body : notificationJson(publication),
      attributes: isRaw ? publication.attributes : {},
      groupId,
      deduplicationId: queue.isFifo ? deduplicationId : undefined,
    });
    return true;
  } catch (error) {
    if (error instanceof ModelError) return false;
    throw error;
  }
}

/** "Amazon SNS message attributes": at most ten with raw delivery. */
function fitsRawDelivery({ attributes }: Publication): boolean {
  return Object.keys(attributes).length <= MAX_MESSAGE_ATTRIBUTES;
}
