import type { Json, JsonObject } from "../event.js";
import type { DesiredIndex, DesiredResource, DesiredTable, KeyAttribute, Tagged } from "../stack-plan.js";
import { tagsOf } from "../stack-plan-tags.js";
import { cloudFormationText, type TextWriter } from "./cloudformation-text.js";
import { withTexts } from "./place.js";
import {
  QUEUE_SETTINGS,
  type SettingType,
  SUBSCRIPTION_SETTINGS,
  TOPIC_SETTINGS,
  typeOfSetting,
} from "./setting-types.js";
import { type StackExport, tableParts, withReferences } from "./stack-export.js";

/** What holds events stays when the CloudFormation stack, or the client, is gone ("DeletionPolicy attribute"). */
const KEPT = { DeletionPolicy: "RetainExceptOnCreate", UpdateReplacePolicy: "Retain" };

/** The resources of a plan by logical id. Settings that are parts of a table are in it; clients' records are `evp init`'s to write. */
export function cloudFormationResources(stack: StackExport): JsonObject {
  const resources = withReferences(stack.plan).flatMap(({ resource, known }): [string, Json][] => {
    const written = resourceOf(stack, resource, cloudFormationText(stack, known));
    return written === undefined ? [] : [[stack.idOf(resource).cloudFormation, written]];
  });
  return Object.fromEntries(resources);
}

function resourceOf(stack: StackExport, resource: DesiredResource, text: TextWriter): JsonObject | undefined {
  switch (resource.kind) {
    case "queue": {
      const Properties = {
        QueueName: resource.name,
        ...settingsOf(QUEUE_SETTINGS, resource.attributes, text),
        Tags: tagList(resource),
      };
      return { Type: "AWS::SQS::Queue", ...KEPT, Properties };
    }
    case "queue-policy": {
      const PolicyDocument = withTexts(JSON.parse(resource.policy), text);
      return {
        Type: "AWS::SQS::QueuePolicy",
        Properties: { Queues: [{ Ref: queueId(stack, resource) }], PolicyDocument },
      };
    }
    case "topic": {
      const settings = settingsOf(TOPIC_SETTINGS, resource.attributes, text);
      return {
        Type: "AWS::SNS::Topic",
        Properties: { TopicName: resource.name, ...settings, Tags: tagList(resource) },
      };
    }
    case "subscription": {
      const { topicArn, queueArn, attributes } = resource;
      const target = { TopicArn: text(topicArn), Protocol: "sqs", Endpoint: text(queueArn) };
      const Properties = { ...target, ...settingsOf(SUBSCRIPTION_SETTINGS, attributes, text) };
      return { Type: "AWS::SNS::Subscription", Properties };
    }
    case "table":
      return { Type: "AWS::DynamoDB::Table", ...KEPT, Properties: tableProperties(stack, resource) };
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

function queueId({ plan, idOf }: StackExport, { name }: DesiredResource): string {
  const queue = plan.find((resource) => resource.kind === "queue" && resource.name === name);
  if (queue === undefined) throw new Error(`the plan has no queue ${name}`);
  return idOf(queue).cloudFormation;
}

/** @param attributes - settings as the API takes them */
function settingsOf(
  types: Record<string, SettingType>,
  attributes: Record<string, string>,
  text: TextWriter,
): JsonObject {
  const typed = Object.entries(attributes).map(([name, value]): [string, Json] => {
    const { type } = typeOfSetting(types, name);
    return [name, type === "text" ? value : withTexts(JSON.parse(value), text)];
  });
  return Object.fromEntries(typed);
}

function tagList(resource: Tagged): Json {
  return Object.entries(tagsOf(resource)).map(([Key, Value]) => ({ Key, Value }));
}

/** On demand, as `evp init` makes it. */
function tableProperties(stack: StackExport, table: DesiredTable): JsonObject {
  const { types, ttl, isRecoverable } = tableParts(stack, table);
  return {
    TableName: table.name,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
    KeySchema: keySchema(table.key),
    ...(table.indexes.length === 0 ? {} : { GlobalSecondaryIndexes: table.indexes.map(indexOf) }),
    ...(ttl === undefined ? {} : { TimeToLiveSpecification: { AttributeName: ttl.attribute, Enabled: true } }),
    ...(isRecoverable ? { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } } : {}),
    Tags: tagList(table),
  };
}

function indexOf({ name, key }: DesiredIndex): JsonObject {
  return { IndexName: name, KeySchema: keySchema(key), Projection: { ProjectionType: "KEYS_ONLY" } };
}

function keySchema(key: KeyAttribute[]): Json {
  return key.map(({ name }, index) => ({ AttributeName: name, KeyType: index === 0 ? "HASH" : "RANGE" }));
}
