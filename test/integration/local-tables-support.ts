import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CreateTableCommandInput, DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { onTestFinished } from "vitest";
import { statusDocument } from "../../src/local/server/route.js";
import { openStackServer } from "../../src/local/server/stack-server.js";
import { openTableService } from "../../src/local/tables/table-service.js";

/** A directory that is gone after the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "evp-test-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

export function dynamoClient(endpoint: string): DynamoDBClient {
  const client = new DynamoDBClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
  onTestFinished(() => client.destroy());
  return client;
}

/** The tables alone, behind the stack's server. */
export async function serveTables(directory = temporaryDirectory()) {
  const tables = await openTableService(join(directory, "tables"));
  const log: string[] = [];
  const queues = { handle: async () => undefined };
  const services = { queues, tables, status: statusDocument("0.0.0", directory) };
  const server = await openStackServer({
    ports: [0],
    services,
    log: (line) => void log.push(line),
  });
  let isOpen = true;
  const close = async () => {
    if (isOpen) {
      isOpen = false;
      await server.close();
      await tables.close();
    }
  };
  onTestFinished(close);
  const endpoint = `http://127.0.0.1:${server.port}`;
  return { client: dynamoClient(endpoint), endpoint, port: server.port, close, log, directory };
}

/** Shaped like evp's own journal: hash and range key, a sparse index of keys. */
export const JOURNAL: CreateTableCommandInput = {
  TableName: "journal",
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [
    { AttributeName: "eventId", AttributeType: "S" },
    { AttributeName: "fact", AttributeType: "S" },
    { AttributeName: "day", AttributeType: "S" },
    { AttributeName: "at", AttributeType: "N" },
  ],
  KeySchema: [
    { AttributeName: "eventId", KeyType: "HASH" },
    { AttributeName: "fact", KeyType: "RANGE" },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: "by-day",
      KeySchema: [
        { AttributeName: "day", KeyType: "HASH" },
        { AttributeName: "at", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "KEYS_ONLY" },
    },
  ],
};

export const INSERT = `INSERT INTO "journal" VALUE {'eventId': ?, 'fact': ?, 'body': ?}`;

/** A statement of a BatchExecuteStatement. */
export const insert = (eventId: string, body: string) => ({
  Statement: INSERT,
  Parameters: [{ S: eventId }, { S: "accepted" }, { S: body }],
});

export const key = (eventId: string) => ({ eventId: { S: eventId }, fact: { S: "accepted" } });

/** What the item of `key(eventId)` has as its `body`. */
export async function bodyOf(client: DynamoDBClient, eventId: string): Promise<string | undefined> {
  const got = await client.send(new GetItemCommand({ TableName: "journal", Key: key(eventId), ConsistentRead: true }));
  return got.Item?.body?.S;
}
