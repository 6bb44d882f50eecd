import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { PublishBatchCommand, type SNSClient } from "@aws-sdk/client-sns";
import { ReceiveMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, describe, expect, it } from "vitest";
import { callDirectly } from "../../../src/adapters/aws/direct/direct-client.js";
import { makeLean } from "../../../src/adapters/aws/lean-client.js";
import {
  answerWith,
  CALLS,
  comparable,
  QueueUrl,
  type Request,
  requestOf,
  requests,
  serveHotCalls,
  sns,
  sqs,
  TopicArn,
} from "./hot-calls.js";

serveHotCalls();

const keys = { accessKeyId: "id", secretAccessKey: "secret" };
const TOKEN = { ...keys, sessionToken: "a token/of+some=kind" };
const DIRECT_CALLS = CALLS.filter(({ name }) => !name.startsWith("Subscribe"));

function direct<Client extends SQSClient | SNSClient | DynamoDBClient>(client: Client, sent: string[] = []): Client {
  return callDirectly(makeLean(client), (operation) => sent.push(operation));
}

/** The signature that the SDK's own signer gives to the very same request. */
async function signatureBySdk({ headers, body }: Request, client: SQSClient | SNSClient | DynamoDBClient) {
  const { authorization = "", "x-amz-date": date } = headers;
  const [, signingRegion = "", signingService = "", names = ""] =
    /\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+)/.exec(authorization) ?? [];
  const time = String(date).replace(/(....)(..)(..T..)(..)(..Z)/, "$1-$2-$3:$4:$5");
  const signed = Object.fromEntries(names.split(";").map((name) => [name, String(headers[name])]));
  const { signer } = client.config as {
    signer?: (scheme: object) => Promise<{ sign: (...args: unknown[]) => unknown }>;
  };
  const signs = await signer?.({ name: "sigv4", signingName: signingService, signingRegion, properties: {} });
  const request = { method: "POST", protocol: "http:", hostname: "h", path: "/", query: {}, headers: signed, body };
  const options = { signingDate: new Date(time), signingRegion, signingService };
  const result = (await signs?.sign(request, options)) as { headers: Record<string, string> };
  return result.headers.authorization;
}

afterEach(() => answerWith({}));

describe("a call without the SDK", () => {
  it.each(DIRECT_CALLS)("is what the SDK would send: $name", async ({ open, command }) => {
    const usual = await requestOf(open(), command);
    const sent: string[] = [];
    const later = await requestOf(direct(open() as SQSClient, sent), command, 2);
    expect(comparable(later)).toEqual(comparable(usual));
    expect(sent).toEqual([command().constructor.name.replace("Command", "")]);
  });

  it.each(DIRECT_CALLS)("is signed as the SDK signs: $name", async ({ open, command }) => {
    for (const credentials of [keys, TOKEN]) {
      const request = await requestOf(direct(open(credentials) as SQSClient), command, 2);
      expect(request.headers["x-amz-security-token"]).toBe(credentials === TOKEN ? TOKEN.sessionToken : undefined);
      expect(request.headers.authorization).toBe(await signatureBySdk(request, open(credentials) as SQSClient));
    }
  });

  it("is not made for calls that are rare", async () => {
    const sent: string[] = [];
    const subscribe = CALLS.find(({ name }) => name.startsWith("Subscribe"));
    if (subscribe === undefined) throw new Error("no such call");
    await requestOf(direct(sns(), sent), subscribe.command, 2);
    expect(sent).toEqual([]);
  });

  it("goes where the SDK sends it again once the keys are of another kind", async () => {
    const used = [keys, keys, TOKEN, TOKEN, keys].map((each) => ({ ...each, expiration: new Date(0) }));
    const given = [...used];
    const sent: string[] = [];
    // Whoever asks twice for one call gets the same keys.
    const client = direct(
      sqs(async () => (requests.length < given.length ? (given[requests.length] ?? keys) : keys)),
      sent,
    );
    requests.length = 0;
    for (const _ of used) await client.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(requests.map(({ headers }) => headers["x-amz-security-token"])).toEqual(
      used.map((each) => ("sessionToken" in each ? each.sessionToken : undefined)),
    );
    expect(sent).toHaveLength(2);
    client.destroy();
  });

  it("asks for the credentials each time, since they may be new ones", async () => {
    let count = 0;
    const client = direct(sqs(async () => ({ ...keys, accessKeyId: `key${++count}`, expiration: new Date(0) })));
    requests.length = 0;
    for (let call = 0; call < 3; call++) await client.send(new ReceiveMessageCommand({ QueueUrl }));
    const used = requests.map(({ headers }) => /Credential=(\w+)/.exec(headers.authorization ?? "")?.[1]);
    expect(new Set(used).size).toBe(3);
    client.destroy();
  });

  it("goes by the service's clock, as the SDK does", async () => {
    const client = direct(sqs());
    requests.length = 0;
    answerWith({ headers: { date: new Date(Date.now() + 3_600_000).toUTCString() } });
    for (let call = 0; call < 3; call++) await client.send(new ReceiveMessageCommand({ QueueUrl }));
    const [, second, third] = requests.map(({ headers }) => String(headers["x-amz-date"]));
    const hour = new Date(Date.now() + 3_600_000).toISOString().slice(0, "2026-11-21T10".length).replace(/-/g, "");
    expect([second?.slice(0, hour.length), third?.slice(0, hour.length)]).toEqual([hour, hour]);
    client.destroy();
  });

  it("is given up when its signal aborts", async () => {
    const client = direct(sqs());
    await client.send(new ReceiveMessageCommand({ QueueUrl }));
    const given = new AbortController();
    const call = client.send(new ReceiveMessageCommand({ QueueUrl }), { abortSignal: given.signal });
    given.abort();
    await expect(call).rejects.toMatchObject({ name: "AbortError" });
    client.destroy();
  });
});

