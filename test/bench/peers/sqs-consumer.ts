import { ConditionalCheckFailedException, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { GetQueueUrlCommand, type Message, SQSClient } from "@aws-sdk/client-sqs";
import { Consumer } from "sqs-consumer";
import { EVENTS_TABLE, INGRESS_QUEUE, topicArn } from "../workload.js";
import { MAX_HELD, readAssignment } from "./assignment.js";
import { type PeerEvent, readEvent } from "./read-event.js";

/**
 * evp's job by hand, as a good engineer writes it on sqs-consumer: per message validate → conditional put → publish, then
 * a batched delete. The groups of a receive go side by side, the messages of a group one after the other, and a group stops
 * at its first failure. Enough consumers run to hold as many messages as evp does. It does less than evp: no registry of
 * clients, no record of what was published, no rejections.
 */
const BATCH_SIZE = 10;

const { endpoint } = readAssignment();
const shared = {
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
  requestHandler: { httpAgent: { keepAlive: true, maxSockets: 256 } },
};
const sqs = new SQSClient({ ...shared, useQueueUrlAsEndpoint: false });
const sns = new SNSClient(shared);
const dynamodb = new DynamoDBClient(shared);

const { QueueUrl = "" } = await sqs.send(new GetQueueUrlCommand({ QueueName: INGRESS_QUEUE }));
for (let held = 0; held < MAX_HELD; held += BATCH_SIZE) {
  const consumer = Consumer.create({
    sqs,
    queueUrl: QueueUrl,
    useQueueUrlAsEndpoint: false,
    batchSize: BATCH_SIZE,
    waitTimeSeconds: 2,
    visibilityTimeout: 60,
    heartbeatInterval: 20,
    messageAttributeNames: ["All"],
    messageSystemAttributeNames: ["MessageGroupId", "SequenceNumber"],
    suppressFifoWarning: true,
    handleMessageBatch,
  });
  consumer.on("error", fail);
  consumer.on("processing_error", fail);
  consumer.start();
}

async function handleMessageBatch(messages: Message[]): Promise<Message[]> {
  const groups = Map.groupBy(messages, (message) => message.Attributes?.MessageGroupId ?? "");
  const handled = await Promise.all(Array.from(groups.values(), handleGroup));
  return handled.flat();
}

/** @returns what may be deleted: the messages before the first that failed */
async function handleGroup(messages: Message[]): Promise<Message[]> {
  const handled: Message[] = [];
  for (const message of messages) {
    try {
      await handleMessage(message);
    } catch (error) {
      fail(error);
      break;
    }
    handled.push(message);
  }
  return handled;
}

async function handleMessage({ Body = "", Attributes = {} }: Message): Promise<void> {
  const event = readEvent(Body);
  await store(event, Body);
  await sns.send(
    new PublishCommand({
      TopicArn: topicArn(event.clientId),
      Message: Body,
      MessageGroupId: Attributes.MessageGroupId,
      MessageDeduplicationId: event.id,
      MessageAttributes: {
        "evp-event-id": { DataType: "String", StringValue: event.id },
        "evp-type": { DataType: "String", StringValue: event.type },
      },
    }),
  );
}

/** An event that is there already was stored at an earlier receipt. */
async function store(event: PeerEvent, body: string): Promise<void> {
  try {
    await dynamodb.send(
      new PutItemCommand({
        TableName: EVENTS_TABLE,
        Item: {
          eventId: { S: event.id },
          fact: { S: `${event.clientId}#accepted` },
          type: { S: event.type },
          source: { S: event.source },
          timestamp: { S: event.timestamp },
          body: { S: body },
          receivedAt: { N: String(Date.now()) },
        },
        ConditionExpression: "attribute_not_exists(eventId)",
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

/** Nothing may fail here: a run in which something did is no measurement. */
function fail(error: unknown): void {
  console.error(error);
  process.exitCode = 1;
}
