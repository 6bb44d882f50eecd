import type { DesiredQueue, StackAccount } from "../../core/stack-plan.js";
import { queueArn } from "../../core/stack-plan-arns.js";
import { planPlainQueue, planQueuePolicy } from "../../core/stack-plan-queues.js";
import type { Clock } from "../../ports/clock.js";
import type { Tap, Taps } from "../../ports/tap.js";
import { ifFound } from "./if-found.js";
import { persist } from "./persist.js";
import { queueHandler } from "./provision/queue.js";
import { readQueueAttributes } from "./provision/queue-attributes.js";
import { subscribe, subscriptionHandler, unsubscribe } from "./provision/subscription.js";
import type { QueueUrls } from "./queue-urls.js";
import type { AwsServices, SqsService } from "./services.js";
import { createQueue } from "./sqs.js";

/** A tap is read as it fills; what nobody reads for five minutes is not missed. */
const RETENTION_SECONDS = 300;
const RANDOM_DIGITS = 10;
const TAP_SUFFIX = ".fifo";
/** What follows the prefix: a stack whose name begins like a tap's queue has others. */
const TAP_NAME = /^[0-9a-z]{10}\.fifo$/;

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
      const name = `${prefix}${randomText(parts.clock)}${TAP_SUFFIX}`;
      return openTap(parts, tapQueue(parts.stack, name, topicArn), topicArn);
    },
    async removeLeftovers() {
      const removed: string[] = [];
      for (const name of await queueNames(parts.services.sqs, prefix)) {
        if (!TAP_NAME.test(name.slice(prefix.length))) continue;
        if (await removeLeftover(parts, name)) removed.push(name);
      }
      return removed;
    },
  };
}

/** The subscription goes first: without its queue it would not be found again. @returns false when the queue is not the stack's own */
async function removeLeftover(parts: TapParts, name: string): Promise<boolean> {
  const { sqs, sns } = parts.services;
  const queue: DesiredQueue = { kind: "queue", name, attributes: {}, stack: parts.stack, untagged: "refuse" };
  const handler = queueHandler({ ...parts.services, ...parts }, queue);
  if ((await handler.inspect()).state !== "matches") return false;
  const { Policy = "", QueueArn = "" } = (await ifFound(() => readQueueAttributes(sqs, parts.urls, name))) ?? {};
  const topicArn = topicOfPolicy(Policy);
  if (topicArn !== undefined) {
    await subscriptionHandler(sns, {
      kind: "subscription",
      name,
      topicArn,
      queueArn: QueueArn,
      attributes: {},
    }).remove();
  }
  return (await handler.remove()) === "removed";
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
  const attributes = { RawMessageDelivery: "true" };
  const subscription = { name, topicArn, queueArn: queueArn(accountOf(topicArn), name), attributes };
  try {
    await handler.create();
    const subscriptionArn = await subscribe(sns, subscription);
    return {
      queue: createQueue(sqs, parts.urls, name),
      close: () => allOf(parts.clock, [() => unsubscribe(sns, name, subscriptionArn), () => handler.remove()]),
    };
  } catch (error) {
    // What is left behind is found again; why the tap did not open is what the caller must learn.
    await persist(parts.clock, () => handler.remove()).catch(() => undefined);
    throw error;
  }
}

/** Takes every step, whether the others fail or not. Rejects with what the first one that failed threw. */
async function allOf(clock: Clock, steps: (() => Promise<unknown>)[]): Promise<void> {
  const results = await Promise.allSettled(steps.map((step) => persist(clock, step)));
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

/** The topic that {@link tapQueue}'s policy names. */
function topicOfPolicy(policy: string): string | undefined {
  return /"aws:SourceArn"\s*:\s*"(arn:[^"]+)"/.exec(policy)?.[1];
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
