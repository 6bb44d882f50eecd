import { describe } from "vitest";
import type { Settings } from "../../src/core/settings.js";
import { planClient } from "../../src/core/stack-plan.js";
import { planPlainQueue, planUndeliveredQueue } from "../../src/core/stack-plan-queues.js";
import { servedTarget } from "./aws-target.js";
import type { PublishedTopic } from "./publisher-contract.js";
import { publisherContract } from "./publisher-contract.js";
import { fifoQueueContract, missingQueueContract, standardQueueContract } from "./queue-contract.js";
import { tapsContract } from "./taps-contract.js";

const target = servedTarget();
const ACCOUNT = { account: "000000000000", region: "us-east-1" };
const CLIENT = { id: "client-1", allowedTypes: [], active: true };

async function openQueue(suffix: string) {
  const { connection, settings } = target.open();
  const name = `${settings.stack}${suffix}`;
  await connection.provisioner.create({ ...planPlainQueue(name), stack: settings.stack, untagged: "claim" });
  return connection.queue(name);
}

/** One client's topic and queue, without the tables. */
async function openTopic(changes: Partial<Settings> = {}) {
  const { connection, settings } = target.open(changes);
  const resources = [planUndeliveredQueue(settings), ...planClient(settings, ACCOUNT, CLIENT)];
  for (const resource of resources) if (resource.kind !== "client") await connection.provisioner.create(resource);
  const topic: PublishedTopic = {
    publisher: connection.publisher,
    topicArn: `arn:aws:sns:us-east-1:000000000000:${settings.names.topicOf(CLIENT.id)}`,
    queue: connection.queue(settings.names.queueOf(CLIENT.id)),
  };
  return { ...topic, taps: connection.taps };
}

describe("a FIFO queue of SQS", () => {
  fifoQueueContract(() => openQueue("-q.fifo"));
});

describe("a standard queue of SQS", () => {
  standardQueueContract(() => openQueue("-q"));
});

describe("a queue that is not there", () => {
  missingQueueContract(async () => target.open().connection.queue("nobody.fifo"));
});

describe("a FIFO topic of SNS", () => {
  publisherContract(openTopic);
});

describe("a tap on a FIFO topic of SNS", () => {
  tapsContract(openTopic);
});
