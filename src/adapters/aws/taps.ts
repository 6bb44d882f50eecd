import { chunksOf } from "../../core/chunks.js";
import type { DesiredQueue, StackAccount } from "../../core/stack-plan.js";
import { queueArn } from "../../core/stack-plan-arns.js";
import { planPlainQueue } from "../../core/stack-plan-queues.js";
import { type ProcessView, type TapOwner, type TapTraces, tapState } from "../../core/tap-life.js";
import { tapPolicy, topicsOfTapPolicy } from "../../core/tap-policy.js";
import type { Clock } from "../../ports/clock.js";
import type { Tap, TapSighting, Taps, TapTopics } from "../../ports/tap.js";
import { thisProcess } from "../process-identity.js";
import { ifFound } from "./if-found.js";
import { persist } from "./persist.js";
import { queueHandler } from "./provision/queue.js";
import { readQueueAttributes } from "./provision/queue-attributes.js";
import { subscribe, subscriptionHandler, unsubscribe } from "./provision/subscription.js";
import type { QueueUrls } from "./queue-urls.js";
import type { AwsServices } from "./services.js";
import { createQueue } from "./sqs.js";
import { newTapName, readTraces, tapNames, writeTraces } from "./tap-queues.js";

/** Long enough for a reader that reads up on what was stored first, or that is held up; what is left behind costs nothing. */
const RETENTION_SECONDS = 3600;
/** Topics subscribed to at once. */
const SUBSCRIBED_AT_ONCE = 10;

interface TapParts {
  services: AwsServices;
  urls: QueueUrls;
  clock: Clock;
  stack: string;
  /** The process that opens taps and looks at others; this one when left out. */
  here?: TapOwner & ProcessView;
}

/** Watches topics through queues of its own, so that nothing is taken from a client. */
export function createTaps(parts: TapParts): Taps {
  const { services, urls, clock, stack } = parts;
  const here = () => parts.here ?? thisProcess();
  /** How far the target's clock is ahead of ours: owners tell their times by it. */
  let skewMs = 0;
  const aliveNow = () => clock.now() + skewMs;

  const see = async (name: string): Promise<TapSighting | undefined> => {
    const traces = await readTraces(services.sqs, urls, name);
    if (traces === undefined) return undefined;
    const { aliveAt } = traces;
    return { name, state: tapState(traces, here(), aliveNow()), owner: tellOwner(traces), aliveAt };
  };
  const removeTap = (name: string, topicArns: string[]) => removeLeftover(parts, name, topicArns);

  return {
    open: (topics) => {
      const name = newTapName(stack, () => clock.random());
      const noteSkew = (ms: number) => {
        skewMs = ms;
      };
      const sayAlive = () => writeTraces(services.sqs, urls, name, { owner: here(), aliveAt: aliveNow() });
      return openTap(parts, tapQueue(stack, name, topics), topics, { noteSkew, sayAlive });
    },
    async list() {
      const seen: TapSighting[] = [];
      for (const name of await tapNames(services.sqs, stack)) {
        const sighting = (await isOwn(parts, name)) ? await see(name) : undefined;
        if (sighting !== undefined) seen.push(sighting);
      }
      return seen;
    },
    remove: removeTap,
    async removeLeftovers() {
      const removed: string[] = [];
      for (const name of await tapNames(services.sqs, stack)) {
        if (await removeTap(name, [])) removed.push(name);
      }
      return removed;
    },
  };
}

function tellOwner({ owner }: TapTraces): string | undefined {
  return owner === undefined ? undefined : `process ${owner.pid} on ${owner.host}`;
}

function handlerOf(parts: TapParts, name: string, attributes: Record<string, string> = {}) {
  return queueHandler(
    { ...parts.services, ...parts },
    { kind: "queue", name, attributes, stack: parts.stack, untagged: "refuse" },
  );
}

async function isOwn(parts: TapParts, name: string): Promise<boolean> {
  return (await handlerOf(parts, name).inspect()).state === "matches";
}

