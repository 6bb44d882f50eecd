import { CreateTableCommand, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { CreateTopicCommand, PublishCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { stopLocalStack } from "../../src/local/background/control.js";
import { isAlive } from "../../src/local/background/process-liveness.js";
import { serveLocalStack } from "../../src/local/background/serve.js";
import { buildProgram, clientsOf, ensure, stateDirectory } from "./local-stack-support.js";
import { JOURNAL, temporaryDirectory } from "./local-tables-support.js";

/** A stack in this process, on a free port, closed after the test. */
async function serveHere(stateDir = temporaryDirectory()) {
  const log: string[] = [];
  const stack = await serveLocalStack({ stateDir, port: 0, version: "0.0.0", log: (line) => void log.push(line) });
  onTestFinished(() => stack.close());
  return { ...stack, stateDir, log, ...clientsOf(stack.endpoint) };
}

const QUEUE_ARN = "arn:aws:sqs:us-east-1:000000000000:q.fifo";
/** Lets the topic `t.fifo` send to the queue. */
const POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: QUEUE_ARN,
      Condition: { ArnEquals: { "aws:SourceArn": "arn:aws:sns:us-east-1:000000000000:t.fifo" } },
    },
  ],
});

const item = { eventId: { S: "1" }, fact: { S: "accepted" } };

async function createFifoQueue(sqs: SQSClient, name = "q.fifo"): Promise<string> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: { FifoQueue: "true" } }));
  return QueueUrl ?? "";
}

const send = (QueueUrl: string, MessageBody: string, MessageDeduplicationId = MessageBody) =>
  new SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId: "g", MessageDeduplicationId });

async function receive(sqs: SQSClient, QueueUrl: string, WaitTimeSeconds = 0): Promise<(string | undefined)[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds }),
  );
  return Messages.map(({ Body }) => Body);
}

describe("one port", () => {
  test("for queues, topics, tables and identity", async () => {
    const { sqs, sns, sts, dynamo, endpoint, log } = await serveHere();
    const queueUrl = await createFifoQueue(sqs);
    expect(queueUrl).toBe(`${endpoint}/000000000000/q.fifo`);
    const topic = await sns.send(
      new CreateTopicCommand({ Name: "t.fifo", Attributes: { FifoTopic: "true", ContentBasedDeduplication: "true" } }),
    );
    await sns.send(
      new SubscribeCommand({
        TopicArn: topic.TopicArn,
        Protocol: "sqs",
        Endpoint: QUEUE_ARN,
        Attributes: { RawMessageDelivery: "true" },
      }),
    );
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: queueUrl, Attributes: { Policy: POLICY } }));
    await sns.send(new PublishCommand({ TopicArn: topic.TopicArn, Message: "via a topic 😀", MessageGroupId: "g" }));
    await dynamo.send(new CreateTableCommand(JOURNAL));
    await dynamo.send(new PutItemCommand({ TableName: "journal", Item: item }));

    expect(await receive(sqs, queueUrl)).toEqual(["via a topic 😀"]);
    expect((await dynamo.send(new GetItemCommand({ TableName: "journal", Key: item }))).Item).toEqual(item);
    expect((await sts.send(new GetCallerIdentityCommand({}))).Account).toBe("000000000000");
    expect(log).toEqual([]);
  });

  test("GET / tells whose stack it is", async () => {
    const { endpoint, stateDir } = await serveHere();
    const answer = await fetch(endpoint);
    expect(await answer.json()).toEqual({
      evp: "embedded stack",
      version: "0.0.0",
      pid: process.pid,
      stateDir,
      region: "us-east-1",
    });
  });

  test.each([
    ["another service's target", { "x-amz-target": "Kinesis_20131202.PutRecord" }, "{}", "Kinesis_20131202.PutRecord"],
    [
      "another service's Query action",
      { "content-type": "application/x-www-form-urlencoded" },
      "Action=SendEmail&Version=2010-12-01",
      "SendEmail",
    ],
    ["no action at all", {}, "hello", "POST /"],
  ])("%s is refused by name", async (_, headers, body, name) => {
    const { endpoint } = await serveHere();
    const answer = await fetch(endpoint, { method: "POST", headers: headers as Record<string, string>, body });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(name);
  });

  test("a long poll whose client has gone takes nothing", async () => {
    const { sqs } = await serveHere();
    const queueUrl = await createFifoQueue(sqs);
    const gone = new AbortController();
    const poll = sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds: 20 }), {
      abortSignal: gone.signal,
    });
    const refused = expect(poll).rejects.toMatchObject({ name: "AbortError" });
    // Its request has arrived once a later one on the same server is answered.
    await sqs.send(new ListQueuesCommand({}));
    await sqs.send(new ListQueuesCommand({}));
    gone.abort();
    await refused;
    await sqs.send(new ListQueuesCommand({}));
    await sqs.send(send(queueUrl, "m"));
    expect(await receive(sqs, queueUrl)).toEqual(["m"]);
  });
});

describe("one directory", () => {
  test("has one stack at a time", async () => {
    const { stateDir, close, sqs } = await serveHere();
    await expect(serveHere(stateDir)).rejects.toMatchObject({ code: "state-dir-in-use", category: "failed" });
    await createFifoQueue(sqs);
    await close();
    const again = await serveHere(stateDir);
    expect((await again.sqs.send(new ListQueuesCommand({}))).QueueUrls).toHaveLength(1);
  });

  test("a stack closes while clients poll and hold their connections", async () => {
    const { sqs, close } = await serveHere();
    const queueUrl = await createFifoQueue(sqs);
    const poll = receive(sqs, queueUrl, 20);
    await sqs.send(new ListQueuesCommand({}));
    const begun = performance.now();
    await close();
    expect(await poll).toEqual([]);
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});

describe("a background stack", () => {
  let program: string[];
  beforeAll(async () => {
    const built = await buildProgram();
    program = built.program;
    return built.remove;
  });

  test.each(["SIGTERM", "SIGKILL"] as const)("keeps queues, messages and their order over %s", async (signal) => {
    const stateDir = stateDirectory();
    const first = await ensure(program, stateDir);
    const { sqs } = clientsOf(first.endpoint);
    const queueUrl = await createFifoQueue(sqs);
    await sqs.send(send(queueUrl, "1"));
    await sqs.send(send(queueUrl, "two 😀", "2"));
    await sqs.send(send(queueUrl, "3"));
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, VisibilityTimeout: 60 }));
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: Messages?.[0]?.ReceiptHandle }));
    if (signal === "SIGTERM") {
      await stopLocalStack(stateDir);
    } else {
      process.kill(first.pid, signal);
    }

    const second = await ensure(program, stateDir);
    expect(second).toMatchObject({ started: true, endpoint: first.endpoint });
    const again = clientsOf(second.endpoint).sqs;
    expect((await again.send(new GetQueueUrlCommand({ QueueName: "q.fifo" }))).QueueUrl).toBe(queueUrl);
    // A deduplication id of before is remembered.
    await again.send(send(queueUrl, "1"));
    expect(await receive(again, queueUrl)).toEqual(["two 😀", "3"]);
    expect(isAlive(first.pid)).toBe(false);
  });
});
