import { describe, expect, it } from "vitest";
import { compileFilterPolicy } from "../../../src/local/model/filter-policy.js";
import type { MessageAttributes } from "../../../src/local/model/message.js";
import { refusal } from "./a-model.js";

const string = (stringValue: string) => ({ dataType: "String", stringValue });
const number = (value: number) => ({ dataType: "Number", stringValue: String(value) });
const array = (values: unknown[]) => ({ dataType: "String.Array", stringValue: JSON.stringify(values) });

// AWS: "Amazon SNS message filtering", "Filter policy constraints in Amazon SNS".
describe("a filter policy on attributes", () => {
  const order = {
    store: string("example_corp"),
    event: string("order_placed"),
    price: number(120.5),
    tags: array(["new", 7]),
  };

  it.each<[string, object, boolean, MessageAttributes?]>([
    ["an exact value", { store: ["example_corp"] }, true],
    ["one of several values", { store: ["other", "example_corp"] }, true],
    ["another value", { store: ["other"] }, false],
    ["another case", { store: ["Example_Corp"] }, false],
    ["all of several fields", { store: ["example_corp"], event: ["order_placed"] }, true],
    ["not all of several fields", { store: ["example_corp"], event: ["order_cancelled"] }, false],
    ["a field that is missing", { colour: ["red"] }, false],
    ["a field named like a built-in property", { constructor: ["x"] }, false],
    ["a prefix", { event: [{ prefix: "order" }] }, true],
    ["another prefix", { event: [{ prefix: "Order" }] }, false],
    ["a suffix", { event: [{ suffix: "placed" }] }, true],
    ["any case", { store: [{ "equals-ignore-case": "EXAMPLE_corp" }] }, true],
    ["anything but another value", { store: [{ "anything-but": "other" }] }, true],
    ["anything but this value", { store: [{ "anything-but": ["other", "example_corp"] }] }, false],
    ["anything but, on a missing field", { colour: [{ "anything-but": "red" }] }, false],
    ["anything but a prefix", { event: [{ "anything-but": { prefix: "order" } }] }, false],
    ["anything but a suffix", { event: [{ "anything-but": { suffix: "cancelled" } }] }, true],
    ["anything but a number", { price: [{ "anything-but": [100, 500] }] }, true],
    ["a number", { price: [120.5] }, true],
    ["a number as text", { price: ["120.5"] }, false],
    ["a numeric equality", { price: [{ numeric: ["=", 120.5] }] }, true],
    ["a numeric bound", { price: [{ numeric: [">", 120.5] }] }, false],
    ["a numeric range", { price: [{ numeric: [">=", 120.5, "<", 200] }] }, true],
    ["a range on text", { store: [{ numeric: [">", 0] }] }, false],
    ["a field that exists", { price: [{ exists: true }] }, true],
    ["a field that must not exist", { price: [{ exists: false }] }, false],
    ["a missing field that must not exist", { colour: [{ exists: false }] }, true],
    ["an element of a String.Array", { tags: ["new"] }, true],
    ["a number in a String.Array", { tags: [7] }, true],
    ["no element of a String.Array", { tags: ["old"] }, false],
    ["either side of $or", { $or: [{ store: ["other"] }, { price: [{ numeric: [">", 100] }] }] }, true],
    ["neither side of $or", { $or: [{ store: ["other"] }, { price: [{ numeric: [">", 1000] }] }] }, false],
    [
      "$or beside a field that does not match",
      { event: ["x"], $or: [{ store: ["example_corp"] }, { price: [1] }] },
      false,
    ],
    ["a binary attribute", { store: ["AQID"] }, false, { store: { dataType: "Binary", binaryValue: "AQID" } }],
    [
      "a binary attribute that exists",
      { store: [{ exists: true }] },
      true,
      { store: { dataType: "Binary", binaryValue: "AQID" } },
    ],
    ["everything, when it is empty", {}, true],
  ])("%s", (_, policy, expected, attributes = order) => {
    expect(compileFilterPolicy(JSON.stringify(policy), "MessageAttributes")({ body: "", attributes })).toBe(expected);
  });
});

