import type { AttributeDefinition, KeySchemaElement } from "@aws-sdk/client-dynamodb";
import type { DesiredIndex, DesiredTable, KeyAttribute } from "../../../core/stack-plan.js";
import type { Difference } from "../../../core/stack-plan-differences.js";
import { tagsForUntagged, tagsOf } from "../../../core/stack-plan-tags.js";
import { isCallError } from "../../../ports/call.js";
import type { Clock } from "../../../ports/clock.js";
import { ALL_DONE, inspectionOf, type ResourceHandler } from "../../resource-handler.js";
import type { DynamoDbService } from "../services.js";
import { ifSupported } from "../unsupported.js";
import { fromTagList, isRemovable, isTagMissing, type Tags, tagDifferences, toTagList } from "./ownership.js";
import {
  activeTable,
  describeTable,
  indexAttribute,
  indexDifferences,
  keyDifferences,
  settledTable,
} from "./table-description.js";

interface TableParts {
  dynamodb: DynamoDbService;
  clock: Clock;
}

/** A table, its indexes and its tags. How an existing table is billed is left alone: that is a matter of cost. */
export function tableHandler(parts: TableParts, resource: DesiredTable): ResourceHandler {
  return {
    async inspect() {
      const found = await settledTable(parts, resource.name);
      if (found === undefined) return { state: "absent" };
      const tags = tagDifferences(resource, await readTags(parts, resource));
      return inspectionOf({
        changeable: [...indexDifferences(resource, found), ...tags.changeable],
        unchangeable: [...keyDifferences(resource, found), ...tags.unchangeable],
      });
    },
    async create() {
      await unlessThere(() => createTable(parts, resource));
      await activeTable(parts, resource.name);
      await tagIfUntagged(parts, resource);
      return ALL_DONE;
    },
    async update(differences) {
      const skipped: string[] = [];
      for (const name of indexesOf(resource, differences)) {
        if (!(await switchIndex(parts, resource, name))) skipped.push(`index ${name} on ${resource.name}`);
      }
      if (isTagMissing(differences)) await tag(parts, resource, tagsForUntagged(resource));
      return { skipped };
    },
    async remove() {
      if ((await settledTable(parts, resource.name)) === undefined) return "absent";
      if (!isRemovable(resource, await readTags(parts, resource))) return "kept";
      await parts.dynamodb.call(`deleting table ${resource.name}`, (sdk, client, options) =>
        client.send(new sdk.DeleteTableCommand({ TableName: resource.name }), options),
      );
      await settledTable(parts, resource.name);
      return "removed";
    },
  };
}

/** Another `evp init` may have been faster ("CreateTable", ResourceInUseException). */
async function unlessThere(create: () => Promise<void>): Promise<void> {
  try {
    await create();
  } catch (error) {
    if (!isCallError(error) || error.fault.code !== "ResourceInUseException") throw error;
  }
}

/** On demand, keys only in the indexes, encrypted as DynamoDB always does ("CreateTable"). */
async function createTable({ dynamodb }: TableParts, resource: DesiredTable): Promise<void> {
  const indexes = resource.indexes.map(toIndex);
  await dynamodb.call(`creating table ${resource.name}`, (sdk, client, options) =>
    client.send(
      new sdk.CreateTableCommand({
        TableName: resource.name,
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: keySchema(resource.key),
        AttributeDefinitions: attributeDefinitions([resource.key, ...resource.indexes.map(({ key }) => key)]),
        GlobalSecondaryIndexes: indexes.length === 0 ? undefined : indexes,
        Tags: toTagList(tagsOf(resource)),
      }),
      options,
    ),
  );
}

/** Some emulators take the tags of a new table and forget them. */
async function tagIfUntagged(parts: TableParts, resource: DesiredTable): Promise<void> {
  const tags = await readTags(parts, resource);
  if (tags !== undefined && Object.keys(tags).length === 0) await tag(parts, resource, tagsOf(resource));
}

async function tag({ dynamodb }: TableParts, { arn, name }: DesiredTable, tags: Record<string, string>): Promise<void> {
  await dynamodb.call(`tagging table ${name}`, (sdk, client, options) =>
    client.send(new sdk.TagResourceCommand({ ResourceArn: arn, Tags: toTagList(tags) }), options),
  );
}

async function readTags({ dynamodb }: TableParts, { arn, name }: DesiredTable): Promise<Tags> {
  const answer = await ifSupported(
    () =>
      dynamodb.call(`reading the tags of table ${name}`, (sdk, client, options) =>
        client.send(new sdk.ListTagsOfResourceCommand({ ResourceArn: arn }), options),
      ),
    undefined,
  );
  return answer === undefined ? undefined : fromTagList(answer.Tags);
}

function indexesOf(resource: DesiredTable, differences: Difference[]): string[] {
  const all = [...resource.indexes.map(({ name }) => name), ...resource.unwantedIndexes];
  return all.filter((name) => differences.some(({ attribute }) => attribute === indexAttribute(name)));
}

/** Makes or deletes one index, since DynamoDB does one at a time ("UpdateTable"), and waits for it. @returns false when the target took the request and did nothing */
async function switchIndex(parts: TableParts, resource: DesiredTable, name: string): Promise<boolean> {
  const index = resource.indexes.find((wanted) => wanted.name === name);
  const change = index === undefined ? { Delete: { IndexName: name } } : { Create: toIndex(index) };
  await parts.dynamodb.call(`changing ${indexAttribute(name)} of table ${resource.name}`, (sdk, client, options) =>
    client.send(
      new sdk.UpdateTableCommand({
        TableName: resource.name,
        AttributeDefinitions: attributeDefinitions([resource.key, ...(index === undefined ? [] : [index.key])]),
        GlobalSecondaryIndexUpdates: [change],
      }),
      options,
    ),
  );
  await settledTable(parts, resource.name);
  const table = await describeTable(parts, resource.name);
  const isThere = table?.GlobalSecondaryIndexes?.some(({ IndexName }) => IndexName === name) ?? false;
  return isThere === (index !== undefined);
}

function toIndex({ name, key }: DesiredIndex) {
  return { IndexName: name, KeySchema: keySchema(key), Projection: { ProjectionType: "KEYS_ONLY" as const } };
}

function keySchema(key: KeyAttribute[]): KeySchemaElement[] {
  return key.map(({ name }, index) => ({ AttributeName: name, KeyType: index === 0 ? "HASH" : "RANGE" }));
}

/** Each attribute once, though several keys may have it. */
function attributeDefinitions(keys: KeyAttribute[][]): AttributeDefinition[] {
  const types = new Map(keys.flat().map(({ name, type }) => [name, type]));
  return [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }));
}
