import { describe, expect, it } from "vitest";
import { queueHandler } from "../../../src/adapters/aws/provision/queue.js";
import { queuePolicyHandler } from "../../../src/adapters/aws/provision/queue-policy.js";
import { subscriptionHandler } from "../../../src/adapters/aws/provision/subscription.js";
import { tableHandler } from "../../../src/adapters/aws/provision/table.js";
import { createQueueUrls } from "../../../src/adapters/aws/queue-urls.js";
import type { DesiredQueue, DesiredSubscription, DesiredTable } from "../../../src/core/stack-plan.js";
import { createInstantClock } from "../../doubles/instant-clock.js";
import { type Answer, sdkDouble, serviceError } from "./sdk-double.js";

/** Fails so many times, and answers then. */
function failingFirst(times: number, code: string, answer: unknown): () => unknown {
  let calls = 0;
  return () => {
    calls += 1;
    if (calls <= times) throw serviceError(code);
    return answer;
  };
}

describe("a new table", () => {
  const TABLE: DesiredTable = {
    kind: "table",
    name: "evp-events",
    arn: "arn:aws:dynamodb:us-east-1:000000000000:table/evp-events",
    key: [{ name: "eventId", type: "S" }],
    indexes: [],
    unwantedIndexes: [],
    stack: "evp",
    untagged: "refuse",
  };

  function tableOf(describeTable: () => unknown) {
    const clock = createInstantClock();
    const { dynamodb, sent } = sdkDouble(({ name }) => {
      if (name === "DescribeTableCommand") return describeTable();
      return name === "ListTagsOfResourceCommand" ? { Tags: [{ Key: "evp:stack", Value: "evp" }] } : {};
    });
    return { handler: tableHandler({ dynamodb, clock }, TABLE), clock, names: () => sent.map(({ name }) => name) };
  }

  it("is waited for while it is not found yet (DescribeTable is eventually consistent)", async () => {
    const describeTable = failingFirst(3, "ResourceNotFoundException", { Table: { TableStatus: "ACTIVE" } });
    const { handler, names } = tableOf(describeTable);
    await handler.create();
    expect(names().filter((name) => name === "DescribeTableCommand")).toHaveLength(4);
    expect(names().at(-1)).toBe("ListTagsOfResourceCommand");
  });

  it("is waited for no longer than a minute", async () => {
    const { handler, clock } = tableOf(failingFirst(1000, "ResourceNotFoundException", {}));
    const before = clock.now();
    await expect(handler.create()).rejects.toMatchObject({ code: "table-not-ready", exitCode: 1, retryable: true });
    expect(clock.now() - before).toBeLessThan(65_000);
  });

  it("that never settles is not waited for without end", async () => {
    const { handler, clock } = tableOf(() => ({ Table: { TableStatus: "UPDATING" } }));
    const before = clock.now();
    await expect(handler.inspect()).rejects.toMatchObject({
      code: "table-not-ready",
      message: "table evp-events is not ready: it is still UPDATING",
    });
    expect(clock.now() - before).toBeLessThan(605_000);
  });
});

describe("a new queue", () => {
  const QUEUE: DesiredQueue = { kind: "queue", name: "q.fifo", attributes: {}, stack: "evp", untagged: "refuse" };
  const URL = "https://sqs.us-east-1.amazonaws.com/000000000000/q.fifo";

  function queueOf(answer: Answer) {
    const clock = createInstantClock();
    const { sqs, sent } = sdkDouble(answer);
    const parts = { sqs, urls: createQueueUrls(sqs), clock };
    const policy = { kind: "queue-policy" as const, name: "q.fifo", policy: "{}" };
    const times = (command: string) => sent.filter(({ name }) => name === command).length;
    return { handler: queueHandler(parts, QUEUE), policy: queuePolicyHandler(parts, policy), times, clock };
  }

  it("is reached by the URL that its creation told, since asking for it may not find it yet", async () => {
    const { handler, policy, times } = queueOf(({ name }) => {
      if (name === "CreateQueueCommand") return { QueueUrl: URL };
      if (name === "GetQueueUrlCommand") throw serviceError("QueueDoesNotExist");
      return { Attributes: {} };
    });
    await handler.create();
    await policy.create();
    expect(times("SetQueueAttributesCommand")).toBe(1);
  });

  it("is waited for while it cannot be used yet (CreateQueue: wait at least one second)", async () => {
    const read = failingFirst(3, "QueueDoesNotExist", { Attributes: {} });
    const write = failingFirst(2, "QueueDoesNotExist", {});
    const { handler, policy, times } = queueOf(({ name }) => {
      if (name === "CreateQueueCommand") return { QueueUrl: URL };
      return name === "GetQueueAttributesCommand" ? read() : write();
    });
    await handler.create();
    expect(times("GetQueueAttributesCommand")).toBe(4);
    await policy.create();
    expect(times("SetQueueAttributesCommand")).toBe(3);
  });

  it("is waited for no longer than some seconds", async () => {
    const { policy, clock } = queueOf(() => {
      throw serviceError("QueueDoesNotExist");
    });
    const before = clock.now();
    await expect(policy.create()).rejects.toMatchObject({ kind: "not-found" });
    expect(clock.now() - before).toBeLessThan(11_000);
  });
});

describe("a subscription", () => {
  const queueArn = "arn:aws:sqs:us-east-1:000000000000:q.fifo";
  const SUBSCRIPTION: DesiredSubscription = {
    kind: "subscription",
    name: "q.fifo",
    topicArn: "arn:aws:sns:us-east-1:000000000000:t.fifo",
    queueArn,
    attributes: { RawMessageDelivery: "true" },
  };
  const listed = (SubscriptionArn: string) => ({ Protocol: "sqs", Endpoint: queueArn, SubscriptionArn });

  function subscriptionOf(subscriptions: object[], attributes: () => unknown) {
    const { sns, sent } = sdkDouble(({ name }) => {
      if (name === "ListSubscriptionsByTopicCommand") return { Subscriptions: subscriptions };
      return name === "GetSubscriptionAttributesCommand" ? attributes() : {};
    });
    return { handler: subscriptionHandler(sns, SUBSCRIPTION), sent };
  }
  const right = () => ({ Attributes: { RawMessageDelivery: "true" } });

  it.each(["Deleted", "PendingConfirmation"])("is absent while it is listed as %s", async (word) => {
    const { handler, sent } = subscriptionOf([listed(word)], right);
    expect(await handler.inspect()).toEqual({ state: "absent" });
    expect(await handler.remove()).toBe("absent");
    expect(sent.map(({ name }) => name)).not.toContain("UnsubscribeCommand");
  });

  it("is found behind one that is gone", async () => {
    const { handler } = subscriptionOf([listed("Deleted"), listed("arn:aws:sns:us-east-1:0:t.fifo:1")], right);
    expect(await handler.inspect()).toEqual({ state: "matches" });
  });

  it("is absent when it goes between the list and the look at it", async () => {
    const { handler } = subscriptionOf([listed("arn:aws:sns:us-east-1:0:t.fifo:1")], () => {
      throw serviceError("NotFoundException");
    });
    expect(await handler.inspect()).toEqual({ state: "absent" });
  });
});
