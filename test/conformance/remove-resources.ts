import type { AwsServices } from "../../src/adapters/aws/services.js";
import { isCallError } from "../../src/ports/call.js";
import type { Clock } from "../../src/ports/clock.js";
import type { AwsService } from "../contract/aws-target.js";

/** What was just made may not be listed yet, and what was just deleted may be listed for a minute ("DeleteQueue"). */
const PAUSE_MS = 2000;
const WITHIN_MS = 180_000;

/** How resources of one kind are found and deleted. */
interface Cleaner {
  service: AwsService;
  list(prefix: string): Promise<string[]>;
  remove(name: string): Promise<unknown>;
}

/**
 * Removes every queue, topic and table whose name begins so, until none is listed any more, twice. A topic takes its
 * subscriptions with it ("DeleteTopic").
 *
 * @returns what could not be removed within three minutes, or could not be listed
 */
export async function removeResources(
  services: AwsServices,
  prefix: string,
  { clock, missing }: { clock: Clock; missing: readonly AwsService[] },
): Promise<string[]> {
  const cleaners = cleanersOf(services).filter(({ service }) => !missing.includes(service));
  const left = await Promise.all(cleaners.map((cleaner) => removeAll(cleaner, prefix, clock)));
  return left.flat();
}

async function removeAll({ service, list, remove }: Cleaner, prefix: string, clock: Clock): Promise<string[]> {
  const deadline = clock.monotonic() + WITHIN_MS;
  let timesEmpty = 0;
  for (;;) {
    const names = await unlessFailed(list(prefix));
    for (const name of names ?? []) await unlessFailed(remove(name));
    timesEmpty = names?.length === 0 ? timesEmpty + 1 : 0;
    if (timesEmpty === 2) return [];
    if (clock.monotonic() >= deadline) return names ?? [`what ${service} does not list`];
    await clock.sleep(PAUSE_MS);
  }
}

/** Undefined for a call that failed: it is made again as long as there is something to remove. */
async function unlessFailed<Answer>(call: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isCallError(error)) return undefined;
    throw error;
  }
}

function cleanersOf({ sqs, sns, dynamodb }: AwsServices): Cleaner[] {
  return [
    {
      service: "sqs",
      list: (prefix) =>
        pagesOf(async (NextToken) => {
          const page = await sqs.call("listing queues", (sdk, client, options) =>
            client.send(new sdk.ListQueuesCommand({ QueueNamePrefix: prefix, MaxResults: 1000, NextToken }), options),
          );
          return { names: page.QueueUrls ?? [], next: page.NextToken };
        }),
      remove: (QueueUrl) =>
        sqs.call(`deleting queue ${QueueUrl}`, (sdk, client, options) =>
          client.send(new sdk.DeleteQueueCommand({ QueueUrl }), options),
        ),
    },
    {
      service: "sns",
      list: async (prefix) => {
        const arns = await pagesOf(async (NextToken) => {
          const page = await sns.call("listing topics", (sdk, client, options) =>
            client.send(new sdk.ListTopicsCommand({ NextToken }), options),
          );
          return { names: (page.Topics ?? []).flatMap(({ TopicArn }) => TopicArn ?? []), next: page.NextToken };
        });
        return arns.filter((arn) => arn.split(":").at(-1)?.startsWith(prefix));
      },
      remove: (TopicArn) =>
        sns.call(`deleting topic ${TopicArn}`, (sdk, client, options) =>
          client.send(new sdk.DeleteTopicCommand({ TopicArn }), options),
        ),
    },
    {
      service: "dynamodb",
      list: async (prefix) => {
        const names = await pagesOf(async (ExclusiveStartTableName) => {
          const page = await dynamodb.call("listing tables", (sdk, client, options) =>
            client.send(new sdk.ListTablesCommand({ ExclusiveStartTableName }), options),
          );
          return { names: page.TableNames ?? [], next: page.LastEvaluatedTableName };
        });
        return names.filter((name) => name.startsWith(prefix));
      },
      remove: (TableName) =>
        dynamodb.call(`deleting table ${TableName}`, (sdk, client, options) =>
          client.send(new sdk.DeleteTableCommand({ TableName }), options),
        ),
    },
  ];
}

async function pagesOf(
  read: (token: string | undefined) => Promise<{ names: string[]; next: string | undefined }>,
): Promise<string[]> {
  const all: string[] = [];
  let token: string | undefined;
  do {
    const { names, next } = await read(token);
    all.push(...names);
    token = next;
  } while (token !== undefined && token !== "");
  return all;
}
