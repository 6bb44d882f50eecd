import { describe } from "vitest";
import { systemClock } from "../../src/adapters/system-clock.js";
import { queueArn } from "../../src/core/stack-plan-arns.js";
import { planClientTopic, planSubscription } from "../../src/core/stack-plan-clients.js";
import { planPlainQueue, planQueuePolicy } from "../../src/core/stack-plan-queues.js";
import type { StackConnection } from "../../src/ports/stack-connection.js";
import { contractTarget } from "./aws-target.js";
import { publisherContract } from "./publisher-contract.js";
import {
  fifoQueueContract,
  missingQueueContract,
  standardQueueContract,
  waitingQueueContract,
} from "./queue-contract.js";
import type { QueueTarget } from "./queue-target.js";
import { tapsContract } from "./taps-contract.js";
import { undeliveredContract } from "./undelivered-contract.js";

const target = contractTarget("q");
const CLIENT = "client-1";

function openConnection() {
  target.need("sqs");
  return target.open();
}

async function openQueue(suffix: string, attributes: Record<string, string> = {}) {
  const { connection, settings } = openConnection();
  return createQueue(connection, settings.stack, suffix, attributes);
}

async function createQueue(
  connection: StackConnection,
  stack: string,
  suffix: string,
  attributes: Record<string, string> = {},
) {
  const plan = planPlainQueue(`${stack}${suffix}`);
  const queue = { ...plan, attributes: { ...plan.attributes, ...attributes } };
  await connection.provisioner.create({ ...queue, stack, untagged: "refuse" });
  return connection.queue(queue.name);
}

const queues: QueueTarget = {
  clock: systemClock,
  openFifo: (attributes) => openQueue("-q.fifo", attributes),
  async openWithDeadLetters(maxReceiveCount) {
    const { connection, settings } = openConnection();
    const deadLetters = await createQueue(connection, settings.stack, "-dead.fifo");
    const deadLetterTargetArn = queueArn(await connection.identity(), deadLetters.name);
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount });
    return { queue: await createQueue(connection, settings.stack, "-q.fifo", { RedrivePolicy }), deadLetters };
  },
};

/** One client's topic with its queue. The queues have their policies from the start, since one that is set later takes up to a minute to work ("SetQueueAttributes"). */
async function openTopic() {
  target.need("sqs", "sns");
  const { connection, settings } = target.open();
  const { names, stack } = settings;
  const account = await connection.identity();
  const topic = planClientTopic(settings, account, CLIENT);
  const queueName = names.queueOf(CLIENT);
  const policyOf = (name: string) =>
    planQueuePolicy(name, account, { ArnEquals: { "aws:SourceArn": topic.arn } }).policy;
  await connection.provisioner.create(topic);
  const undelivered = await createQueue(connection, stack, "-undelivered.fifo", {
    Policy: policyOf(names.undeliveredQueue),
  });
  const queue = await createQueue(connection, stack, `-${CLIENT}.fifo`, { Policy: policyOf(queueName) });
  await connection.provisioner.create(planSubscription(settings, account, CLIENT, topic.arn));
  const { publisher, taps } = connection;
  return { publisher, taps, topicArn: topic.arn, queue, undelivered, clock: systemClock, connection, stack };
}

describe("a FIFO queue of SQS", () => {
  fifoQueueContract(queues);
  waitingQueueContract(queues);
});

describe("a standard queue of SQS", () => {
  standardQueueContract(() => openQueue("-q"));
});

describe("a queue that is not there", () => {
  missingQueueContract(async () => openConnection().connection.queue("nobody.fifo"));
});

describe("a FIFO topic of SNS", () => {
  publisherContract(openTopic);
});

describe("a FIFO topic of SNS without its queue", () => {
  undeliveredContract(async () => {
    const topic = await openTopic();
    const queue = {
      kind: "queue",
      name: topic.queue.name,
      attributes: {},
      stack: topic.stack,
      untagged: "refuse",
    } as const;
    await topic.connection.provisioner.remove(queue);
    return topic;
  });
});

describe("a tap on a FIFO topic of SNS", () => {
  tapsContract(openTopic);
});
