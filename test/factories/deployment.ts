import type { AwsServices } from "../../src/adapters/aws/services.js";

/** What a template makes, in its order, as the API takes it. */
export type Made =
  | { kind: "queue"; name: string; attributes: Record<string, string>; tags: Record<string, string> }
  | { kind: "queue-policy"; name: string; policy: string }
  | { kind: "topic"; name: string; attributes: Record<string, string>; tags: Record<string, string> }
  | { kind: "subscription"; topicArn: string; queueArn: string; attributes: Record<string, string> }
  | MadeTable;

export interface MadeTable {
  kind: "table";
  name: string;
  /** Names in order: the partition key first. */
  key: string[];
  types: Record<string, "S" | "N">;
  indexes: { name: string; key: string[] }[];
  timeToLive: string | undefined;
  isRecoverable: boolean;
  tags: Record<string, string>;
}

/** Where a template is deployed: the embedded stack's own account. */
export const HERE = { partition: "aws", region: "us-east-1", account: "000000000000" };

export function arnAt(service: string, name: string): string {
  return `arn:${HERE.partition}:${service}:${HERE.region}:${HERE.account}:${name}`;
}

/** Makes everything, by the API, as CloudFormation or Terraform would. */
export async function deploy(services: AwsServices, made: Made[]): Promise<void> {
  for (const one of made) await make(services, one);
}

async function make({ sqs, sns, dynamodb }: AwsServices, made: Made): Promise<void> {
  switch (made.kind) {
    case "queue":
      await sqs.call("making a queue", (sdk, client) =>
        client.send(new sdk.CreateQueueCommand({ QueueName: made.name, Attributes: made.attributes, tags: made.tags })),
      );
      return;
    case "queue-policy":
      await sqs.call("setting a policy", async (sdk, client) => {
        const { QueueUrl } = await client.send(new sdk.GetQueueUrlCommand({ QueueName: made.name }));
        return client.send(new sdk.SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: made.policy } }));
      });
      return;
    case "topic": {
      const Tags = tagList(made.tags);
      await sns.call("making a topic", (sdk, client) =>
        client.send(new sdk.CreateTopicCommand({ Name: made.name, Attributes: made.attributes, Tags })),
      );
      return;
    }
    case "subscription":
      await sns.call("subscribing", (sdk, client) =>
        client.send(
          new sdk.SubscribeCommand({
            TopicArn: made.topicArn,
            Protocol: "sqs",
            Endpoint: made.queueArn,
            Attributes: made.attributes,
          }),
        ),
      );
      return;
    case "table":
      await dynamodb.call("making a table", (sdk, client) => client.send(new sdk.CreateTableCommand(toInput(made))));
  }
}

function toInput({ name, key, types, indexes, tags }: MadeTable) {
  return {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST" as const,
    KeySchema: keySchema(key),
    AttributeDefinitions: Object.entries(types).map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    })),
    GlobalSecondaryIndexes:
      indexes.length === 0
        ? undefined
        : indexes.map((index) => ({
            IndexName: index.name,
            KeySchema: keySchema(index.key),
            Projection: { ProjectionType: "KEYS_ONLY" as const },
          })),
    Tags: tagList(tags),
  };
}

function keySchema(key: string[]) {
  return key.map((AttributeName, index) => ({
    AttributeName,
    KeyType: index === 0 ? ("HASH" as const) : ("RANGE" as const),
  }));
}

function tagList(tags: Record<string, string>) {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
