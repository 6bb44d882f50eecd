import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs";
import { consumeQueue, type DeliveredMessage } from "../factories/consume-queue.js";
import { CLIENTS } from "./event-mix.js";
import { clientResource, DEAD_LETTER_QUEUE, EVENTS_TABLE, INGRESS_QUEUE, UNDELIVERED_QUEUE } from "./stack-names.js";

/** A fact of the journal, as it lies in the table. */
export interface StoredFact {
  eventId: string;
  clientId: string;
  fact: string;
  /** Of the facts about one message; empty for others. */
  messageId: string;
  /** The other members that are texts or numbers. */
  members: Record<string, string>;
}

/** Everything that a stack holds. */
export interface StackContents {
  byClient: Map<string, DeliveredMessage[]>;
  deadLetters: DeliveredMessage[];
  facts: StoredFact[];
  /** Messages on the ingress queue, and those that a topic could not hand over. */
  leftOver: { ingress: number; undelivered: number };
}

/** Straight to the stack, past the proxy. */
export interface StackClients {
  sqs: SQSClient;
  dynamodb: DynamoDBClient;
  queueUrl(name: string): Promise<string>;
  destroy(): void;
}

export function connectTo(endpoint: string): StackClients {
  const credentials = { accessKeyId: "chaos", secretAccessKey: "chaos" };
  const settings = { endpoint, region: "us-east-1", credentials, maxAttempts: 1 };
  const sqs = new SQSClient({ ...settings, useQueueUrlAsEndpoint: false });
  const dynamodb = new DynamoDBClient(settings);
  return {
    sqs,
    dynamodb,
    async queueUrl(QueueName) {
      const { QueueUrl = "" } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
      return QueueUrl;
    },
    destroy() {
      sqs.destroy();
      dynamodb.destroy();
    },
  };
}

/** Messages of a queue that are visible, in flight or delayed. */
export async function countMessages({ sqs, queueUrl }: StackClients, name: string): Promise<number> {
  const AttributeNames = [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
  ] as const;
  const QueueUrl = await queueUrl(name);
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }),
  );
  return AttributeNames.reduce((sum, attribute) => sum + Number(Attributes[attribute] ?? 0), 0);
}

/** Consumes the queues of the clients and the DLQ, and reads the journal. */
export async function readStack(stack: StackClients): Promise<StackContents> {
  const byClient = new Map<string, DeliveredMessage[]>();
  for (const { id } of CLIENTS) byClient.set(id, await consume(stack, clientResource(id)));
  return {
    byClient,
    deadLetters: await consume(stack, DEAD_LETTER_QUEUE),
    facts: await readFacts(stack),
    leftOver: {
      ingress: await countMessages(stack, INGRESS_QUEUE),
      undelivered: await countMessages(stack, UNDELIVERED_QUEUE),
    },
  };
}

async function consume({ sqs, queueUrl }: StackClients, name: string): Promise<DeliveredMessage[]> {
  return consumeQueue(sqs, await queueUrl(name));
}

/** Every fact of the journal. */
export async function readFacts({ dynamodb }: StackClients): Promise<StoredFact[]> {
  const facts: StoredFact[] = [];
  for await (const { Items = [] } of paginateScan({ client: dynamodb }, { TableName: EVENTS_TABLE })) {
    for (const item of Items) {
      const texts = Object.entries(item).flatMap(([name, { S, N }]) => {
        const value = S ?? N;
        return value === undefined ? [] : [[name, value] as const];
      });
      const { eventId = "", fact: key = "", ...members } = Object.fromEntries(texts);
      const [clientId = "", fact = "", messageId = ""] = key.split("#");
      facts.push({ eventId, clientId, fact, messageId, members });
    }
  }
  return facts;
}
