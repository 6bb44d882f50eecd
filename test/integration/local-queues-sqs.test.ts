import { createHash } from "node:crypto";
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  StartMessageMoveTaskCommand,
  TagQueueCommand,
  UntagQueueCommand,
} from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type ServedQueues, serveQueues } from "./local-queues-server.js";

let served: ServedQueues;
beforeEach(async () => {
  served = await serveQueues();
});
afterEach(() => served.stop());

async function aQueue(Attributes: Record<string, string> = {}): Promise<string> {
  const { QueueUrl } = await served.sqs.send(
    new CreateQueueCommand({ QueueName: "q.fifo", Attributes: { FifoQueue: "true", ...Attributes } }),
  );
  return QueueUrl!;
}

const md5 = (text: string) => createHash("md5").update(text).digest("hex");
/** The name and code under which the SDK shows a refusal. */
async function refusal(call: Promise<unknown>): Promise<[string, string | undefined]> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error) return [error.name, "Code" in error ? String(error.Code) : undefined];
  }
  return ["accepted", undefined];
}

describe("queues through the SDK", () => {
  it("are created, found, listed by page, changed, tagged and deleted", async () => {
    const { sqs, url } = served;
    const QueueUrl = await aQueue({ DelaySeconds: "0" });
    expect(QueueUrl).toBe(`${url}/000000000000/q.fifo`);
    expect((await sqs.send(new GetQueueUrlCommand({ QueueName: "q.fifo" }))).QueueUrl).toBe(QueueUrl);

    await sqs.send(new CreateQueueCommand({ QueueName: "other" }));
    const first = await sqs.send(new ListQueuesCommand({ MaxResults: 1 }));
    const second = await sqs.send(new ListQueuesCommand({ MaxResults: 1, NextToken: first.NextToken }));
    expect([first.QueueUrls, second.QueueUrls, second.NextToken]).toEqual([
      [`${url}/000000000000/other`],
      [QueueUrl],
      undefined,
    ]);
    expect((await sqs.send(new ListQueuesCommand({ QueueNamePrefix: "none" }))).QueueUrls).toBeUndefined();

    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: "60" } }));
    const AttributeNames = ["VisibilityTimeout", "QueueArn"] as const;
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }),
    );
    expect(Attributes).toEqual({ VisibilityTimeout: "60", QueueArn: "arn:aws:sqs:us-east-1:000000000000:q.fifo" });

    await sqs.send(new TagQueueCommand({ QueueUrl, Tags: { "evp:stack": "evp", b: "2" } }));
    await sqs.send(new UntagQueueCommand({ QueueUrl, TagKeys: ["b"] }));
    expect((await sqs.send(new ListQueueTagsCommand({ QueueUrl }))).Tags).toEqual({ "evp:stack": "evp" });

    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    expect(await refusal(sqs.send(new GetQueueUrlCommand({ QueueName: "q.fifo" })))).toEqual([
      "QueueDoesNotExist",
      "AWS.SimpleQueueService.NonExistentQueue",
    ]);
  });

  it("are looked up by the end of their URL, whatever its host", async () => {
    await aQueue();
    const QueueUrl = "https://sqs.eu-west-1.amazonaws.com/000000000000/q.fifo";
    expect((await served.sqs.send(new GetQueueAttributesCommand({ QueueUrl }))).Attributes).toBeUndefined();
    const other = "http://127.0.0.1:4566/111111111111/q.fifo";
    expect((await refusal(served.sqs.send(new GetQueueAttributesCommand({ QueueUrl: other }))))[0]).toBe(
      "QueueDoesNotExist",
    );
  });

  it("show errors under the names and codes that the SDK knows", async () => {
    const { sqs } = served;
    const QueueUrl = await aQueue({ DelaySeconds: "1" });
    const create = sqs.send(
      new CreateQueueCommand({ QueueName: "q.fifo", Attributes: { FifoQueue: "true", DelaySeconds: "2" } }),
    );
    expect(await refusal(create)).toEqual(["QueueNameExists", "QueueAlreadyExists"]);
    expect(await refusal(sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: "x" })))).toEqual([
      "ReceiptHandleIsInvalid",
      "ReceiptHandleIsInvalid",
    ]);
    expect((await refusal(sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 11 }))))[1]).toBe(
      "InvalidParameterValue",
    );
    expect((await refusal(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }))))[1]).toBe(
      "MissingParameter",
    );
    await expect(sqs.send(new StartMessageMoveTaskCommand({ SourceArn: "x" }))).rejects.toThrow(
      "The embedded stack does not do the SQS action StartMessageMoveTask.",
    );
  });
});

