import { fromTapTags, type TapOwner, type TapTraces, toTapTags } from "../../core/tap-life.js";
import { ifFound } from "./if-found.js";
import type { QueueUrls } from "./queue-urls.js";
import type { SqsService } from "./services.js";
import { ifSupported } from "./unsupported.js";

const TAP_SUFFIX = ".fifo";
/** What follows the prefix: a stack whose name begins like a tap's queue has others. */
const TAP_NAME = /^[0-9a-z]{10}\.fifo$/;
const RANDOM_DIGITS = 10;

/** The name of a new tap's queue. */
export function newTapName(stack: string, random: () => number): string {
  const digits = Array.from({ length: RANDOM_DIGITS }, () => Math.floor(random() * 36).toString(36));
  return `${prefixOf(stack)}${digits.join("")}${TAP_SUFFIX}`;
}

/** Names of the queues that a stack's taps may have ("ListQueues"). */
export async function tapNames(sqs: SqsService, stack: string): Promise<string[]> {
  const prefix = prefixOf(stack);
  const names: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await sqs.call(`listing queues ${prefix}*`, (sdk, client, options) =>
      client.send(new sdk.ListQueuesCommand({ QueueNamePrefix: prefix, MaxResults: 1000, NextToken }), options),
    );
    names.push(...(page.QueueUrls ?? []).map((url) => url.slice(url.lastIndexOf("/") + 1)));
    NextToken = page.NextToken;
  } while (NextToken !== undefined && NextToken !== "");
  return names.filter((name) => TAP_NAME.test(name.slice(prefix.length)));
}

/** Writes on a tap's queue whose it is and that it is in use ("TagQueue"); without effect where the target knows no tags. */
export async function writeTraces(
  sqs: SqsService,
  urls: QueueUrls,
  name: string,
  traces: { owner: TapOwner; aliveAt: number },
): Promise<void> {
  const QueueUrl = await urls.of(name);
  const Tags = toTapTags(traces.owner, traces.aliveAt);
  const tag = () =>
    sqs.call(`tagging ${name}`, (sdk, client, options) =>
      client.send(new sdk.TagQueueCommand({ QueueUrl, Tags }), options),
    );
  await ifSupported(tag, undefined);
}

/** @returns undefined when the queue is gone */
export async function readTraces(sqs: SqsService, urls: QueueUrls, name: string): Promise<TapTraces | undefined> {
  return ifFound(async () => {
    const QueueUrl = await urls.of(name);
    const list = () =>
      sqs.call(`reading the tags of ${name}`, (sdk, client, options) =>
        client.send(new sdk.ListQueueTagsCommand({ QueueUrl }), options),
      );
    return fromTapTags((await ifSupported(list, undefined))?.Tags ?? {});
  });
}

function prefixOf(stack: string): string {
  return `${stack}-tail-`;
}
