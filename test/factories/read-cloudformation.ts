import { arnAt, HERE, type Made, type MadeTable } from "./deployment.js";

interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
}
type Resources = Record<string, Resource>;

const SERVICES: Record<string, [service: string, name: string, prefix: string]> = {
  "AWS::SQS::Queue": ["sqs", "QueueName", ""],
  "AWS::SNS::Topic": ["sns", "TopicName", ""],
  "AWS::DynamoDB::Table": ["dynamodb", "TableName", "table/"],
};

/**
 * Reads what a template makes of queues, topics and tables. A reference to what is made later is a mistake here, though not to
 * CloudFormation, which sorts: without any there can be no circle.
 */
export function readCloudFormation(template: { Resources?: unknown }): Made[] {
  const made: Made[] = [];
  const earlier: Resources = {};
  for (const [id, resource] of Object.entries((template.Resources ?? {}) as Resources)) {
    const { Type } = resource;
    if (!/^AWS::(SQS|SNS|DynamoDB)::/.test(Type)) continue;
    const read = readResource(Type, resolve(resource.Properties, earlier) as Record<string, unknown>);
    made.push(read);
    earlier[id] = resource;
  }
  return made;
}

function readResource(type: string, properties: Record<string, unknown>): Made {
  const { QueueName, TopicName, TopicArn, Endpoint, Tags, ...settings } = properties;
  switch (type) {
    case "AWS::SQS::Queue":
      return { kind: "queue", name: String(QueueName), attributes: toAttributes(settings), tags: readTags(Tags) };
    case "AWS::SQS::QueuePolicy": {
      const [name] = properties.Queues as string[];
      return { kind: "queue-policy", name: String(name), policy: JSON.stringify(properties.PolicyDocument) };
    }
    case "AWS::SNS::Topic":
      return { kind: "topic", name: String(TopicName), attributes: toAttributes(settings), tags: readTags(Tags) };
    case "AWS::SNS::Subscription": {
      const { Protocol: _, ...attributes } = settings;
      const target = { topicArn: String(TopicArn), queueArn: String(Endpoint) };
      return { kind: "subscription", ...target, attributes: toAttributes(attributes) };
    }
    case "AWS::DynamoDB::Table":
      return readTable(properties as unknown as TableProperties);
    default:
      throw new Error(`the test reads no ${type}`);
  }
}

interface KeyPart {
  AttributeName: string;
  KeyType: "HASH" | "RANGE";
}

interface TableProperties {
  TableName: string;
  BillingMode: string;
  KeySchema: KeyPart[];
  AttributeDefinitions: { AttributeName: string; AttributeType: "S" | "N" }[];
  GlobalSecondaryIndexes?: { IndexName: string; KeySchema: KeyPart[] }[];
  TimeToLiveSpecification?: { AttributeName: string; Enabled: boolean };
  PointInTimeRecoverySpecification?: { PointInTimeRecoveryEnabled: boolean };
  Tags: unknown;
}

function readTable(table: TableProperties): MadeTable {
  const { TimeToLiveSpecification: ttl, PointInTimeRecoverySpecification: recovery } = table;
  return {
    kind: "table",
    name: table.TableName,
    key: table.KeySchema.map(({ AttributeName }) => AttributeName),
    types: Object.fromEntries(table.AttributeDefinitions.map((one) => [one.AttributeName, one.AttributeType])),
    indexes: (table.GlobalSecondaryIndexes ?? []).map(({ IndexName, KeySchema }) => ({
      name: IndexName,
      key: KeySchema.map(({ AttributeName }) => AttributeName),
    })),
    timeToLive: ttl?.Enabled === true ? ttl.AttributeName : undefined,
    isRecoverable: recovery?.PointInTimeRecoveryEnabled === true,
    tags: readTags(table.Tags),
  };
}

/** Settings are typed in a template, and text in the API. */
function toAttributes(settings: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name,
      typeof value === "object" ? JSON.stringify(value) : String(value),
    ]),
  );
}

function readTags(tags: unknown): Record<string, string> {
  return Object.fromEntries((tags as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]));
}

function resolve(value: unknown, earlier: Resources): unknown {
  if (Array.isArray(value)) return value.map((entry) => resolve(entry, earlier));
  if (typeof value !== "object" || value === null) return value;
  const [[name, given] = ["", undefined]] = Object.entries(value);
  if (name === "Ref") return refer(String(given), earlier);
  if (name === "Fn::GetAtt") return refer((given as string[]).join("."), earlier);
  if (name === "Fn::Sub") return String(given).replace(/\$\{([^}]+)\}/g, (_, inner: string) => refer(inner, earlier));
  return Object.fromEntries(Object.entries(value).map(([member, inner]) => [member, resolve(inner, earlier)]));
}

const PSEUDO: Record<string, string> = {
  "AWS::Partition": HERE.partition,
  "AWS::Region": HERE.region,
  "AWS::AccountId": HERE.account,
};

/** A queue's `Ref` is its URL, which here is as good as its name. */
function refer(what: string, earlier: Resources): string {
  const pseudo = PSEUDO[what];
  if (pseudo !== undefined) return pseudo;
  const [id = "", attribute] = what.split(".");
  const resource = earlier[id];
  const [service = "", nameProperty = "", prefix = ""] = SERVICES[resource?.Type ?? ""] ?? [];
  if (resource === undefined || service === "") throw new Error(`${what} refers to nothing that was made before`);
  const name = String(resource.Properties[nameProperty]);
  const isArn = attribute === "Arn" || resource.Type === "AWS::SNS::Topic";
  return isArn ? arnAt(service, `${prefix}${name}`) : name;
}
