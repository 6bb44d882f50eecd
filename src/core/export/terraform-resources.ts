import type { Json, JsonObject } from "../event.js";
import type { DesiredResource, DesiredTable } from "../stack-plan.js";
import { tagsOf } from "../stack-plan-tags.js";
import {
  QUEUE_SETTINGS,
  type SettingType,
  SUBSCRIPTION_SETTINGS,
  TOPIC_SETTINGS,
  typeOfSetting,
} from "./setting-types.js";
import { type StackExport, tableParts, withReferences } from "./stack-export.js";
import type { Block } from "./terraform-blocks.js";
import { documentText, expression, type TemplateWriter, terraformText } from "./terraform-text.js";

/** What holds events is not destroyed by a mistake ("The lifecycle meta-argument"). */
const KEPT = { lifecycle: { prevent_destroy: true } };

/** The resources of a plan. Settings that are parts of a table are in it; clients' records are `evp init`'s to write. */
export function terraformResources(stack: StackExport): Block[] {
  return withReferences(stack.plan).flatMap(({ resource, known }) => {
    const block = blockOf(stack, resource, terraformText(stack, known));
    return block === undefined ? [] : [{ ...block, name: stack.idOf(resource).terraform }];
  });
}

function blockOf(stack: StackExport, resource: DesiredResource, text: TemplateWriter): Omit<Block, "name"> | undefined {
  switch (resource.kind) {
    case "queue": {
      const settings = settingsOf(QUEUE_SETTINGS, resource.attributes, text);
      return { type: "aws_sqs_queue", body: { name: resource.name, ...settings, tags: tagsOf(resource), ...KEPT } };
    }
    case "queue-policy": {
      const queue_url = expression(`aws_sqs_queue.${stack.idOf(resource).terraform}.url`);
      return {
        type: "aws_sqs_queue_policy",
        body: { queue_url, policy: documentText(JSON.parse(resource.policy), text) },
      };
    }
    case "topic": {
      const settings = settingsOf(TOPIC_SETTINGS, resource.attributes, text);
      return { type: "aws_sns_topic", body: { name: resource.name, ...settings, tags: tagsOf(resource) } };
    }
    case "subscription": {
      const { topicArn, queueArn, attributes } = resource;
      const target = { topic_arn: text(topicArn), protocol: "sqs", endpoint: text(queueArn) };
      const body = { ...target, ...settingsOf(SUBSCRIPTION_SETTINGS, attributes, text) };
      return { type: "aws_sns_topic_subscription", body };
    }
    case "table":
      return { type: "aws_dynamodb_table", body: tableBody(stack, resource) };
    case "time-to-live":
    case "point-in-time-recovery":
    case "client":
    // A database of one's own is nothing of AWS's: `evp init` makes its schema.
    case "database-schema":
    case "database-migration":
    case "database-views":
      return undefined;
  }
}

function settingsOf(
  types: Record<string, SettingType>,
  attributes: Record<string, string>,
  text: TemplateWriter,
): JsonObject {
  const typed = Object.entries(attributes).flatMap(([attribute, value]): [string, Json][] => {
    const { type, terraform } = typeOfSetting(types, attribute);
    if (terraform === undefined) return [];
    if (type === "text") return [[terraform, text(value)]];
    const read: Json = JSON.parse(value);
    return [[terraform, type === "document" ? documentText(read, text) : read]];
  });
  return Object.fromEntries(typed);
}

/** What the provider has no argument for, and `evp init` therefore sets afterwards: one line each. */
export function leftToInit({ plan }: StackExport): string[] {
  return plan.flatMap((resource) =>
    resource.kind === "topic"
      ? Object.keys(resource.attributes)
          .filter((attribute) => typeOfSetting(TOPIC_SETTINGS, attribute).terraform === undefined)
          .map((attribute) => `${attribute} of topic ${resource.name}`)
      : [],
  );
}

/** On demand, as `evp init` makes it. */
function tableBody(stack: StackExport, table: DesiredTable): JsonObject {
  const { types, ttl, isRecoverable } = tableParts(stack, table);
  const [partition, sort] = table.key;
  return {
    name: table.name,
    billing_mode: "PAY_PER_REQUEST",
    ...(partition === undefined ? {} : { hash_key: partition.name }),
    ...(sort === undefined ? {} : { range_key: sort.name }),
    attribute: [...types].map(([name, type]) => ({ name, type })),
    ...(table.indexes.length === 0 ? {} : { global_secondary_index: table.indexes.map(indexBlock) }),
    ...(ttl === undefined ? {} : { ttl: { attribute_name: ttl.attribute, enabled: true } }),
    ...(isRecoverable ? { point_in_time_recovery: { enabled: true } } : {}),
    tags: tagsOf(table),
    ...KEPT,
  };
}

function indexBlock({ name, key }: DesiredTable["indexes"][number]): JsonObject {
  const key_schema = key.map((one, index) => ({ attribute_name: one.name, key_type: index === 0 ? "HASH" : "RANGE" }));
  return { name, projection_type: "KEYS_ONLY", key_schema };
}
