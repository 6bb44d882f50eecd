import type { Message } from "@aws-sdk/client-sqs";
import { createServices } from "../../../src/adapters/aws/services.js";
import { CLIENTS_TABLE, clientIds, EVENTS_TABLE, INGRESS_QUEUE, topicArn } from "../workload.js";
import { MAX_HELD, readAssignment } from "./assignment.js";
import { acceptedItem, publishedItem } from "./ceiling-items.js";
import { createStage } from "./stage.js";

/**
 * The raw ceiling: the batch calls that evp makes for a published event, through evp's own SDK clients, and no work between
 * them. Nothing is parsed, validated, hashed or decided; no lease is watched and no failure handled. Only the order within a
 * group is kept, since it decides how many calls there must be.
 */
interface Held {
  message: Message;
  eventId: string;
  clientId: string;
  groupId: string;
  isAccepted: boolean;
}

const SQS_BATCH = 10;
const SNS_BATCH = 10;
const DYNAMODB_BATCH = 25;
const MAX_RECEIVERS = 8;
const CALL_TIMEOUT_MS = 10_000;

const { endpoint, clients } = readAssignment();
const { sqs, sns, dynamodb } = createServices(
  {
    endpoints: { sqs: endpoint, sns: endpoint, dynamodb: endpoint, sts: endpoint },
    region: "us-east-1",
    profile: undefined,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  },
  CALL_TIMEOUT_MS,
);

const { QueueUrl } = await sqs.call("finding the queue", (sdk, client, options) =>
  client.send(new sdk.GetQueueUrlCommand({ QueueName: INGRESS_QUEUE }), options),
);
await dynamodb.call("reading the registry", (sdk, client, options) => {
  const Keys = clientIds(clients).map((clientId) => ({ clientId: { S: clientId } }));
  const RequestItems = { [CLIENTS_TABLE]: { Keys, ConsistentRead: true } };
  return client.send(new sdk.BatchGetItemCommand({ RequestItems }), options);
});

let held = 0;
let receivers = 0;

const remove = createStage<Held>({
  maxEntries: SQS_BATCH,
  laneOf: ({ eventId }) => eventId,
  call: (entries) =>
    sqs.call("deleting", (sdk, client, options) => {
      const Entries = entries.map(({ message }, index) => ({
        Id: String(index),
        ReceiptHandle: message.ReceiptHandle,
      }));
      return client.send(new sdk.DeleteMessageBatchCommand({ QueueUrl, Entries }), options);
    }),
  next(entries) {
    held -= entries.length;
    receive();
  },
});

const record = createStage<Held>({
  maxEntries: DYNAMODB_BATCH,
  laneOf: ({ eventId }) => eventId,
  call: (entries) =>
    dynamodb.call("recording", (sdk, client, options) => {
      const requests = entries.map((entry) => ({ PutRequest: { Item: publishedItem(entry) } }));
      return client.send(new sdk.BatchWriteItemCommand({ RequestItems: { [EVENTS_TABLE]: requests } }), options);
    }),
  next: remove,
});

const publish = new Map(clientIds(clients).map((clientId) => [clientId, publishStage(topicArn(clientId))]));

const accept = createStage<Held>({
  maxEntries: DYNAMODB_BATCH,
  laneOf: ({ eventId }) => eventId,
  call: (entries) =>
    dynamodb.call("inserting", (sdk, client, options) => {
      const Statements = entries.map((entry) => acceptedItem(entry, entry.message.Body ?? ""));
      return client.send(new sdk.BatchExecuteStatementCommand({ Statements }), options);
    }),
  next(entries) {
    for (const entry of entries) entry.isAccepted = true;
    for (const { groupId } of entries) publishInOrder(groupId);
  },
});

/** What is held of each group and not yet handed on, oldest first: inserts may be answered in any order. */
const lines = new Map<string, Held[]>();

receive();

function publishInOrder(groupId: string): void {
  const line = lines.get(groupId) ?? [];
  while (line[0]?.isAccepted) {
    const entry = line.shift();
    if (entry) publish.get(entry.clientId)?.([entry]);
  }
}

function lineUp(messages: Held[]): void {
  for (const entry of messages) {
    const line = lines.get(entry.groupId);
    if (line === undefined) lines.set(entry.groupId, [entry]);
    else line.push(entry);
  }
}

function publishStage(TopicArn: string): (entries: Held[]) => void {
  return createStage<Held>({
    maxEntries: SNS_BATCH,
    laneOf: ({ groupId }) => groupId,
    call: (entries) =>
      sns.call("publishing", (sdk, client, options) => {
        const PublishBatchRequestEntries = entries.map(publication);
        return client.send(new sdk.PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }), options);
      }),
    next: record,
  });
}

function publication({ message, eventId, groupId }: Held, index: number) {
  return {
    Id: String(index),
    Message: message.Body,
    MessageGroupId: groupId,
    MessageDeduplicationId: eventId,
    MessageAttributes: {
      "evp-event-id": { DataType: "String", StringValue: eventId },
      "evp-type": { DataType: "String", StringValue: "transaction" },
      "evp-version": { DataType: "String", StringValue: "1.0" },
      "evp-received-at": { DataType: "String", StringValue: "2026-11-21T10:00:00.000Z" },
    },
  };
}

/** Receives for as long as there is room: one more receiver whenever a poll comes back full. */
function receive(): void {
  while (receivers < MAX_RECEIVERS && held + (receivers + 1) * SQS_BATCH <= MAX_HELD) {
    receivers++;
    void receiveOnce().then((messages) => {
      receivers--;
      held += messages.length;
      lineUp(messages);
      accept(messages);
      receive();
    });
  }
}

async function receiveOnce(): Promise<Held[]> {
  const { Messages = [] } = await sqs.call("receiving", (sdk, client, options) =>
    client.send(
      new sdk.ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: SQS_BATCH,
        WaitTimeSeconds: 2,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["All"],
      }),
      options,
    ),
  );
  return Messages.map((message) => {
    const { MessageGroupId: groupId = "", MessageDeduplicationId: eventId = "" } = message.Attributes ?? {};
    return { message, eventId, groupId, clientId: groupId.slice(0, groupId.indexOf("#")), isAccepted: false };
  });
}
