import { createHash } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { BatchExecuteStatementCommand, BatchWriteItemCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { PublishBatchCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeLean } from "../../../src/adapters/aws/lean-client.js";

interface Request {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

/** What the last call sent, and what it is answered. */
const requests: Request[] = [];
let answer = { status: 200, type: "application/x-amz-json-1.0", body: "{}" };
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const { method, url, headers } = request;
    requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    response.writeHead(answer.status, { "content-type": answer.type }).end(answer.body);
  });
});

beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));

function configOf() {
  const { port } = server.address() as AddressInfo;
  const credentials = { accessKeyId: "id", secretAccessKey: "secret" };
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

function comparable({ method, url, headers, body }: Request) {
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
const QueueUrl = "http://sqs.test/000000000000/q.fifo";
const TopicArn = "arn:aws:sns:eu-west-1:000000000000:t.fifo";

const sqs = () => new SQSClient({ ...configOf(), useQueueUrlAsEndpoint: false, md5: false });
const sns = () => new SNSClient(configOf());
const dynamodb = () => new DynamoDBClient(configOf());

/** Every kind of call that is made for each event. */
const CALLS = [
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

async function requestOf(client: { send(command: never): Promise<unknown>; destroy(): void }, command: unknown) {
  requests.length = 0;
  await client.send(command as never).catch(() => undefined);
  client.destroy();
  const [request] = requests;
  if (request === undefined) throw new Error("nothing was sent");
  return request;
}

describe("a lean client", () => {
  it.each(CALLS)("sends what the SDK would: $name", async ({ open, command }) => {
    const usual = await requestOf(open(), command());
    const lean = await requestOf(makeLean(open()), command());
    expect(comparable(lean)).toEqual(comparable(usual));
    expect(lean.body).not.toBe("");
    expect(lean.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=id\/\d{8}\/eu-west-1\/\w+\/aws4_request/);
    const hash = createHash("sha256").update(lean.body).digest("hex");
    expect(lean.headers["x-amz-content-sha256"]).toBe(hash);
  });

  it("reads answers and errors as the SDK does", async () => {
    answer = { ...answer, body: '{"Messages":[{"MessageId":"m","Body":"😀","Attributes":{"MessageGroupId":"g"}}]}' };
    const reading = (client: SQSClient) => client.send(new ReceiveMessageCommand({ QueueUrl }));
    const { $metadata: _, ...usual } = await reading(sqs());
    const { $metadata: __, ...lean } = await reading(makeLean(sqs()));
    expect(lean).toEqual(usual);
    expect(lean.Messages?.[0]?.Body).toBe("😀");
    answer = {
      ...answer,
      status: 400,
      body: '{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"no such queue"}',
    };
    await expect(reading(makeLean(sqs()))).rejects.toMatchObject({ name: "QueueDoesNotExist", $fault: "client" });
    answer = { ...answer, status: 200, body: "{}" };
  });

  it("asks for the credentials at each call, since they may be new ones", async () => {
    let keys = 0;
    const credentials = async () => ({
      accessKeyId: `key${++keys}`,
      secretAccessKey: "s",
      expiration: new Date(Date.now() - 1000),
    });
    const client = makeLean(new SQSClient({ ...configOf(), credentials, md5: false }));
    requests.length = 0;
    for (let call = 0; call < 2; call++) await client.send(new ReceiveMessageCommand({ QueueUrl }));
    const used = requests.map(({ headers }) => /Credential=(\w+)/.exec(headers.authorization ?? "")?.[1]);
    expect(new Set(used).size).toBe(2);
    client.destroy();
  });
});
