import {
  CreatePlatformApplicationCommand,
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListSubscriptionsCommand,
  ListTagsForResourceCommand,
  ListTopicsCommand,
  PublishBatchCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  TagResourceCommand,
  UnsubscribeCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-sns";
import { CreateQueueCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { GetCallerIdentityCommand, GetSessionTokenCommand } from "@aws-sdk/client-sts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ServedQueues, serveQueues } from "./local-queues-server.js";

let served: ServedQueues;
beforeEach(async () => {
  served = await serveQueues();
});
afterEach(() => served.stop());

const QUEUE_ARN = "arn:aws:sqs:us-east-1:000000000000:q.fifo";

async function aSubscribedTopic(Attributes: Record<string, string> = { RawMessageDelivery: "true" }) {
  const { sns, sqs } = served;
  const { TopicArn } = await sns.send(
    new CreateTopicCommand({
      Name: "t.fifo",
      Attributes: { FifoTopic: "true" },
      Tags: [{ Key: "evp:stack", Value: "evp" }],
    }),
  );
  const Policy = JSON.stringify({
    Statement: {
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: QUEUE_ARN,
      Condition: { ArnEquals: { "aws:SourceArn": TopicArn } },
    },
  });
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: "q.fifo", Attributes: { FifoQueue: "true", Policy } }),
  );
  const { SubscriptionArn } = await sns.send(
    new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: QUEUE_ARN, Attributes, ReturnSubscriptionArn: true }),
  );
  const receive = async () => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["All"],
      }),
    );
    return Messages;
  };
  return { TopicArn: TopicArn!, QueueUrl: QueueUrl!, SubscriptionArn: SubscriptionArn!, receive };
}

describe("topics through the SDK", () => {
  it("are created, listed, changed, tagged and deleted", async () => {
    const { sns } = served;
    const { TopicArn } = await aSubscribedTopic();
    expect(TopicArn).toBe("arn:aws:sns:us-east-1:000000000000:t.fifo");
    expect((await sns.send(new ListTopicsCommand({}))).Topics).toEqual([{ TopicArn }]);
    const display = 'Orders <&> "são" 😀';
    await sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: "DisplayName", AttributeValue: display }));
    const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
    expect(Attributes).toMatchObject({
      TopicArn,
      FifoTopic: "true",
      DisplayName: display,
      SubscriptionsConfirmed: "1",
    });
    await sns.send(new TagResourceCommand({ ResourceArn: TopicArn, Tags: [{ Key: "b", Value: "2" }] }));
    await sns.send(new UntagResourceCommand({ ResourceArn: TopicArn, TagKeys: ["b"] }));
    expect((await sns.send(new ListTagsForResourceCommand({ ResourceArn: TopicArn }))).Tags).toEqual([
      { Key: "evp:stack", Value: "evp" },
    ]);
    await sns.send(new DeleteTopicCommand({ TopicArn }));
    await expect(sns.send(new GetTopicAttributesCommand({ TopicArn }))).rejects.toMatchObject({
      name: "NotFoundException",
      message: "Topic does not exist",
    });
    expect((await sns.send(new ListSubscriptionsCommand({}))).Subscriptions).toEqual([]);
  });

  it("are listed a hundred a page", async () => {
    for (let number = 0; number < 101; number += 1)
      await served.sns.send(new CreateTopicCommand({ Name: `t${number}` }));
    const first = await served.sns.send(new ListTopicsCommand({}));
    const second = await served.sns.send(new ListTopicsCommand({ NextToken: first.NextToken }));
    expect([first.Topics?.length, second.Topics?.length, second.NextToken]).toEqual([100, 1, undefined]);
  });

  it("have subscriptions that can be listed, changed and ended", async () => {
    const { sns } = served;
    const { TopicArn, SubscriptionArn } = await aSubscribedTopic();
    const subscription = { SubscriptionArn, TopicArn, Endpoint: QUEUE_ARN, Protocol: "sqs", Owner: "000000000000" };
    expect((await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }))).Subscriptions).toEqual([subscription]);
    expect((await sns.send(new ListSubscriptionsCommand({}))).Subscriptions).toEqual([subscription]);
    await sns.send(
      new SetSubscriptionAttributesCommand({
        SubscriptionArn,
        AttributeName: "FilterPolicy",
        AttributeValue: '{"a":["b"]}',
      }),
    );
    expect((await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }))).Attributes).toMatchObject({
      RawMessageDelivery: "true",
      FilterPolicy: '{"a":["b"]}',
    });
    await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
    expect((await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }))).Subscriptions).toEqual([]);
  });

  it("refuse what the embedded stack does not do, by name", async () => {
    const call = served.sns.send(new CreatePlatformApplicationCommand({ Name: "x", Platform: "APNS", Attributes: {} }));
    await expect(call).rejects.toThrow("The embedded stack does not do the SNS action CreatePlatformApplication.");
  });
});

