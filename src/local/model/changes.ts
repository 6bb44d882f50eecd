import type { Lease, MessageFacts } from "./message.js";
import type { QueueConfig } from "./queue.js";
import type { ReceiveAttempt } from "./receive-attempt.js";
import type { SubscriptionConfig } from "./subscription.js";
import type { TopicConfig } from "./topic.js";

/** What a call changed, as rows to write or delete, in the order in which to apply them. Written together, they are one state. */
export type Change =
  /** The last ordinal given out. */
  | { kind: "ordinal"; ordinal: number }
  | { kind: "put-queue"; queue: QueueConfig }
  /** Its messages and attempts are deleted by changes of their own. */
  | { kind: "delete-queue"; queueId: number }
  | { kind: "add-message"; queueId: number; message: MessageFacts & Lease }
  /** With its lease. */
  | { kind: "delete-message"; ordinal: number }
  | { kind: "put-lease"; ordinal: number; lease: Lease }
  | { kind: "put-attempt"; attempt: ReceiveAttempt }
  | { kind: "delete-attempt"; queueId: number; attemptId: string }
  | { kind: "put-topic"; topic: TopicConfig }
  | { kind: "delete-topic"; arn: string }
  | { kind: "put-subscription"; subscription: SubscriptionConfig }
  | { kind: "delete-subscription"; arn: string };

/** Everything a model is made of, for {@link MessagingModel.restore}. */
export interface ModelState {
  ordinal: number;
  queues: QueueConfig[];
  /** In the order of their ordinals. */
  messages: { queueId: number; facts: MessageFacts; lease: Lease }[];
  attempts: ReceiveAttempt[];
  topics: TopicConfig[];
  subscriptions: SubscriptionConfig[];
}
