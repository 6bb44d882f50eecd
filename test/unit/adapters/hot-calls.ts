import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { BatchExecuteStatementCommand, BatchWriteItemCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { PublishBatchCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
  type SQSClientConfig,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll } from "vitest";

export type Credentials = NonNullable<SQSClientConfig["credentials"]>;

/** A request as it arrived. */
export interface Request {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

/** What the calls have sent so far. */
export const requests: Request[] = [];
const USUAL = {
  status: 200,
  type: "application/x-amz-json-1.0",
  body: "{}",
  headers: {} as Record<string, string>,
  isCut: false,
};
let answer = USUAL;

/** What every call is answered from now on. */
export function answerWith(special: Partial<typeof USUAL>): void {
  answer = { ...USUAL, ...special };
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const { method, url, headers } = request;
    requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    response.writeHead(answer.status, { "content-type": answer.type, ...answer.headers });
    if (!answer.isCut) response.end(answer.body);
    else response.write(answer.body, () => response.destroy());
  });
});

/** Listens while the tests of one file run; each file asks for it, since they may share this module. */
export function serveHotCalls(): void {
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
  afterAll(() => new Promise((resolve) => server.close(resolve)));
}

export function configOf(credentials: Credentials = { accessKeyId: "id", secretAccessKey: "secret" }) {
  const { port } = server.address() as AddressInfo;
  return { endpoint: `http://127.0.0.1:${port}`, region: "eu-west-1", credentials, maxAttempts: 1 };
}

/** Headers about the caller that the lean client leaves out, those that differ from call to call, and the body's hash. */
const LEFT_OUT = [
  "user-agent",
  "x-amz-user-agent",
  "amz-sdk-invocation-id",
  "amz-sdk-request",
  "x-amz-date",
  "x-amz-content-sha256",
  "authorization",
];

export function comparable({ method, url, headers, body }: Request) {
  const kept = Object.entries(headers).filter(([name]) => !LEFT_OUT.includes(name));
  // The order of members and of parameters is nobody's business.
  const members = body.startsWith("{") ? JSON.parse(body) : body.split("&").sort();
  return { method, url, headers: Object.fromEntries(kept), members };
}

/** Text that each encoding has its own way with. */
const AWKWARD = 'é😀 "quotes" \\ & = + % ! \' ( ) * ~ / : \u2028 \n\t <>';
const attributes = { "evp-event-id": { DataType: "String", StringValue: AWKWARD } };
const entry = { MessageGroupId: `group ${AWKWARD}`, MessageDeduplicationId: "d", MessageAttributes: attributes };
const item = {
  eventId: { S: AWKWARD },
  at: { N: "12" },
  isDoubtful: { BOOL: true },
  envelope: { M: { id: { S: "e" } } },
};
export const QueueUrl = "http://sqs.test/000000000000/q.fifo";
export const TopicArn = "arn:aws:sns:eu-west-1:000000000000:t.fifo";

export const sqs = (credentials?: Credentials) =>
  new SQSClient({ ...configOf(credentials), useQueueUrlAsEndpoint: false, md5: false });
export const sns = (credentials?: Credentials) => new SNSClient(configOf(credentials));
const dynamodb = (credentials?: Credentials) => new DynamoDBClient(configOf(credentials));

/** Every kind of call that is made for each event. */
export const CALLS = [
  {
    name: "ReceiveMessage",
    open: sqs,
    command: () =>
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: undefined,
        MessageAttributeNames: ["All"],
      }),
  },
  {
    name: "SendMessageBatch",
    open: sqs,
    command: () => new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: "0", MessageBody: AWKWARD, ...entry }] }),
  },
  {
    name: "DeleteMessageBatch",
    open: sqs,
    command: () => new DeleteMessageBatchCommand({ QueueUrl, Entries: [{ Id: "0", ReceiptHandle: AWKWARD }] }),
  },
  {
    name: "PublishBatch",
    open: sns,
    command: () =>
      new PublishBatchCommand({
        TopicArn,
        PublishBatchRequestEntries: [
          { Id: "0", Message: AWKWARD, ...entry },
          { Id: "1", Message: "plain", MessageGroupId: "g", MessageDeduplicationId: "d2" },
        ],
      }),
  },
  {
    name: "Subscribe, which is written by the SDK itself",
    open: sns,
    command: () => new SubscribeCommand({ TopicArn, Protocol: "sqs", Attributes: { RawMessageDelivery: "true" } }),
  },
  {
    name: "BatchExecuteStatement",
    open: dynamodb,
    command: () =>
      new BatchExecuteStatementCommand({
        Statements: [{ Statement: `INSERT INTO "t" VALUE {'a':?}`, Parameters: [{ S: AWKWARD }, { NULL: true }] }],
      }),
  },
  {
    name: "BatchWriteItem",
    open: dynamodb,
    command: () => new BatchWriteItemCommand({ RequestItems: { "evp-events": [{ PutRequest: { Item: item } }] } }),
  },
];

interface Sender {
  send(command: never): Promise<unknown>;
  destroy(): void;
}

/** What a client sends at its first call, or at a later one. */
export async function requestOf(client: Sender, command: () => unknown, calls = 1) {
  requests.length = 0;
  for (let call = 0; call < calls; call++) await client.send(command() as never).catch(() => undefined);
  client.destroy();
  const request = requests.at(-1);
  if (requests.length !== calls || request === undefined) throw new Error(`${requests.length} requests were sent`);
  return request;
}
