import { describe, expect, it } from "vitest";
import { tapPolicy, topicsOfTapPolicy } from "../../../src/core/tap-policy.js";

const ACCOUNT = { account: "000000000000", region: "eu-west-1" };
const topic = (name: string) => `arn:aws:sns:eu-west-1:000000000000:${name}`;

describe("the policy of a tap's queue", () => {
  it("lets the named topics send, and no other", () => {
    const policy = tapPolicy("tap.fifo", ACCOUNT, { arns: [topic("a.fifo"), topic("b.fifo")] });
    expect(JSON.parse(policy)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "evp-topics-only",
          Effect: "Allow",
          Principal: { Service: "sns.amazonaws.com" },
          Action: "sqs:SendMessage",
          Resource: "arn:aws:sqs:eu-west-1:000000000000:tap.fifo",
          Condition: { ArnLike: { "aws:SourceArn": [topic("a.fifo"), topic("b.fifo")] } },
        },
      ],
    });
    expect(topicsOfTapPolicy(policy)).toEqual({ arns: [topic("a.fifo"), topic("b.fifo")], hasPattern: false });
  });

  it("stays small however many topics fit the pattern, and names those that do not", () => {
    const arns = [...Array.from({ length: 500 }, (_, index) => topic(`evp-client-${index}.fifo`)), topic("other.fifo")];
    const policy = tapPolicy("tap.fifo", ACCOUNT, { arns, pattern: topic("evp-*.fifo") });
    expect(policy.length).toBeLessThan(1_000);
    expect(topicsOfTapPolicy(policy)).toEqual({ arns: [topic("other.fifo")], hasPattern: true });
  });

  it.each(["", "{", "[]", '{"Statement":[]}'])("names no topic when it is %j", (policy) => {
    expect(topicsOfTapPolicy(policy)).toEqual({ arns: [], hasPattern: false });
  });
});