describe("publishing through the SDK", () => {
  it("delivers raw, with attributes, group and deduplication id", async () => {
    const { TopicArn, receive } = await aSubscribedTopic();
    const Message = '{"text":"Olá 😀 & <b>", "lines": "1\r\n2"}';
    const MessageAttributes = {
      "evp-event-id": { DataType: "String", StringValue: "e+1 %/&=" },
      bytes: { DataType: "Binary", BinaryValue: Uint8Array.of(0, 255) },
    };
    const published = await served.sns.send(
      new PublishCommand({
        TopicArn,
        Message,
        MessageAttributes,
        MessageGroupId: "client-1#a",
        MessageDeduplicationId: "d",
      }),
    );
    expect(published.SequenceNumber).toMatch(/^\d{20}$/);
    expect(await receive()).toMatchObject([
      { Body: Message, MessageAttributes, Attributes: { MessageGroupId: "client-1#a", MessageDeduplicationId: "d" } },
    ]);
  });

  it("delivers a JSON document without raw delivery", async () => {
    const { TopicArn, receive } = await aSubscribedTopic({});
    const { MessageId } = await served.sns.send(
      new PublishCommand({
        TopicArn,
        Message: '{"default":"all","sqs":"queues"}',
        MessageStructure: "json",
        MessageGroupId: "g",
        MessageDeduplicationId: "d",
      }),
    );
    const [message] = await receive();
    expect(JSON.parse(message!.Body!)).toMatchObject({ Type: "Notification", MessageId, TopicArn, Message: "queues" });
  });

  it("publishes a batch, each entry by itself, and suppresses duplicates", async () => {
    const { TopicArn, receive } = await aSubscribedTopic();
    const entry = (Id: string, Message: string, MessageDeduplicationId = Id) => ({
      Id,
      Message,
      MessageGroupId: "g",
      MessageDeduplicationId,
    });
    const PublishBatchRequestEntries = [
      entry("1", "one"),
      entry("2", "two", "1"),
      { ...entry("3", "three"), Subject: "a\nb" },
      entry("4", "four"),
    ];
    const { Successful, Failed } = await served.sns.send(
      new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }),
    );
    expect(Successful?.map(({ Id }) => Id)).toEqual(["1", "2", "4"]);
    expect(Successful?.[1]).toEqual({ ...Successful?.[0], Id: "2" });
    expect(Failed).toEqual([
      { Id: "3", Code: "InvalidParameter", Message: "Invalid parameter: Subject", SenderFault: true },
    ]);
    expect((await receive()).map(({ Body }) => Body)).toEqual(["one", "four"]);
  });

  it("refuses as a whole what AWS refuses as a whole", async () => {
    const { TopicArn } = await aSubscribedTopic();
    const publish = (entries: { Id: string; Message: string }[]) =>
      served.sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: entries }));
    await expect(publish([])).rejects.toMatchObject({ name: "EmptyBatchRequestException" });
    await expect(publish([{ Id: "1", Message: "x" }])).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: "Invalid parameter: The MessageGroupId parameter is required for FIFO topics",
    });
  });

  it("wakes a long poll on the subscribed queue", async () => {
    const { TopicArn, QueueUrl } = await aSubscribedTopic();
    const poll = served.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    await served.sns.send(
      new PublishCommand({ TopicArn, Message: "x", MessageGroupId: "g", MessageDeduplicationId: "d" }),
    );
    expect((await poll).Messages).toHaveLength(1);
  });
});

describe("the caller's identity", () => {
  it("is the same for everybody", async () => {
    const { Account, Arn } = await served.sts.send(new GetCallerIdentityCommand({}));
    expect([Account, Arn]).toEqual(["000000000000", "arn:aws:iam::000000000000:user/local"]);
  });

  it("is all that STS does here", async () => {
    await expect(served.sts.send(new GetSessionTokenCommand({}))).rejects.toThrow(
      "The embedded stack does not do the STS action GetSessionToken.",
    );
  });
});

describe("a request to none of these services", () => {
  it("is left to others", async () => {
    const headers = { "x-amz-target": "DynamoDB_20120810.ListTables", "content-type": "application/x-amz-json-1.0" };
    const request = { method: "POST", url: "/", headers, body: Buffer.from("{}") };
    expect(await served.service.handle(request, new AbortController().signal)).toBeUndefined();
  });

  it("in SQS's old protocol is refused with what to do", async () => {
    const body = Buffer.from("Action=ListQueues&Version=2012-11-05");
    const headers = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
    const answer = await served.service.handle(
      { method: "POST", url: "/", headers, body },
      new AbortController().signal,
    );
    expect(answer).toMatchObject({ status: 400, body: expect.stringContaining("use AWS CLI 1.31, 2.14 or newer") });
  });
});
