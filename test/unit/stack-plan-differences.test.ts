import { describe, expect, it } from "vitest";
import { attributeDifferences, isSameSetting } from "../../src/core/stack-plan-differences.js";

describe("settings that differ", () => {
  it("are told with both values; what nobody wants is left alone", () => {
    const wanted = { VisibilityTimeout: "60", FifoQueue: "true", DelaySeconds: "0" };
    const found = { VisibilityTimeout: "30", FifoQueue: "true", ReceiveMessageWaitTimeSeconds: "20" };
    expect(attributeDifferences(wanted, found)).toEqual([
      { attribute: "VisibilityTimeout", wanted: "60", found: "30" },
      { attribute: "DelaySeconds", wanted: "0", found: "none" },
    ]);
  });

  it.each([
    ['{"a":1,"b":"2"}', '{ "b": 2, "a": "1" }', true],
    ['{"Action":"sqs:SendMessage"}', '{"Action":["sqs:SendMessage"]}', true],
    ['{"maxReceiveCount":1000}', '{"maxReceiveCount":"1000"}', true],
    ['{"maxReceiveCount":1000}', '{"maxReceiveCount":10}', false],
    ['{"list":["a","b"]}', '{"list":["b","a"]}', false],
    ["true", "false", false],
    ["MessageGroup", "Topic", false],
  ])("%s and %s", (wanted, found, isSame) => {
    expect(isSameSetting(wanted, found)).toBe(isSame);
  });
});
