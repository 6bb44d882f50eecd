import { connect } from "node:net";
import {
  BatchExecuteStatementCommand,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ExecuteStatementCommand,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TagResourceCommand,
  UpdateItemCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
  waitUntilTableNotExists,
} from "@aws-sdk/client-dynamodb";
import { describe, expect, test, vi } from "vitest";
import { bodyOf, INSERT, insert, JOURNAL, key, serveTables } from "./local-tables-support.js";

const keysByDay = {
  TableName: "journal",
  IndexName: "by-day",
  KeyConditionExpression: "#day = :day",
  ExpressionAttributeNames: { "#day": "day" },
  ExpressionAttributeValues: { ":day": { S: "d" } },
};

describe("tables", () => {
  test("a table can be used as soon as it was created, and its name again as soon as it was deleted", async () => {
    const { client } = await serveTables();
    const created = await client.send(new CreateTableCommand(JOURNAL));
    expect(created.TableDescription?.TableArn).toBe("arn:aws:dynamodb:us-east-1:000000000000:table/journal");
    await waitUntilTableExists({ client, maxWaitTime: 30 }, { TableName: "journal" });
    await client.send(
      new PutItemCommand({ TableName: "journal", Item: { ...key("1"), day: { S: "d" }, at: { N: "1" } } }),
    );
    const described = await client.send(new DescribeTableCommand({ TableName: "journal" }));
    expect(described.Table).toMatchObject({
      TableStatus: "ACTIVE",
      BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
      GlobalSecondaryIndexes: [
        { IndexName: "by-day", IndexStatus: "ACTIVE", Projection: { ProjectionType: "KEYS_ONLY" } },
      ],
    });

    await client.send(new DeleteTableCommand({ TableName: "journal" }));
    await waitUntilTableNotExists({ client, maxWaitTime: 30 }, { TableName: "journal" });
    await client.send(new CreateTableCommand(JOURNAL));
    expect((await client.send(new ScanCommand({ TableName: "journal" }))).Items).toEqual([]);
    expect((await client.send(new QueryCommand(keysByDay))).Items).toEqual([]);
  });

  test("calls on items follow the definition of the table as it is now", async () => {
    const { client } = await serveTables();
    await client.send(new CreateTableCommand(JOURNAL));
    const put = (Item: object) =>
      client.send(new BatchWriteItemCommand({ RequestItems: { journal: [{ PutRequest: { Item: Item as never } }] } }));
    await put(key("1"));
    expect(await bodyOf(client, "1")).toBeUndefined();
    await client.send(new DeleteTableCommand({ TableName: "journal" }));
    await expect(put(key("1"))).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    await expect(bodyOf(client, "1")).rejects.toMatchObject({ name: "ResourceNotFoundException" });

    const keyedByOrder = {
      ...JOURNAL,
      AttributeDefinitions: [{ AttributeName: "order", AttributeType: "N" as const }],
      KeySchema: [{ AttributeName: "order", KeyType: "HASH" as const }],
      GlobalSecondaryIndexes: undefined,
    };
    await client.send(new CreateTableCommand(keyedByOrder));
    await expect(put(key("1"))).rejects.toThrow("The provided key element does not match the schema");
    await put({ order: { N: "1" } });
    expect((await client.send(new ScanCommand({ TableName: "journal" }))).Items).toEqual([{ order: { N: "1" } }]);
  });

  test("a table is created with its tags and gets more", async () => {
    const { client } = await serveTables();
    const { TableDescription } = await client.send(
      new CreateTableCommand({ ...JOURNAL, Tags: [{ Key: "evp:stack", Value: "evp" }] }),
    );
    const ResourceArn = TableDescription?.TableArn;
    await client.send(new TagResourceCommand({ ResourceArn, Tags: [{ Key: "owner", Value: "ops" }] }));
    expect((await client.send(new ListTagsOfResourceCommand({ ResourceArn }))).Tags).toEqual([
      { Key: "evp:stack", Value: "evp" },
      { Key: "owner", Value: "ops" },
    ]);
  });

  test("server-side encryption and deletion protection may be asked for", async () => {
    const { client } = await serveTables();
    await client.send(
      new CreateTableCommand({ ...JOURNAL, SSESpecification: { Enabled: true }, DeletionProtectionEnabled: true }),
    );
    expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual(["journal"]);
  });

  test("what the embedded stack lacks is refused by name", async () => {
    const { client } = await serveTables();
    await client.send(new CreateTableCommand(JOURNAL));
    const TimeToLiveSpecification = { AttributeName: "expiresAt", Enabled: true };
    await expect(
      client.send(new UpdateTimeToLiveCommand({ TableName: "journal", TimeToLiveSpecification })),
    ).rejects.toMatchObject({
      name: "UnknownOperationException",
      message: "The embedded stack does not serve DynamoDB's UpdateTimeToLive",
    });
    await expect(client.send(new DescribeContinuousBackupsCommand({ TableName: "journal" }))).rejects.toMatchObject({
      name: "UnknownOperationException",
    });
    await expect(client.send(new ExecuteStatementCommand({ Statement: INSERT }))).rejects.toMatchObject({
      message: "The embedded stack does not serve DynamoDB's ExecuteStatement",
    });
    const ttl = await client.send(new DescribeTimeToLiveCommand({ TableName: "journal" }));
    expect(ttl.TimeToLiveDescription).toEqual({ TimeToLiveStatus: "DISABLED" });
  });
});

