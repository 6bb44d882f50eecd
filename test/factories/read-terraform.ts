import { arnAt, HERE, type Made, type MadeTable } from "./deployment.js";

type Body = Record<string, unknown>;
type Resources = Record<string, Record<string, Body>>;

/** Arguments of Terraform's AWS provider, and the attributes of the API that they set (its documentation of each resource). */
const ATTRIBUTES: Record<string, string> = {
  fifo_queue: "FifoQueue",
  fifo_topic: "FifoTopic",
  deduplication_scope: "DeduplicationScope",
  fifo_throughput_limit: "FifoThroughputLimit",
  fifo_throughput_scope: "FifoThroughputScope",
  content_based_deduplication: "ContentBasedDeduplication",
  message_retention_seconds: "MessageRetentionPeriod",
  sqs_managed_sse_enabled: "SqsManagedSseEnabled",
  visibility_timeout_seconds: "VisibilityTimeout",
  max_message_size: "MaximumMessageSize",
  redrive_policy: "RedrivePolicy",
  redrive_allow_policy: "RedriveAllowPolicy",
  raw_message_delivery: "RawMessageDelivery",
};

/** Reads what a configuration makes of queues, topics and tables, what is referred to before what refers. */
export function readTerraform({ resource }: { resource?: unknown }): Made[] {
  const resources = (resource ?? {}) as Resources;
  const read = (type: string, toMade: (body: Body) => Made) =>
    Object.values(resources[type] ?? {}).map((body) => toMade(resolve(body, resources) as Body));
  return [
    ...read("aws_sqs_queue", readQueue).sort((left, right) => Number(isSource(left)) - Number(isSource(right))),
    ...read("aws_sqs_queue_policy", ({ queue_url, policy }) => ({
      kind: "queue-policy",
      name: String(queue_url),
      policy: String(policy),
    })),
    ...read("aws_sns_topic", ({ name, tags, ...settings }) => ({
      kind: "topic",
      name: String(name),
      attributes: toAttributes(settings),
      tags: tags as Record<string, string>,
    })),
    ...read("aws_sns_topic_subscription", ({ topic_arn, protocol: _, endpoint, ...settings }) => ({
      kind: "subscription",
      topicArn: String(topic_arn),
      queueArn: String(endpoint),
      attributes: toAttributes(settings),
    })),
    ...read("aws_dynamodb_table", readTable),
  ];
}

/** The embedded stack, as SQS, wants a dead-letter queue to be there. */
function isSource(made: Made): boolean {
  return made.kind === "queue" && made.attributes.RedrivePolicy !== undefined;
}

function readQueue({ name, tags, lifecycle: _, ...settings }: Body): Made {
  return {
    kind: "queue",
    name: String(name),
    attributes: toAttributes(settings),
    tags: tags as Record<string, string>,
  };
}

interface TableBody {
  name: string;
  hash_key: string;
  range_key?: string;
  attribute: { name: string; type: "S" | "N" }[];
  global_secondary_index?: { name: string; key_schema: { attribute_name: string; key_type: string }[] }[];
  ttl?: { attribute_name: string; enabled: boolean };
  point_in_time_recovery?: { enabled: boolean };
  tags: Record<string, string>;
}

function readTable(body: Body): MadeTable {
  const table = body as unknown as TableBody;
  return {
    kind: "table",
    name: table.name,
    key: [table.hash_key, ...(table.range_key === undefined ? [] : [table.range_key])],
    types: Object.fromEntries(table.attribute.map(({ name, type }) => [name, type])),
    indexes: (table.global_secondary_index ?? []).map(({ name, key_schema }) => ({
      name,
      key: key_schema.map(({ attribute_name }) => attribute_name),
    })),
    timeToLive: table.ttl?.enabled === true ? table.ttl.attribute_name : undefined,
    isRecoverable: table.point_in_time_recovery?.enabled === true,
    tags: table.tags,
  };
}

function toAttributes(settings: Body): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([argument, value]) => {
      const attribute = ATTRIBUTES[argument];
      if (attribute === undefined) throw new Error(`the provider has no argument ${argument}`);
      return [attribute, String(value)];
    }),
  );
}

function resolve(value: unknown, resources: Resources): unknown {
  if (Array.isArray(value)) return value.map((entry) => resolve(entry, resources));
  if (typeof value === "string") return value.replace(/\$\{([^}]+)\}/g, (_, inner: string) => refer(inner, resources));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([member, inner]) => [member, resolve(inner, resources)]));
}

const PLACE: Record<string, string> = {
  "data.aws_partition.current.partition": HERE.partition,
  "data.aws_region.current.region": HERE.region,
  "data.aws_caller_identity.current.account_id": HERE.account,
};

const SERVICES: Record<string, [service: string, prefix: string]> = {
  aws_sqs_queue: ["sqs", ""],
  aws_sns_topic: ["sns", ""],
  aws_dynamodb_table: ["dynamodb", "table/"],
};

/** A queue's URL here is as good as its name. */
function refer(what: string, resources: Resources): string {
  const place = PLACE[what];
  if (place !== undefined) return place;
  const [type = "", id = "", attribute = ""] = what.split(".");
  const name = resources[type]?.[id]?.name;
  const [service = "", prefix = ""] = SERVICES[type] ?? [];
  if (name === undefined || service === "") throw new Error(`${what} refers to nothing`);
  if (attribute === "arn") return arnAt(service, `${prefix}${name}`);
  if (attribute === "url") return String(name);
  throw new Error(`${type} has no ${attribute}`);
}
