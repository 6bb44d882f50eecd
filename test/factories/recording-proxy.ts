import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";

/** A call as IAM sees it: the action, and the last part of the ARN of what it is made on, for instance `evp-dlq.fifo` or `evp-events/index/by-client-hour`. */
export interface RecordedCall {
  action: string;
  /** Empty where the call names nothing. */
  resource: string;
  /** Partition keys, where the call names them (BatchGetItem). */
  keys?: string[];
}

/** Stands before an embedded stack and tells which calls were made through it. */
export interface RecordingProxy {
  url: string;
  /** What was called so far, each once. */
  calls(): RecordedCall[];
}

/** @param upstream URL of the embedded stack */
export async function startRecordingProxy(upstream: string): Promise<RecordingProxy> {
  const calls = new Map<string, RecordedCall>();
  const server = createServer(async (request, response) => {
    const body = await text(request);
    for (const call of readCalls(request.headers, body)) calls.set(JSON.stringify(call), call);
    const { host: _, connection: __, "content-length": ___, expect: ____, ...headers } = request.headers;
    try {
      const answer = await fetch(new URL(request.url ?? "/", upstream), {
        method: request.method ?? "POST",
        headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
        body,
      });
      response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "text/plain" });
      response.end(Buffer.from(await answer.arrayBuffer()));
    } catch {
      response.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, calls: () => [...calls.values()] };
}

/** Operations whose permission has another name ("Actions, resources, and condition keys" of SQS, SNS and DynamoDB). */
const ACTIONS: Record<string, string> = {
  SendMessageBatch: "SendMessage",
  DeleteMessageBatch: "DeleteMessage",
  ChangeMessageVisibilityBatch: "ChangeMessageVisibility",
  PublishBatch: "Publish",
  BatchExecuteStatement: "PartiQLInsert",
};

/** The IAM action that an operation of the API needs. */
export function actionOf(service: string, operation: string): string {
  return `${service}:${ACTIONS[operation] ?? operation}`;
}

function readCalls(headers: IncomingHttpHeaders, body: string): RecordedCall[] {
  const [target, operation = ""] = String(headers["x-amz-target"] ?? "").split(".");
  if (target === "") return readQuery(new URLSearchParams(body));
  const service = target === "AmazonSQS" ? "sqs" : "dynamodb";
  const read: NamingBody = JSON.parse(body);
  const names = namesIn(read);
  return [operation, ...taggingBeside(operation, read.tags ?? read.Tags)].flatMap((one) =>
    names.map((resource) => ({ action: actionOf(service, one), resource, ...keysIn(read.RequestItems?.[resource]) })),
  );
}

/** Who makes something with tags needs the right to tag ("CreateQueue", "CreateTopic", "Tagging resources in DynamoDB"). */
function taggingBeside(operation: string, tags: unknown): string[] {
  if (tags === undefined || tags === null || !operation.startsWith("Create")) return [];
  return [operation === "CreateQueue" ? "TagQueue" : "TagResource"];
}

function keysIn(request: unknown): Pick<RecordedCall, "keys"> {
  const { Keys } = (Array.isArray(request) ? {} : (request ?? {})) as { Keys?: Record<string, { S: string }>[] };
  return Keys === undefined ? {} : { keys: Keys.map((key) => (key.clientId ?? key.eventId)?.S ?? "") };
}

/** SNS and STS. */
function readQuery(form: URLSearchParams): RecordedCall[] {
  const operation = form.get("Action") ?? "";
  const named = form.get("TopicArn") ?? form.get("ResourceArn") ?? form.get("Name") ?? "";
  const service = operation === "GetCallerIdentity" ? "sts" : "sns";
  const resource = named.slice(named.lastIndexOf(":") + 1);
  return [operation, ...taggingBeside(operation, form.get("Tags.member.1.Key"))].map((one) => ({
    action: actionOf(service, one),
    resource,
  }));
}

interface NamingBody {
  QueueUrl?: string;
  QueueName?: string;
  TableName?: string;
  IndexName?: string;
  ResourceArn?: string;
  RequestItems?: Record<string, unknown>;
  Statements?: { Statement: string }[];
  tags?: unknown;
  Tags?: unknown;
}

function namesIn(body: NamingBody): string[] {
  const { QueueUrl, QueueName, TableName, IndexName, ResourceArn, RequestItems, Statements } = body;
  if (QueueUrl !== undefined) return [QueueUrl.slice(QueueUrl.lastIndexOf("/") + 1)];
  if (TableName !== undefined) return [IndexName === undefined ? TableName : `${TableName}/index/${IndexName}`];
  if (ResourceArn !== undefined) return [ResourceArn.slice(ResourceArn.lastIndexOf("/") + 1)];
  if (RequestItems !== undefined) return Object.keys(RequestItems);
  if (Statements !== undefined) return Statements.map(({ Statement }) => /INTO "([^"]+)"/.exec(Statement)?.[1] ?? "");
  return [QueueName ?? ""];
}
