import type { Settings } from "../settings.js";
import type { DesiredResource, DesiredTable } from "../stack-plan.js";
import { clientPart, type ResourceId, sharedPart } from "./resource-ids.js";

/** An alarm of CloudWatch that needs no thought: when it rings, somebody should look. Missing data is well: nothing happened. */
export interface Alarm {
  cloudFormation: string;
  terraform: string;
  /** What the alarm is called in CloudWatch. */
  name: string;
  /** What it means, and what to do. */
  description: string;
  namespace: "AWS/SQS" | "AWS/SNS" | "AWS/DynamoDB" | "AWS/Lambda";
  metric: string;
  dimensions: Record<string, string>;
  statistic: "Maximum" | "Sum";
  /** It rings above this. */
  threshold: number;
  /** How many periods of a minute in a row have to be above it. */
  minutes: number;
}

/** A week: half of the 14 days for which SQS keeps a message. `evp status` warns then, too. */
const HALF_RETENTION_SECONDS = 7 * 24 * 60 * 60;
/** As long as a failing group is left alone at most, and so nothing that mends itself. */
const LATE_SECONDS = 15 * 60;

interface Alarmed {
  plan: DesiredResource[];
  idOf(resource: DesiredResource): ResourceId;
  clientIds: string[];
}

/** Every alarm of a stack. */
export function stackAlarms(settings: Settings, { plan, idOf, clientIds }: Alarmed): Alarm[] {
  return [
    ...queueAlarms(settings),
    ...clientIds.flatMap((clientId) => topicAlarms(settings, clientId)),
    ...plan.flatMap((resource) =>
      resource.kind === "table" ? throttleAlarms(settings.stack, idOf(resource).terraform, resource) : [],
    ),
  ];
}

type Condition = Omit<Alarm, "cloudFormation" | "terraform" | "name">;

/** @param words - what it is about; its name, too */
function alarm(stack: string, words: string[], condition: Condition): Alarm {
  const { logicalId, terraform } = sharedPart(...words);
  return { cloudFormation: logicalId("Alarm"), terraform, name: [stack, ...words].join("-"), ...condition };
}

/** "Available CloudWatch metrics for Amazon SQS". */
function queueAlarms({ stack, names }: Settings): Alarm[] {
  const onQueue = (QueueName: string) =>
    ({ namespace: "AWS/SQS", dimensions: { QueueName }, statistic: "Maximum" }) as const;
  const waiting = { metric: "ApproximateNumberOfMessagesVisible", threshold: 0, minutes: 1 };
  const age = { metric: "ApproximateAgeOfOldestMessage", minutes: 5 };
  return [
    alarm(stack, ["dead", "letters"], {
      ...onQueue(names.deadLetterQueue),
      ...waiting,
      description: "Events were rejected: evp dlq list shows why.",
    }),
    alarm(stack, ["undelivered"], {
      ...onQueue(names.undeliveredQueue),
      ...waiting,
      description: "A topic could not hand events to its client's queue: look at the queue and its policy.",
    }),
    alarm(stack, ["late"], {
      ...onQueue(names.ingressQueue),
      ...age,
      threshold: LATE_SECONDS,
      description: "The oldest event has waited for 15 minutes: evp status and evp groups tell what it waits for.",
    }),
    alarm(stack, ["half", "retention"], {
      ...onQueue(names.ingressQueue),
      ...age,
      threshold: HALF_RETENTION_SECONDS,
      description: "The oldest event has waited for a week, and SQS drops it after another one: act today.",
    }),
  ];
}

/** "Monitoring Amazon SNS topics using CloudWatch". What SNS redrives, the alarm of the undelivered queue tells. */
function topicAlarms({ stack, names }: Settings, clientId: string): Alarm[] {
  const { logicalId, terraform } = clientPart(clientId);
  const onTopic = {
    namespace: "AWS/SNS",
    dimensions: { TopicName: names.topicOf(clientId) },
    statistic: "Sum",
    threshold: 0,
    minutes: 1,
  } as const;
  return [
    {
      ...onTopic,
      cloudFormation: logicalId("FailedAlarm"),
      terraform: `${terraform}_failed`,
      name: `${stack}-client-${clientId}-failed`,
      metric: "NumberOfNotificationsFailed",
      description: `SNS could not deliver to the queue of ${clientId}: look at the queue and its policy.`,
    },
    {
      ...onTopic,
      cloudFormation: logicalId("LostAlarm"),
      terraform: `${terraform}_lost`,
      name: `${stack}-client-${clientId}-lost`,
      metric: "NumberOfNotificationsFailedToRedriveToDlq",
      description: `SNS could deliver neither to the queue of ${clientId} nor to the undelivered queue: evp verify finds what is missing, evp replay sends it again.`,
    },
  ];
}

/** "DynamoDB metrics and dimensions": of a table, and of each index, which throttles the writes of its table. */
function throttleAlarms(stack: string, table: string, { name: TableName, indexes }: DesiredTable): Alarm[] {
  const throttled = { namespace: "AWS/DynamoDB", statistic: "Sum", threshold: 0, minutes: 5 } as const;
  const description = `DynamoDB has throttled ${TableName} for five minutes: evp waits and goes on, more slowly.`;
  const ofTable = (["Read", "Write"] as const).map((kind) =>
    alarm(stack, [table, kind.toLowerCase(), "throttled"], {
      ...throttled,
      description,
      metric: `${kind}ThrottleEvents`,
      dimensions: { TableName },
    }),
  );
  const ofIndexes = indexes.map(({ name: GlobalSecondaryIndexName }) =>
    alarm(stack, [table, ...GlobalSecondaryIndexName.split("-"), "throttled"], {
      ...throttled,
      description,
      metric: "WriteThrottleEvents",
      dimensions: { TableName, GlobalSecondaryIndexName },
    }),
  );
  return [...ofTable, ...ofIndexes];
}

/** "Types of metrics for Lambda functions". */
export function functionAlarms(stack: string, FunctionName: string): Alarm[] {
  const onFunction = {
    namespace: "AWS/Lambda",
    dimensions: { FunctionName },
    statistic: "Sum",
    threshold: 0,
    minutes: 5,
  } as const;
  return [
    alarm(stack, ["function", "errors"], {
      ...onFunction,
      metric: "Errors",
      description: "The function has failed for five minutes: its log tells why. No event is lost meanwhile.",
    }),
    alarm(stack, ["function", "throttles"], {
      ...onFunction,
      metric: "Throttles",
      description: "Lambda has throttled the function for five minutes: raise its concurrency, or the account's.",
    }),
  ];
}