async function removeLeftover(parts: TapParts, name: string, topicArns: string[]): Promise<boolean> {
  const { sqs, sns } = parts.services;
  if (!(await isOwn(parts, name))) return false;
  const { Policy = "", QueueArn = "" } = (await ifFound(() => readQueueAttributes(sqs, parts.urls, name))) ?? {};
  const { arns, hasPattern } = topicsOfTapPolicy(Policy);
  for (const topicArn of new Set([...arns, ...(hasPattern ? topicArns : [])])) {
    const subscription = { kind: "subscription", name, topicArn, queueArn: QueueArn, attributes: {} } as const;
    await subscriptionHandler(sns, subscription).remove();
  }
  return (await handlerOf(parts, name).remove()) === "removed";
}

/** The policy comes with the queue, since one that is set later takes up to a minute to work ("SetQueueAttributes"). */
function tapQueue(stack: string, name: string, topics: TapTopics): DesiredQueue {
  const { attributes } = planPlainQueue(name);
  const Policy = tapPolicy(name, accountOf(topics.arns[0] ?? ""), topics);
  const MessageRetentionPeriod = String(RETENTION_SECONDS);
  return {
    kind: "queue",
    name,
    stack,
    untagged: "refuse",
    attributes: { ...attributes, MessageRetentionPeriod, Policy },
  };
}

interface TapLife {
  noteSkew(ms: number): void;
  sayAlive(): Promise<void>;
}

async function openTap(
  parts: TapParts,
  { name, attributes }: DesiredQueue,
  { arns }: TapTopics,
  { noteSkew, sayAlive }: TapLife,
): Promise<Tap> {
  const { sns, sqs } = parts.services;
  const handler = handlerOf(parts, name, attributes);
  const subscriptionArns: string[] = [];
  const watch = async (topicArn: string) => {
    const target = { name, topicArn, queueArn: queueArn(accountOf(topicArn), name) };
    subscriptionArns.push(await subscribe(sns, { ...target, attributes: { RawMessageDelivery: "true" } }));
  };
  const close = () => {
    const unsubscriptions = subscriptionArns.map((arn) => () => unsubscribe(sns, name, arn));
    // Its URL is known, so that a queue that somebody else has removed is only missed now.
    return allOf(parts.clock, [...unsubscriptions, () => ifFound(() => handler.remove())]);
  };
  try {
    await handler.create();
    noteSkew(await skewOf(parts, name));
    await sayAlive();
    // All of them are waited for, so that each one that succeeded can be undone.
    for (const some of chunksOf(arns, SUBSCRIBED_AT_ONCE)) await settled(some.map(watch));
    const retentionMs = RETENTION_SECONDS * 1000;
    return { queue: createQueue(sqs, parts.urls, name), retentionMs, watch, renew: sayAlive, close };
  } catch (error) {
    // What is left behind is found again; why the tap did not open is what the caller must learn.
    await close().catch(() => undefined);
    throw error;
  }
}

/** How far the target's clock is ahead, by the time at which it says that it has just made the queue ("GetQueueAttributes", CreatedTimestamp). */
async function skewOf({ services, urls, clock }: TapParts, name: string): Promise<number> {
  const { CreatedTimestamp } = await readQueueAttributes(services.sqs, urls, name);
  const createdAt = Number(CreatedTimestamp) * 1000;
  return createdAt > 0 ? createdAt - clock.now() : 0;
}

/** Takes every step, whether the others fail or not. Rejects with what the first one that failed threw. */
function allOf(clock: Clock, steps: (() => Promise<unknown>)[]): Promise<void> {
  return settled(steps.map((step) => persist(clock, step)));
}

async function settled(steps: Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(steps);
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

/** `arn:aws:sns:<region>:<account>:<topic>`. */
function accountOf(topicArn: string): StackAccount {
  const [, , , region = "", account = ""] = topicArn.split(":");
  return { account, region };
}