// AWS: "Amazon SNS payload-based message filtering".
describe("a filter policy on the body", () => {
  const body = {
    type: "transaction",
    payload: { amount: 120, tags: ["a", "b"], items: [{ sku: "x1" }, { sku: "x2" }], note: null, paid: true },
  };

  it.each([
    ["a field", { type: ["transaction"] }, true],
    ["a nested field", { payload: { amount: [{ numeric: [">", 100] }] } }, true],
    ["a nested field that does not match", { payload: { amount: [{ numeric: ["<", 100] }] } }, false],
    ["an element of a list", { payload: { tags: ["b"] } }, true],
    ["a field of one of a list's objects", { payload: { items: { sku: ["x2"] } } }, true],
    ["null", { payload: { note: [null] } }, true],
    ["a boolean", { payload: { paid: [true] } }, true],
    ["an object that exists", { payload: [{ exists: true }] }, true],
    ["a field that must not exist", { payload: { colour: [{ exists: false }] } }, true],
    ["$or inside", { payload: { $or: [{ amount: [1] }, { paid: [true] }] } }, true],
  ])("%s", (_, policy, expected) => {
    const wants = compileFilterPolicy(JSON.stringify(policy), "MessageBody");
    expect(wants({ body: JSON.stringify(body), attributes: {} })).toBe(expected);
  });

  it.each(["no JSON", "[]", '"text"'])("wants no body that is no JSON object: %s", (text) => {
    const wants = compileFilterPolicy('{"type":[{"exists":false}]}', "MessageBody");
    expect(wants({ body: text, attributes: {} })).toBe(false);
  });
});

describe("what is no filter policy", () => {
  it.each([
    [{ key: "value" }, 'FilterPolicy: "key" must be an object or an array'],
    [{ key: [["value"]] }, "FilterPolicy: Match value must be String, number, true, false, or null"],
    [{ key: [] }, "FilterPolicy: Empty arrays are not allowed"],
    [{ key: [{ "wrong-operator": true }] }, "FilterPolicy: Unrecognized match type wrong-operator"],
    [{ key: [{ suffix: "a", prefix: "b" }] }, "FilterPolicy: Only one key allowed in match expression"],
    [{ key: [{ suffix: 100 }] }, "FilterPolicy: suffix match pattern must be a string"],
    [{ key: [{ exists: "no" }] }, "FilterPolicy: exists match pattern must be either true or false."],
    [{ key: [{ numeric: [] }] }, "FilterPolicy: Invalid member in numeric match: ]"],
    [{ key: [{ numeric: ["=", "000"] }] }, "FilterPolicy: Value of equals must be numeric"],
    [{ key: [{ numeric: [">="] }] }, "FilterPolicy: Value of >= must be numeric"],
    [{ key: [{ numeric: ["operator", 1] }] }, "FilterPolicy: Unrecognized numeric range operator: operator"],
    [{ key: [{ numeric: ["<", 100, ">", 10] }] }, "FilterPolicy: Too many elements in numeric expression"],
    [{ key: [{ numeric: [">=", 1, ">", 2] }] }, "FilterPolicy: Bad numeric range operator: >"],
    [{ key: [{ numeric: [">", 3, "<", 1] }] }, "FilterPolicy: Bottom must be less than top"],
    [{ key: [{ numeric: [">", 20, "<", 30, "<", 50] }] }, "FilterPolicy: Too many terms in numeric range expression"],
    [
      { key: { nested: ["value"] } },
      "FilterPolicy: Filter policy scope MessageAttributes does not support nested filter policy",
    ],
    [{ a: [1], b: [1], c: [1], d: [1], e: [1], f: [1] }, "FilterPolicy: Filter policy is too complex"],
    [{ a: Array.from({ length: 151 }, (_, index) => index) }, "FilterPolicy: Filter policy is too complex"],
  ])("%j", (policy, expected) => {
    expect(refusal(() => compileFilterPolicy(JSON.stringify(policy), "MessageAttributes"))).toBe(
      `InvalidParameter: Invalid parameter: ${expected}`,
    );
  });

  it("is text that is no JSON", () => {
    expect(refusal(() => compileFilterPolicy("{no", "MessageBody"))).toMatch("FilterPolicy: failed to parse JSON");
  });
});
