import type { DesiredQueue, StackAccount } from "../../core/stack-plan.js";
import { queueArn } from "../../core/stack-plan-arns.js";
import { planPlainQueue, planQueuePolicy } from "../../core/stack-plan-queues.js";
import type { Clock } from "../../ports/clock.js";
import type { Tap, Taps } from "../../ports/tap.js";
import { queueHandler } from "./provision/queue.js";
import { subscribe, unsubscribe } from "./provision/subscription.js";
import type { QueueUrls } from "./queue-urls.js";
import type { AwsServices, SqsService } from "./services.js";
import { createQueue } from "./sqs.js";

/** A tap is read as it fills; what nobody reads for five minutes is not missed. */
const RETENTION_SECONDS = 300;
const RANDOM_DIGITS = 10;

interface TapParts {
  services: AwsServices;
  urls: QueueUrls;
  clock: Clock;
  stack: string;
}

/** Watches topics through queues of its own, so that nothing is taken from a client. */
export function createTaps(parts: TapParts): Taps {
  const prefix = `${parts.stack}-tail-`;
  return {
    open(topicArn) {
      const name = `${prefix}${randomText(parts.clock)}.fifo`;
      return openTap(parts, tapQueue(parts.stack, name, topicArn), topicArn);
    },
    async removeLeftovers() {
      const removed: string[] = [];
      for (const name of await queueNames(parts.services.sqs, prefix)) {
        const leftover: DesiredQueue = { kind: "queue", name, attributes: {}, stack: parts.stack, untagged: "refuse" };
        if ((await queueHandler({ ...parts.services, ...parts }, leftover).remove()) === "removed") removed.push(name);
      }
      return removed;
    },
  };
}

/** The policy comes with the queue, since one that is set later takes up to a minute to work ("SetQueueAttributes"). */
function tapQueue(stack: string, name: string, topicArn: string): DesiredQueue {
  const { attributes } = planPlainQueue(name);
  const { policy } = planQueuePolicy(name, accountOf(topicArn), { ArnEquals: { "aws:SourceArn": topicArn } });
  return {
    kind: "queue",
    name,
    stack,
    untagged: "refuse",
    attributes: { ...attributes, MessageRetentionPeriod: String(RETENTION_SECONDS), Policy: policy },
  };
}

async function openTap(parts: TapParts, resource: DesiredQueue, topicArn: string): Promise<Tap> {
  const { sqs, sns } = parts.services;
  const { name } = resource;
  const handler = queueHandler({ ...parts.services, ...parts }, resource);
  await handler.create();
  try {
    const attributes = { RawMessageDelivery: "true" };
    const subscriptionArn = await subscribe(sns, {
      name,
      topicArn,
      queueArn: queueArn(accountOf(topicArn), name),
      attributes,
    });
    return {
      queue: createQueue(sqs, parts.urls, name),
      async close() {
        await unsubscribe(sns, name, subscriptionArn);
        await handler.remove();
      },
    };
  } catch (error) {
    await handler.remove();
    throw error;
  }
}

/** `arn:aws:sns:<region>:<account>:<topic>`. */
function accountOf(topicArn: string): StackAccount {
  const [, , , region = "", account = ""] = topicArn.split(":");
  return { account, region };
}

function randomText(clock: Clock): string {
  return Array.from({ length: RANDOM_DIGITS }, () => Math.floor(clock.random() * 36).toString(36)).join("");
}

/** Names of the queues that begin so ("ListQueues"). */
async function queueNames(sqs: SqsService, prefix: string): Promise<string[]> {
  const names: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await sqs.call(`listing queues ${prefix}*`, (sdk, client, options) =>
      client.send(new sdk.ListQueuesCommand({ QueueNamePrefix: prefix, MaxResults: 1000, NextToken }), options),
    );
    names.push(...(page.QueueUrls ?? []).map((url) => url.slice(url.lastIndexOf("/") + 1)));
    NextToken = page.NextToken;
  } while (NextToken !== undefined && NextToken !== "");
  return names;
}
