import { BatchExecuteStatementCommand, CreateTableCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "vitest";
import { bodyOf, INSERT, insert, JOURNAL, key, serveTables } from "./local-tables-support.js";

describe("BatchExecuteStatement", () => {
  test("each insert stands by itself: what is there already is a DuplicateItem and stays", async () => {
    const { client } = await serveTables();
    await client.send(new CreateTableCommand(JOURNAL));
    await client.send(new BatchExecuteStatementCommand({ Statements: [insert("1", "first")] }));
    const { Responses } = await client.send(
      new BatchExecuteStatementCommand({
        Statements: [insert("0", "new"), { ...insert("1", "second"), ReturnValuesOnConditionCheckFailure: "ALL_OLD" }],
      }),
    );
    expect(Responses).toEqual([
      { TableName: "journal" },
      {
        TableName: "journal",
        Error: {
          Code: "DuplicateItem",
          Message: "Duplicate primary key exists in table",
          Item: { ...key("1"), body: { S: "first" } },
        },
      },
    ]);
    expect(await bodyOf(client, "0")).toBe("new");
    expect(await bodyOf(client, "1")).toBe("first");
  });

  test("of inserts of one key that arrive at once, one wins", async () => {
    const { client } = await serveTables();
    await client.send(new CreateTableCommand(JOURNAL));
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        client.send(
          new BatchExecuteStatementCommand({ Statements: [insert("1", String(index)), insert(`x${index}`, "")] }),
        ),
      ),
    );
    const codes = answers.map(({ Responses }) => Responses?.[0]?.Error?.Code ?? "inserted");
    expect(codes.filter((code) => code === "inserted")).toHaveLength(1);
    expect(codes.filter((code) => code === "DuplicateItem")).toHaveLength(19);
    expect(await bodyOf(client, "1")).toBe(String(codes.indexOf("inserted")));
  });

  test("an item that DynamoDB would refuse fails alone", async () => {
    const { client } = await serveTables();
    await client.send(new CreateTableCommand(JOURNAL));
    const { Responses } = await client.send(
      new BatchExecuteStatementCommand({
        Statements: [
          { Statement: `INSERT INTO "journal" VALUE {'eventId': ?}`, Parameters: [{ S: "no range key" }] },
          insert("", "empty key"),
          insert("big", "x".repeat(410_000)),
          { Statement: `INSERT INTO "nowhere" VALUE {'a': ?}`, Parameters: [{ S: "1" }] },
          insert("good", "good"),
        ],
      }),
    );
    expect(Responses?.map(({ Error: fault }) => fault?.Code)).toEqual([
      "ValidationError",
      "ValidationError",
      "ValidationError",
      "ResourceNotFound",
      undefined,
    ]);
    expect(await bodyOf(client, "good")).toBe("good");
  });

  test.each([
    [
      "more than 25 statements",
      Array.from({ length: 26 }, (_, index) => insert(String(index), "")),
      /less than or equal to 25/,
    ],
    ["no statement", [], /greater than or equal to 1/],
    ["two statements about one key", [insert("1", "a"), insert("1", "b")], /contains duplicates/],
    ["a select", [insert("1", "a"), { Statement: `SELECT * FROM "journal"` }], /does not serve SELECT in PartiQL/],
    ["a parameter too few", [{ Statement: INSERT, Parameters: [{ S: "1" }] }], /Number of parameters/],
  ])("%s: the whole request is refused", async (_, Statements, message) => {
    const { client } = await serveTables();
    await client.send(new CreateTableCommand(JOURNAL));
    const sent = client.send(new BatchExecuteStatementCommand({ Statements }));
    await expect(sent).rejects.toMatchObject({ name: "ValidationException", message: expect.stringMatching(message) });
    expect((await client.send(new ScanCommand({ TableName: "journal" }))).Count).toBe(0);
  });
});