/** Answers to ReceiveMessage. */
const RECEIVED = [
  { name: "nothing", body: "{}" },
  { name: "no text at all", body: "" },
  { name: "text", body: '{"Messages":[{"MessageId":"m","Body":"😀","Attributes":{"MessageGroupId":"g"}}]}' },
  {
    name: "binary values",
    body: '{"Messages":[{"MessageAttributes":{"a":{"DataType":"Binary","BinaryValue":"AQI="}},"Body":"b"}]}',
  },
];

const member = (id: string) =>
  `<member><MessageId>m${id}</MessageId><SequenceNumber>1000</SequenceNumber><Id>${id}</Id></member>`;
const failed = (message: string) =>
  `<Failed><member><Code>InternalError</Code><Id>1</Id><Message>${message}</Message><SenderFault>false</SenderFault></member></Failed>`;
const published = (result: string) =>
  `<PublishBatchResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishBatchResult>${result}</PublishBatchResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></PublishBatchResponse>`;

/** Answers to PublishBatch. */
const PUBLISHED = [
  { name: "all taken", body: published(`<Failed/><Successful>${member("0")}${member("1")}</Successful>`) },
  {
    name: "all taken, by lines",
    body: published(`\n<Successful>\n${member("0")}\n</Successful>\n<Failed>\n</Failed>`),
  },
  { name: "some failed", body: published(`${failed("no")}<Successful>${member("0")}</Successful>`) },
  { name: "failed behind", body: published(`<Successful>${member("0")}</Successful>${failed("&lt;no&gt;")}`) },
  { name: "an entity", body: published(`<Failed/><Successful>${member("a&amp;b")}</Successful>`) },
  {
    name: "a field that is not known",
    body: published(`<Successful><member><Id>0</Id><New>1</New></member></Successful>`),
  },
];

describe("an answer without the SDK", () => {
  const receive = () => new ReceiveMessageCommand({ QueueUrl });
  const publish = () => new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: [] });

  async function second<Answer>(send: () => Promise<Answer>): Promise<Answer> {
    await send().catch(() => undefined);
    return send();
  }

  it.each(RECEIVED)("says what the SDK reads: $name", async ({ body }) => {
    answerWith({ body });
    const [usual, client] = [sqs(), direct(sqs())];
    const { $metadata: _, ...expected } = await usual.send(receive());
    const { $metadata: __, ...read } = await second(() => client.send(receive()));
    expect(read.Messages).toEqual(expected.Messages);
    for (const each of [usual, client]) each.destroy();
  });

  it.each(PUBLISHED)("says what the SDK reads: $name", async ({ body }) => {
    answerWith({ type: "text/xml", body });
    const [usual, client] = [sns(), direct(sns())];
    const expected = await usual.send(publish());
    const read = await second(() => client.send(publish()));
    expect(read.Successful).toEqual(expected.Successful);
    expect(read.Failed ?? []).toEqual(expected.Failed ?? []);
    for (const each of [usual, client]) each.destroy();
  });

  it("is none when it is cut off, however much of it came", async () => {
    const client = direct(sqs());
    await client.send(receive());
    answerWith({ isCut: true });
    await expect(client.send(receive())).rejects.toMatchObject({ code: "ECONNRESET" });
    client.destroy();
  });

  it("is the same error", async () => {
    answerWith({ status: 400, body: '{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"no such queue"}' });
    const client = direct(sqs());
    const error = { name: "QueueDoesNotExist", $fault: "client", message: "no such queue" };
    await expect(second(() => client.send(receive()))).rejects.toMatchObject(error);
    answerWith({
      status: 403,
      type: "text/xml",
      body: "<ErrorResponse><Error><Type>Sender</Type><Code>AuthorizationError</Code><Message>no</Message></Error></ErrorResponse>",
    });
    const topics = direct(sns());
    await expect(second(() => topics.send(publish()))).rejects.toMatchObject({ $fault: "client", message: "no" });
    for (const each of [client, topics]) each.destroy();
  });
});
