/** A document of one of AWS's JSON protocols, of which nothing is known beforehand. */
export type JsonRecord = Record<string, unknown>;

export type AwsServiceName = "sqs" | "sns" | "sts" | "dynamodb" | "unknown";

/** What a request to the stack asks for. */
export interface AwsRequest {
  service: AwsServiceName;
  /** For instance `ReceiveMessage`. */
  action: string;
  /** Names of the queue, the topic or the tables that it is about. */
  resources: string[];
  /** The document of a JSON protocol (SQS, DynamoDB); empty for the Query protocol. */
  document: JsonRecord;
  /** The parameters of the Query protocol (SNS, STS); empty for a JSON protocol. */
  form: URLSearchParams;
}

const SERVICES = new Map<string | undefined, AwsServiceName>([
  ["AmazonSQS", "sqs"],
  ["DynamoDB_20120810", "dynamodb"],
]);

/** Reads what a request asks for: `X-Amz-Target` in the JSON protocols, `Action` in the Query protocol. Any bytes yield an answer. */
export function readAwsRequest(headers: Readonly<Record<string, unknown>>, body: string): AwsRequest {
  const target = headers["x-amz-target"];
  return typeof target === "string" ? readJsonProtocol(target, body) : readQueryProtocol(body);
}

function readJsonProtocol(target: string, body: string): AwsRequest {
  const [version, action = ""] = target.split(".");
  const document = parseDocument(body);
  const service = SERVICES.get(version) ?? "unknown";
  const resources = service === "sqs" ? queueNames(document) : tableNames(document);
  return { service, action, resources, document, form: new URLSearchParams() };
}

function readQueryProtocol(body: string): AwsRequest {
  const form = new URLSearchParams(body);
  const action = form.get("Action") ?? "";
  const service = form.get("Version") === "2011-06-15" ? "sts" : action === "" ? "unknown" : "sns";
  const topic = form.get("TopicArn")?.split(":").at(-1);
  return { service, action, resources: topic === undefined ? [] : [topic], document: {}, form };
}

function queueNames({ QueueUrl, QueueName }: JsonRecord): string[] {
  const name = typeof QueueUrl === "string" ? QueueUrl.split("/").at(-1) : QueueName;
  return typeof name === "string" ? [name] : [];
}

/** One table, the tables of a batch, or those that PartiQL statements name. */
function tableNames({ TableName, RequestItems, Statements }: JsonRecord): string[] {
  if (typeof TableName === "string") return [TableName];
  if (isRecord(RequestItems)) return Object.keys(RequestItems);
  const statements = Array.isArray(Statements) ? Statements.filter(isRecord) : [];
  const named = statements.map(({ Statement }) => /"([^"]+)"/.exec(String(Statement))?.[1] ?? "");
  return [...new Set(named)];
}

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @returns an empty document where the text is none */
export function parseDocument(text: string): JsonRecord {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}