describe("items", () => {
  test("conditional puts, updates, deletes, strongly consistent reads and batch reads", async () => {
    const { client } = await serveTables();
    await client.send(new CreateTableCommand(JOURNAL));
    const put = new PutItemCommand({
      TableName: "journal",
      Item: { ...key("1"), body: { S: "😀" } },
      ConditionExpression: "attribute_not_exists(eventId)",
    });
    await client.send(put);
    await expect(client.send(put)).rejects.toMatchObject({ name: "ConditionalCheckFailedException" });
    const update = (from: string) =>
      new UpdateItemCommand({
        TableName: "journal",
        Key: key("1"),
        UpdateExpression: "SET body = :new",
        ConditionExpression: "body = :old",
        ExpressionAttributeValues: { ":new": { S: "2" }, ":old": { S: from } },
      });
    await client.send(update("😀"));
    await expect(client.send(update("😀"))).rejects.toMatchObject({ name: "ConditionalCheckFailedException" });
    const batch = await client.send(
      new BatchGetItemCommand({
        RequestItems: { journal: { Keys: [key("1"), key("missing")], ConsistentRead: true } },
      }),
    );
    expect(batch.Responses).toEqual({ journal: [{ ...key("1"), body: { S: "2" } }] });
    await client.send(new DeleteItemCommand({ TableName: "journal", Key: key("1") }));
    expect(await bodyOf(client, "1")).toBeUndefined();
  });

  test("an index of keys follows every batch write, page by page", async () => {
    const { client } = await serveTables();
    await client.send(new CreateTableCommand(JOURNAL));
    const item = (id: string, day: string, at: number) => ({ ...key(id), day: { S: day }, at: { N: String(at) } });
    const write = (requests: object[]) =>
      client.send(new BatchWriteItemCommand({ RequestItems: { journal: requests } }));
    await write([
      { PutRequest: { Item: item("b", "d", 2) } },
      { PutRequest: { Item: item("a", "d", 10) } },
      { PutRequest: { Item: item("c", "other", 1) } },
      { PutRequest: { Item: key("sparse") } },
    ]);
    const first = await client.send(new QueryCommand({ ...keysByDay, Limit: 1 }));
    expect(first.Items).toEqual([item("b", "d", 2)]);
    const rest = await client.send(new QueryCommand({ ...keysByDay, ExclusiveStartKey: first.LastEvaluatedKey }));
    expect(rest.Items).toEqual([item("a", "d", 10)]);

    await write([{ PutRequest: { Item: item("b", "other", 3) } }, { DeleteRequest: { Key: key("a") } }]);
    expect((await client.send(new QueryCommand(keysByDay))).Items).toEqual([]);
    expect((await client.send(new ScanCommand({ TableName: "journal", Select: "COUNT" }))).Count).toBe(3);
  });

  test("a batch of 25 puts and its consumed capacity", async () => {
    const { client } = await serveTables();
    await client.send(new CreateTableCommand(JOURNAL));
    const requests = Array.from({ length: 25 }, (_, index) => ({ PutRequest: { Item: key(String(index)) } }));
    const plain = await client.send(new BatchWriteItemCommand({ RequestItems: { journal: requests } }));
    expect(plain.UnprocessedItems).toEqual({});
    const counted = await client.send(
      new BatchWriteItemCommand({ RequestItems: { journal: requests }, ReturnConsumedCapacity: "TOTAL" }),
    );
    expect(counted.ConsumedCapacity).toEqual([{ TableName: "journal", CapacityUnits: 25 }]);
  });

  test("a batch write with a key twice, a missing key, or a missing table changes nothing", async () => {
    const { client } = await serveTables();
    await client.send(new CreateTableCommand(JOURNAL));
    const write = (items: object[], table = "journal") =>
      client.send(
        new BatchWriteItemCommand({
          RequestItems: { [table]: items.map((Item) => ({ PutRequest: { Item } })) as never },
        }),
      );
    await expect(write([key("1"), key("1")])).rejects.toThrow("Provided list of item keys contains duplicates");
    await expect(write([key("1"), { eventId: { S: "2" } }])).rejects.toThrow(
      "The provided key element does not match the schema",
    );
    await expect(write([key("1")], "nowhere")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    expect(await bodyOf(client, "1")).toBeUndefined();
    expect((await client.send(new ScanCommand({ TableName: "journal" }))).Count).toBe(0);
  });
});

describe("the front door", () => {
  test("tables and items are there again after a restart", async () => {
    const first = await serveTables();
    await first.client.send(new CreateTableCommand(JOURNAL));
    await first.client.send(new BatchExecuteStatementCommand({ Statements: [insert("1", "kept")] }));
    await first.close();
    const second = await serveTables(first.directory);
    expect(await bodyOf(second.client, "1")).toBe("kept");
  });

  test("a client that dies in mid-upload hurts nobody", async () => {
    const { client, port, log } = await serveTables();
    await client.send(new CreateTableCommand(JOURNAL));
    const socket = connect(port, "127.0.0.1");
    await vi.waitUntil(() => socket.readyState === "open");
    socket.write(
      'POST / HTTP/1.1\r\nhost: x\r\nx-amz-target: DynamoDB_20120810.PutItem\r\ncontent-length: 1000\r\n\r\n{"TableName"',
    );
    socket.resetAndDestroy();
    await client.send(new PutItemCommand({ TableName: "journal", Item: key("1") }));
    expect(log).toEqual([]);
  });

  test("a request that is too large is refused", async () => {
    const { client, endpoint } = await serveTables();
    const answer = await fetch(endpoint, { method: "POST", body: "x".repeat(21 * 1024 * 1024) });
    expect(answer.status).toBe(413);
    expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual([]);
  });

  test("an answer carries the checksum that SDKs compare", async () => {
    const { endpoint } = await serveTables();
    const answer = await fetch(endpoint, {
      method: "POST",
      headers: { "x-amz-target": "DynamoDB_20120810.ListTables" },
      body: "{}",
    });
    expect(await answer.text()).toBe(`{"TableNames":[]}`);
    expect(answer.headers.get("x-amz-crc32")).toBe("1315925753");
  });
});
