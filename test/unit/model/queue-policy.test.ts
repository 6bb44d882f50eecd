import { describe, expect, it } from "vitest";
import { allowsTopic } from "../../../src/local/model/queue-policy.js";

const QUEUE = "arn:aws:sqs:us-east-1:000000000000:evp-client-1.fifo";
const TOPIC = "arn:aws:sns:us-east-1:000000000000:evp-client-1.fifo";
const allow = {
  Effect: "Allow",
  Principal: { Service: "sns.amazonaws.com" },
  Action: "sqs:SendMessage",
  Resource: QUEUE,
  Condition: { ArnEquals: { "aws:SourceArn": TOPIC } },
};
const deny = { Effect: "Deny", Principal: "*", Action: "sqs:*", Resource: QUEUE };

// AWS: "Subscribing an Amazon SQS queue to an Amazon SNS topic", "IAM JSON policy elements: Condition operators".
describe("a queue's policy lets a topic send", () => {
  it.each([
    ["to the letter of AWS's example", [allow], true],
    [
      "with a wildcard in the topic's ARN",
      [{ ...allow, Condition: { ArnLike: { "aws:SourceArn": "arn:aws:sns:*:000000000000:evp-*" } } }],
      true,
    ],
    ["with StringEquals", [{ ...allow, Condition: { StringEquals: { "AWS:SourceArn": [TOPIC, "other"] } } }], true],
    ["by account", [{ ...allow, Condition: { StringEquals: { "aws:SourceAccount": "000000000000" } } }], true],
    ["without a condition", [{ ...allow, Condition: undefined }], true],
    ["for everybody", [{ ...allow, Principal: "*" }], true],
    ["for everybody, in the longer form", [{ ...allow, Principal: { AWS: "*" } }], true],
    ["by any action", [{ ...allow, Action: ["sqs:ReceiveMessage", "SQS:*"] }], true],
    ["with other things forbidden", [allow, { ...deny, Action: "sqs:PurgeQueue" }], true],
    [
      "with insecure transport forbidden",
      [allow, { ...deny, Condition: { Bool: { "aws:SecureTransport": "false" } } }],
      true,
    ],
  ])("%s", (_, Statement, expected) => {
    expect(
      allowsTopic(JSON.stringify({ Statement }), { topicArn: TOPIC, queueArn: QUEUE, account: "000000000000" }),
    ).toBe(expected);
  });
});

describe("a queue's policy does not let a topic send", () => {
  it.each([
    ["for another topic", [{ ...allow, Condition: { ArnEquals: { "aws:SourceArn": `${TOPIC}x` } } }]],
    ["for another queue", [{ ...allow, Resource: `${QUEUE}x` }]],
    ["for another service", [{ ...allow, Principal: { Service: "events.amazonaws.com" } }]],
    ["for one user alone", [{ ...allow, Principal: { AWS: "arn:aws:iam::000000000000:user/x" } }]],
    ["by another action", [{ ...allow, Action: "sqs:ReceiveMessage" }]],
    [
      "when one condition of two fails",
      [{ ...allow, Condition: { ArnEquals: { "aws:SourceArn": TOPIC }, StringEquals: { "aws:SourceAccount": "1" } } }],
    ],
    ["under a condition that is not known", [{ ...allow, Condition: { IpAddress: { "aws:SourceIp": "127.0.0.1" } } }]],
    ["when it is forbidden too", [allow, deny]],
    [
      "when others than the topic are forbidden, and it is another",
      [allow, { ...deny, Condition: { ArnNotEquals: { "aws:SourceArn": "other" } } }],
    ],
    ["when there is no statement", []],
  ])("%s", (_, Statement) => {
    expect(
      allowsTopic(JSON.stringify({ Statement }), { topicArn: TOPIC, queueArn: QUEUE, account: "000000000000" }),
    ).toBe(false);
  });

  it.each([undefined, "no JSON", "[]"])("when it is %j", (policy) => {
    expect(allowsTopic(policy, { topicArn: TOPIC, queueArn: QUEUE, account: "000000000000" })).toBe(false);
  });
});
