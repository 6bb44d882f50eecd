import validations from "dynalite/validations/index.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toItem } from "../../../../src/adapters/aws/fact-items.js";
import { checkInput } from "../../../../src/local/tables/operations.js";
import { isPlainBatchStatement, isPlainBatchWrite, isPlainValue } from "../../../../src/local/tables/plain-requests.js";
import {
  acceptedFact,
  duplicateFact,
  publishedFact,
  redrivenFact,
  rejectedFact,
  replayedFact,
} from "../../../contract/journal-facts.js";

const MAX_ITEM_SIZE = 400 * 1024;

/** Of anything: what clients send, what they should not, and what only nearly is one or the other. */
const scalar = fc.oneof(
  fc.string(),
  fc.boolean(),
  fc.constant(null),
  fc.integer(),
  fc.constantFrom("0", "-0", "-7", "007", "1e3", "1.50", "9".repeat(38), "9".repeat(39), "1".padEnd(130, "0"), "NaN"),
);
const type = fc.constantFrom("S", "N", "BOOL", "NULL", "B", "SS", "NS", "Q");
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    fc.string().map((S) => ({ S })),
    fc.integer().map((N) => ({ N: String(N) })),
    fc.boolean().map((BOOL) => ({ BOOL })),
    fc.dictionary(type, fc.oneof(scalar, fc.array(scalar, { maxLength: 2 })), { maxKeys: 2 }),
    fc.dictionary(fc.string(), tie("value")).map((M) => ({ M })),
    fc.array(tie("value"), { maxLength: 2 }).map((L) => ({ L })),
    scalar,
  ),
}));
const item = fc.dictionary(fc.oneof(fc.string({ maxLength: 3 }), fc.constant("__proto__")), value, { maxKeys: 3 });
const seldom = <Value>(value: Value) => ({ arbitrary: fc.constant(value), weight: 1 });
const stray = fc.oneof({ arbitrary: fc.constant({}), weight: 30 }, seldom({ Other: 1 }));
const kind = fc.oneof(
  { arbitrary: fc.constantFrom(["PutRequest", "Item"], ["DeleteRequest", "Key"]), weight: 20 },
  seldom(["PutRequest", "Key"]),
  seldom(["Neither", "Item"]),
);
const write = fc
  .tuple(kind, item, stray)
  .map(([[request = "", member = ""], content, more]) => ({ [request]: { [member]: content, ...more } }));
const writes = fc.oneof(
  { arbitrary: fc.array(write, { minLength: 1, maxLength: 2 }), weight: 9 },
  { arbitrary: fc.array(write, { minLength: 24, maxLength: 27 }), weight: 1 },
);
const tableName = fc.oneof({ arbitrary: fc.constantFrom("journal", "clients"), weight: 9 }, seldom("a b c"));
const batchWrite = fc
  .tuple(fc.dictionary(tableName, writes, { maxKeys: 2 }), stray)
  .map(([RequestItems, more]) => ({ RequestItems, ...more }));

const checks = { numRuns: 2000 };
const store = { options: { maxItemSize: MAX_ITEM_SIZE } } as Parameters<typeof checkInput>[0];

/** Through JSON, as it would arrive. */
function arrived<Value>(input: Value): Value {
  return JSON.parse(JSON.stringify(input));
}

describe("what is recognised as plain", () => {
  test("of a BatchWriteItem, dynalite finds nothing wrong with and leaves as it is", () => {
    let recognised = 0;
    fc.assert(
      fc.property(batchWrite, (generated) => {
        const input = arrived(generated);
        if (!isPlainBatchWrite(input, MAX_ITEM_SIZE)) return;
        recognised += 1;
        expect(checkInput(store, "BatchWriteItem", structuredClone(input))).toEqual(input);
      }),
      checks,
    );
    expect(recognised).toBeGreaterThan(50);
  });

  test("of a value, dynalite finds nothing wrong with and leaves as it is", () => {
    let recognised = 0;
    fc.assert(
      fc.property(value, (generated) => {
        const input: unknown = arrived(generated);
        if (!isPlainValue(input)) return;
        recognised += 1;
        const checked = structuredClone(input);
        expect(validations.validateAttributeValue(checked) ?? undefined).toBeUndefined();
        expect(checked).toEqual(input);
      }),
      checks,
    );
    expect(recognised).toBeGreaterThan(50);
  });
});

describe("is left to dynalite:", () => {
  const put = (Item: object) => ({ RequestItems: { journal: [{ PutRequest: { Item } }] } });

  test.each([
    ["a batch without writes", { RequestItems: { journal: [] } }],
    ["a batch of no table", { RequestItems: {} }],
    ["26 writes", { RequestItems: { journal: Array(26).fill({ DeleteRequest: { Key: { k: { S: "" } } } }) } }],
    ["a number with leading zeros", put({ n: { N: "007" } })],
    ["a value of two types", put({ n: { N: "7", S: "7" } })],
    ["a name that is special in JavaScript", put(JSON.parse('{"__proto__": {"S": "x"}}'))],
    ["an item that is too large", put({ s: { S: "x".repeat(MAX_ITEM_SIZE + 1) } })],
  ])("%s", (_, input) => {
    expect(isPlainBatchWrite(input, MAX_ITEM_SIZE)).toBe(false);
  });

  test.each([
    ["no statement", { Statements: [] }],
    ["26 statements", { Statements: Array(26).fill({ Statement: "x" }) }],
    ["an empty statement", { Statements: [{ Statement: "" }] }],
    ["an empty list of parameters", { Statements: [{ Statement: "x", Parameters: [] }] }],
    ["a parameter that is a number", { Statements: [{ Statement: "x", Parameters: [{ N: 1 }] }] }],
    ["a member that it does not know", { Statements: [{ Statement: "x", ConsistentRead: true }] }],
    ["an unknown wish for old values", { Statements: [{ Statement: "x", ReturnValuesOnConditionCheckFailure: "X" }] }],
  ])("%s", (_, input) => {
    expect(isPlainBatchStatement(input)).toBe(false);
  });

  test("nothing of what evp writes", () => {
    for (const fact of [
      acceptedFact(),
      publishedFact(),
      rejectedFact(),
      duplicateFact(),
      redrivenFact(),
      replayedFact(),
    ]) {
      const Item = arrived(toItem(fact, { retentionDays: 30, replayIndex: true, rejectionIndex: true }));
      expect(isPlainBatchWrite(put(Item), MAX_ITEM_SIZE), fact.fact).toBe(true);
      const Parameters = Object.values(Item);
      expect(isPlainBatchStatement({ Statements: [{ Statement: "INSERT", Parameters }] }), fact.fact).toBe(true);
    }
  });
});