describe("messages through the SDK", () => {
  it("come back as they were sent, with digests that the SDK checks", async () => {
    const { sqs } = served;
    const QueueUrl = await aQueue();
    const MessageBody = '{"text":"Olá 😀 <&> \\u0000"}\n';
    const sent = await sqs.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody,
        MessageGroupId: "client-1#account-42",
        MessageDeduplicationId: "event-1",
        MessageAttributes: {
          "evp-type": { DataType: "String", StringValue: "transação" },
          amount: { DataType: "Number.decimal", StringValue: "120.5" },
          bytes: { DataType: "Binary", BinaryValue: Uint8Array.of(0, 255) },
        },
        MessageSystemAttributes: {
          AWSTraceHeader: { DataType: "String", StringValue: "Root=1-5759e988-bd862e3fe1be46a994272793" },
        },
      }),
    );
    expect(sent.MD5OfMessageBody).toBe(md5(MessageBody));
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ["All"], MessageAttributeNames: ["All"] }),
    );
    expect(Messages).toHaveLength(1);
    const [message] = Messages!;
    expect(message).toMatchObject({
      MessageId: sent.MessageId,
      Body: MessageBody,
      MD5OfBody: md5(MessageBody),
      MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
      MessageAttributes: {
        "evp-type": { DataType: "String", StringValue: "transação" },
        amount: { DataType: "Number.decimal", StringValue: "120.5" },
        bytes: { DataType: "Binary", BinaryValue: Uint8Array.of(0, 255) },
      },
      Attributes: {
        MessageGroupId: "client-1#account-42",
        MessageDeduplicationId: "event-1",
        SequenceNumber: sent.SequenceNumber,
        ApproximateReceiveCount: "1",
        AWSTraceHeader: "Root=1-5759e988-bd862e3fe1be46a994272793",
      },
    });
  });

  // The digest that AWS itself gave for this message.
  it("have AWS's digest of their attributes", async () => {
    const QueueUrl = await aQueue({ ContentBasedDeduplication: "true" });
    const attribute = (StringValue: string) => ({ DataType: "String", StringValue });
    const MessageAttributes = { Hello: attribute("There"), General: attribute("Kenobi"), "Help.Me": attribute("Me") };
    const sent = await served.sqs.send(
      new SendMessageCommand({ QueueUrl, MessageBody: "msg", MessageGroupId: "g", MessageAttributes }),
    );
    expect(sent.MD5OfMessageAttributes).toBe("4c360f3fdafd970e05fae2f149d997f5");
    const receive = (MessageAttributeNames: string[]) =>
      served.sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0, MessageAttributeNames }));
    const names = async (asked: string[]) =>
      Object.keys((await receive(asked)).Messages?.[0]?.MessageAttributes ?? {}).sort();
    expect(await names([])).toEqual([]);
    expect(await names(["Hel.*"])).toEqual(["Hello", "Help.Me"]);
    expect(await names([".*"])).toEqual(["General", "Hello", "Help.Me"]);
    expect(await names(["Hello", "None"])).toEqual(["Hello"]);
    expect((await receive(["Hel.*"])).Messages?.[0]?.MD5OfMessageAttributes).toBe("83fee93c1bcd8b9a5a923ffacdc636c7");
  });

  it("are sent, deleted and changed in batches, each entry by itself", async () => {
    const { sqs } = served;
    const QueueUrl = await aQueue();
    const entry = (Id: string, MessageBody: string) => ({
      Id,
      MessageBody,
      MessageGroupId: Id,
      MessageDeduplicationId: Id,
    });
    const sent = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: [entry("good", "x"), entry("bad", "\u0000"), entry("too", "y")],
      }),
    );
    expect(sent.Successful?.map(({ Id }) => Id)).toEqual(["good", "too"]);
    expect(sent.Failed).toEqual([
      { Id: "bad", Code: "InvalidMessageContents", SenderFault: true, Message: expect.any(String) },
    ]);
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    const handles = Messages.map(({ ReceiptHandle }) => ReceiptHandle!);
    const changed = await sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl,
        Entries: [
          { Id: "release", ReceiptHandle: handles[0], VisibilityTimeout: 0 },
          { Id: "bad", ReceiptHandle: "x", VisibilityTimeout: 0 },
        ],
      }),
    );
    expect([changed.Successful, changed.Failed?.map(({ Id, Code }) => [Id, Code])]).toEqual([
      [{ Id: "release" }],
      [["bad", "ReceiptHandleIsInvalid"]],
    ]);
    const deleted = await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: handles.map((ReceiptHandle, index) => ({ Id: `e${index}`, ReceiptHandle })),
      }),
    );
    expect(deleted.Successful).toEqual([{ Id: "e1" }]);
    expect(deleted.Failed).toEqual([
      { Id: "e0", Code: "ReceiptHandleIsInvalid", Message: "The receipt handle has expired", SenderFault: true },
    ]);
  });

  it("fail as a whole batch where AWS does", async () => {
    const { sqs } = served;
    const QueueUrl = await aQueue();
    expect(await refusal(sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [] })))).toEqual([
      "EmptyBatchRequest",
      "AWS.SimpleQueueService.EmptyBatchRequest",
    ]);
  });

  it("are purged", async () => {
    const QueueUrl = await aQueue();
    await send(QueueUrl, "1");
    await served.sqs.send(new PurgeQueueCommand({ QueueUrl }));
    expect((await served.sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages).toBeUndefined();
    expect((await refusal(served.sqs.send(new PurgeQueueCommand({ QueueUrl }))))[0]).toBe("PurgeQueueInProgress");
  });
});

