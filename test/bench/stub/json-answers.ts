import { hash, randomUUID } from "node:crypto";
import { CLIENTS_TABLE, clientQueue, topicArn } from "../workload.js";
import type { HeldLoad } from "./held-load.js";

/** Answers one call of SQS or DynamoDB. */
export type JsonAnswer = (body: Buffer, load: HeldLoad) => string | Promise<string>;

interface Entry {
  Id: string;
  ReceiptHandle: string;
  VisibilityTimeout: number;
  MessageBody: string;
}

/** The calls of SQS and DynamoDB (AWS JSON protocol) that anybody here makes, by their operation. */
export const JSON_ANSWERS: Record<string, JsonAnswer> = {
  GetQueueUrl: (body) => {
    const input: { QueueName: string } = parse(body);
    return JSON.stringify({ QueueUrl: `http://127.0.0.1/000000000000/${input.QueueName}` });
  },
  GetQueueAttributes: (_, load) => {
    const { visible, inFlight } = load.depth();
    const Attributes = {
      ApproximateNumberOfMessages: String(visible),
      ApproximateNumberOfMessagesNotVisible: String(inFlight),
      ApproximateNumberOfMessagesDelayed: "0",
    };
    return JSON.stringify({ Attributes });
  },
  ReceiveMessage: async (body, load) => {
    const input: { MaxNumberOfMessages?: number; WaitTimeSeconds?: number } = parse(body);
    const messages = await load.receive(input.MaxNumberOfMessages ?? 1, input.WaitTimeSeconds ?? 0);
    return messages.length === 0 ? "{}" : `{"Messages":[${messages.join(",")}]}`;
  },
  DeleteMessage: (body, load) => {
    const entry: Entry = parse(body);
    load.delete(entry.ReceiptHandle);
    return "{}";
  },
  DeleteMessageBatch: (body, load) =>
    batch(body, (entry) => {
      load.delete(entry.ReceiptHandle);
      return {};
    }),
  ChangeMessageVisibility: (body, load) => {
    const entry: Entry = parse(body);
    load.changeVisibility(entry.ReceiptHandle, entry.VisibilityTimeout);
    return "{}";
  },
  ChangeMessageVisibilityBatch: (body, load) =>
    batch(body, (entry) => {
      load.changeVisibility(entry.ReceiptHandle, entry.VisibilityTimeout);
      return {};
    }),
  SendMessageBatch: (body, load) =>
    batch(body, (entry) => {
      load.counts.deadLettered++;
      return { MessageId: randomUUID(), SequenceNumber: "1", MD5OfMessageBody: hash("md5", entry.MessageBody) };
    }),
  PutItem: (_, load) => {
    load.counts.inserted++;
    return "{}";
  },
  BatchExecuteStatement: (body, load) => {
    const statements = countOf('"Statement":', body);
    load.counts.inserted += statements;
    return `{"Responses":[${Array.from({ length: statements }, () => "{}").join(",")}]}`;
  },
  BatchWriteItem: (body, load) => {
    load.counts.recorded += countOf('"PutRequest":', body);
    return '{"UnprocessedItems":{}}';
  },
  BatchGetItem: (body) => {
    const input: { RequestItems: Record<string, { Keys: { clientId: { S: string } }[] }> } = parse(body);
    const keys = input.RequestItems[CLIENTS_TABLE]?.Keys ?? [];
    return JSON.stringify({ Responses: { [CLIENTS_TABLE]: keys.map(({ clientId }) => clientItem(clientId.S)) } });
  },
  /** Whoever is asked for is a producer that may send everything. */
  GetItem: (body) => {
    const input: { Key: Record<string, object> } = parse(body);
    const all = { S: "*" };
    return JSON.stringify({ Item: { ...input.Key, active: { BOOL: true }, allowedClients: all, allowedTypes: all } });
  },
  Scan: () => '{"Items":[],"Count":0,"ScannedCount":0}',
  Query: () => '{"Items":[],"Count":0,"ScannedCount":0}',
};

/** Answers every entry of a batch with success. */
function batch(body: Buffer, apply: (entry: Entry) => object): string {
  const input: { Entries: Entry[] } = parse(body);
  const Successful = input.Entries.map((entry) => ({ Id: entry.Id, ...apply(entry) }));
  return JSON.stringify({ Successful });
}

function parse<Input>(body: Buffer): Input {
  return JSON.parse(body.toString());
}

/** Counting is all that is needed of a large body, and much cheaper than reading it. A quote in a text is escaped, so that this finds names only. */
function countOf(text: string, body: Buffer): number {
  let count = 0;
  for (let at = body.indexOf(text); at !== -1; at = body.indexOf(text, at + text.length)) count++;
  return count;
}

function clientItem(clientId: string): object {
  return {
    clientId: { S: clientId },
    active: { BOOL: true },
    allowedTypes: { L: [{ S: "transaction" }] },
    topicArn: { S: topicArn(clientId) },
    queueName: { S: clientQueue(clientId) },
  };
}
