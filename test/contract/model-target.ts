import { planQueuePolicy } from "../../src/core/stack-plan-queues.js";
import type { MessagingModel } from "../../src/local/model/messaging-model.js";
import type { Clock } from "../../src/ports/clock.js";
import type { StackConnection } from "../../src/ports/stack-connection.js";
import { createHastyClock } from "./hasty-clock.js";
import type { PublishedTopic } from "./publisher-contract.js";
import type { QueueTarget } from "./queue-target.js";

/** A stack in memory, whose queues and topics are the embedded stack's own model. */
export interface ModelledStack {
  model: MessagingModel;
  connection: Pick<StackConnection, "ingress" | "deadLetters" | "publisher" | "journal" | "clients">;
}

/** Where the contracts find the ports of a stack in memory. Nothing takes time there. */
export interface ModelTarget extends QueueTarget {
  openTopic(): Promise<PublishedTopic>;
  openConnection(): Promise<ModelledStack["connection"]>;
}

const ACCOUNT = { account: "000000000000", region: "us-east-1" };

/** @param openStack - gives a stack of its own whose time is the clock's */
export function modelTarget(openStack: (clock: Clock) => ModelledStack): ModelTarget {
  const clock = createHastyClock();
  return {
    clock,
    async openFifo(attributes = {}) {
      const { model, connection } = openStack(clock);
      model.queues.setAttributes(connection.ingress.name, attributes, clock.now());
      return connection.ingress;
    },
    async openWithDeadLetters(maxReceiveCount) {
      const { model, connection } = openStack(clock);
      const { ingress, deadLetters } = connection;
      const RedrivePolicy = JSON.stringify({
        deadLetterTargetArn: model.queues.get(deadLetters.name).arn,
        maxReceiveCount,
      });
      model.queues.setAttributes(ingress.name, { RedrivePolicy }, clock.now());
      return { queue: ingress, deadLetters };
    },
    async openTopic() {
      const { model, connection } = openStack(clock);
      const attributes = { FifoTopic: "true", FifoThroughputScope: "MessageGroup" };
      const topicArn = model.topics.create({ name: "contract.fifo", attributes, tags: {} });
      const queue = connection.ingress;
      const { policy: Policy } = planQueuePolicy(queue.name, ACCOUNT, { ArnEquals: { "aws:SourceArn": topicArn } });
      model.queues.setAttributes(queue.name, { Policy }, clock.now());
      const { arn: endpoint } = model.queues.get(queue.name);
      model.topics.subscribe({ topicArn, protocol: "sqs", endpoint, attributes: { RawMessageDelivery: "true" } });
      return { publisher: connection.publisher, topicArn, queue };
    },
    openConnection: async () => openStack(clock).connection,
  };
}