describe("long polling through the SDK", () => {
  const receive = (QueueUrl: string, WaitTimeSeconds: number) =>
    served.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds, MaxNumberOfMessages: 10 }));

  it("wakes when a message arrives, one poll for one message", async () => {
    const QueueUrl = await aQueue();
    const polls = [receive(QueueUrl, 20), receive(QueueUrl, 1)];
    await send(QueueUrl, "1");
    const [first, second] = await Promise.all(polls);
    expect([first?.Messages?.length, second?.Messages?.length].sort()).toEqual([1, undefined]);
  });

  it("wakes when a visibility timeout ends, and when a delete frees the group", async () => {
    const QueueUrl = await aQueue({ VisibilityTimeout: "1" });
    await send(QueueUrl, "1");
    await receive(QueueUrl, 0);
    const again = await receive(QueueUrl, 20);
    expect(again.Messages).toHaveLength(1);
    await send(QueueUrl, "2");
    const next = receive(QueueUrl, 20);
    await served.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: again.Messages![0]!.ReceiptHandle }));
    expect((await next).Messages?.map(({ Body }) => Body)).toEqual(["2"]);
  });

  it("wakes when a message is released", async () => {
    const QueueUrl = await aQueue();
    await send(QueueUrl, "1");
    const { Messages } = await receive(QueueUrl, 0);
    const next = receive(QueueUrl, 20);
    const { ReceiptHandle } = Messages![0]!;
    await served.sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    expect((await next).Messages).toHaveLength(1);
  });

  it("ends empty after its time, the queue's own when the call names none", async () => {
    const QueueUrl = await aQueue({ ReceiveMessageWaitTimeSeconds: "1" });
    const started = performance.now();
    const { Messages } = await served.sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(Messages).toBeUndefined();
    expect(performance.now() - started).toBeGreaterThan(900);
  });

  it("whose client has gone takes no message", async () => {
    const QueueUrl = await aQueue();
    const gone = new AbortController();
    const poll = served.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), {
      abortSignal: gone.signal,
    });
    const openRequests = (count: number) => vi.waitFor(() => expect(served.open()).toBe(count));
    await openRequests(1);
    const other = receive(QueueUrl, 20);
    await openRequests(2);
    gone.abort();
    await expect(poll).rejects.toThrow();
    await openRequests(1);
    await send(QueueUrl, "1");
    expect((await other).Messages).toHaveLength(1);
  });

  it("fails when the queue is deleted meanwhile", async () => {
    const QueueUrl = await aQueue();
    const poll = refusal(receive(QueueUrl, 20));
    await served.sqs.send(new GetQueueAttributesCommand({ QueueUrl }));
    await served.sqs.send(new DeleteQueueCommand({ QueueUrl }));
    expect((await poll)[0]).toBe("QueueDoesNotExist");
  });
});

function send(QueueUrl: string, MessageBody: string) {
  const identity = { MessageGroupId: "g", MessageDeduplicationId: MessageBody };
  return served.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...identity }));
}
