/**
 * What dynalite 4.0.0 lacks, one test for each mend in src/local/tables: when one of them fails, dynalite has learned it
 * and the mend can go.
 */
import { writeFileSync } from "node:fs";
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { join } from "node:path";
import dynalite, { type Store } from "dynalite/db/index.js";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { checkInput, isOperation, type OperationName, runOperation } from "../../src/local/tables/operations.js";
import { openTableService } from "../../src/local/tables/table-service.js";
import { openTableStore } from "../../src/local/tables/table-store.js";
import { JOURNAL, temporaryDirectory } from "./local-tables-support.js";

async function bareStore(createTableMs = 0): Promise<Store> {
  const path = join(temporaryDirectory(), "tables");
  const store = dynalite.create({ path, createTableMs, deleteTableMs: 0, updateTableMs: 0 });
  await store.db.open();
  onTestFinished(() => store.db.close());
  return store;
}

const run = (store: Store, name: OperationName, input: unknown) =>
  runOperation(store, name, checkInput(store, name, structuredClone(input)));

async function withTable(store: Store, input: object = JOURNAL): Promise<Store> {
  await run(store, "CreateTable", input);
  await vi.waitFor(async () => {
    expect(await run(store, "DescribeTable", { TableName: "journal" })).toMatchObject({
      Table: { TableStatus: "ACTIVE" },
    });
  });
  return store;
}

const item = (id: string) => ({ eventId: { S: id }, fact: { S: "accepted" }, day: { S: "d" }, at: { N: "1" } });
const resourceArn = "arn:aws:dynamodb:us-east-1:000000000000:table/journal";

describe("dynalite still lacks", () => {
  test("BatchExecuteStatement", () => {
    expect(isOperation("BatchExecuteStatement")).toBe(false);
    const load = import(/* @vite-ignore */ "dynalite/actions/" + "batchExecuteStatement.js");
    return expect(load).rejects.toThrow(/batchExecuteStatement/);
  });

  test("a batch write in one piece: it puts items and index entries one by one", async () => {
    const store = await withTable(await bareStore());
    const put = vi.spyOn(store.db as unknown as { put(): void }, "put");
    const requests = [item("1"), item("2")].map((Item) => ({ PutRequest: { Item } }));
    await run(store, "BatchWriteItem", { RequestItems: { journal: requests } });
    expect(put).toHaveBeenCalledTimes(4);
  });

  test("the tags of CreateTable", async () => {
    const store = await withTable(await bareStore(), { ...JOURNAL, Tags: [{ Key: "evp:stack", Value: "evp" }] });
    expect(await run(store, "ListTagsOfResource", { ResourceArn: resourceArn })).toEqual({ Tags: [] });
  });

  test("lists of tables and tags that do not walk over every item", async () => {
    const store = await withTable(await bareStore());
    const keys = vi.spyOn(store.db, "keys");
    await run(store, "ListTables", {});
    await run(store, "ListTagsOfResource", { ResourceArn: resourceArn });
    expect(keys.mock.calls).toEqual([[{}], [undefined]]);
  });

  test("a deletion that does not walk over the items of every table", async () => {
    const store = await withTable(await bareStore());
    const keys = vi.spyOn(store.db, "keys");
    await run(store, "DeleteTable", { TableName: "journal" });
    expect(keys.mock.calls).toEqual([[undefined], [undefined], [undefined]]);
  });

  test("a table that becomes ready when its process died while it was created", async () => {
    const path = join(temporaryDirectory(), "tables");
    const options = { path, createTableMs: 60_000, deleteTableMs: 0, updateTableMs: 0 };
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    for (const described of ["CREATING", "CREATING"]) {
      const store = dynalite.create(options);
      await store.db.open();
      await run(store, "CreateTable", JOURNAL).catch(() => undefined);
      const answer = await run(store, "DescribeTable", { TableName: "journal" });
      expect(answer).toMatchObject({ Table: { TableStatus: described } });
      await store.db.close();
    }
    vi.useRealTimers();

    const tables = await openTableService(path);
    onTestFinished(() => tables.close());
    const { body } = await tables.handle({
      method: "POST",
      url: "/",
      headers: { "x-amz-target": "DynamoDB_20120810.DescribeTable" },
      body: Buffer.from(`{"TableName":"journal"}`),
    });
    expect(JSON.parse(String(body))).toMatchObject({
      Table: { TableStatus: "ACTIVE", GlobalSecondaryIndexes: [{ IndexStatus: "ACTIVE" }] },
    });
  });

  test("a server that outlives a client which dies in mid-upload", async () => {
    const { default: createServer } = await import("dynalite" as string);
    const server = createServer();
    const request = new IncomingMessage(new Socket());
    server.emit("request", request, new ServerResponse(request));
    expect(() => request.emit("error", new Error("aborted"))).toThrow("aborted");
  });
});

describe("in their place", () => {
  test("a batch is one LevelDB write, index entries among it", async () => {
    const path = join(temporaryDirectory(), "tables");
    const store = await openTableStore(path);
    onTestFinished(() => store.db.close());
    await withTable(store);
    const batch = vi.spyOn(store.db, "batch");
    const { batchWriteItem } = await import("../../src/local/tables/batch-write-item.js");
    await batchWriteItem(store, {
      RequestItems: { journal: [item("1"), item("2")].map((Item) => ({ PutRequest: { Item } })) },
    });
    expect(batch).toHaveBeenCalledTimes(1);
    expect(batch.mock.calls[0]?.[0]).toHaveLength(4);
  });

  test("tables and tags are listed, and a table deleted, by the range of their own keys", async () => {
    const store = await openTableStore(join(temporaryDirectory(), "tables"));
    onTestFinished(() => store.db.close());
    await withTable(store);
    await run(store, "PutItem", { TableName: "journal", Item: item("1") });
    const keys = vi.spyOn(store.db, "keys");
    expect(await run(store, "ListTables", {})).toEqual({ TableNames: ["journal"] });
    await run(store, "ListTagsOfResource", { ResourceArn: resourceArn });
    await run(store, "DeleteTable", { TableName: "journal" });
    expect(keys.mock.calls).toEqual([
      [{ gte: "table~", lt: "table\u007f" }],
      [{ gte: "tag-journal~", lt: "tag-journal\u007f" }],
    ]);
    const left: string[] = [];
    for await (const key of store.db.keys({ gte: "", lt: "table~" })) {
      left.push(key);
    }
    expect(left).toEqual([]);
  });

  test("a directory that another process has open is refused", async () => {
    const path = join(temporaryDirectory(), "tables");
    const store = await openTableStore(path);
    onTestFinished(() => store.db.close());
    await expect(openTableStore(path)).rejects.toMatchObject({ code: "state-dir-in-use", category: "failed" });
  });

  test("a directory that cannot be one is refused", async () => {
    const file = join(temporaryDirectory(), "file");
    writeFileSync(file, "");
    await expect(openTableStore(join(file, "tables"))).rejects.toMatchObject({ code: "tables-unreadable" });
  });
});
