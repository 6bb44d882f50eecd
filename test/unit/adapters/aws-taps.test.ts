import { describe, expect, it } from "vitest";
import { createQueueUrls } from "../../../src/adapters/aws/queue-urls.js";
import type { AwsServices } from "../../../src/adapters/aws/services.js";
import { createTaps } from "../../../src/adapters/aws/taps.js";
import { createInstantClock } from "../../doubles/instant-clock.js";
import { type SentCommand, sdkDouble, serviceError } from "./sdk-double.js";

const TOPIC = "arn:aws:sns:us-east-1:000000000000:evp-client-1.fifo";
const URL = "https://sqs.us-east-1.amazonaws.com/000000000000";
const QUEUE_ARN = "arn:aws:sqs:us-east-1:000000000000";
const SUBSCRIPTION_ARN = `${TOPIC}:1`;

const HERE = { host: "this host", machine: "m1", pid: 11, isRunning: (pid: number) => pid === 11 };

/** Taps on services that answer as the table says, and as they usually do otherwise. */
function tapsOf(answers: Record<string, (command: SentCommand) => unknown>) {
  const usual: typeof answers = {
    CreateQueueCommand: ({ input }) => ({ QueueUrl: `${URL}/${input.QueueName}` }),
    GetQueueUrlCommand: ({ input }) => ({ QueueUrl: `${URL}/${input.QueueName}` }),
    GetQueueAttributesCommand: () => ({ Attributes: {} }),
    ListQueueTagsCommand: () => ({ Tags: { "evp:stack": "evp" } }),
    SubscribeCommand: () => ({ SubscriptionArn: SUBSCRIPTION_ARN }),
  };
  const double = sdkDouble((command) => (answers[command.name] ?? usual[command.name] ?? (() => ({})))(command));
  const { sqs, sns, dynamodb, sent } = double;
  const unused = () => {
    throw new Error("a tap has no use for this");
  };
  const sts = { call: unused, close: unused } as unknown as AwsServices["sts"];
  const services: AwsServices = { sqs, sns, dynamodb, sts, apiCalls: () => ({}), close: () => {} };
  const clock = createInstantClock();
  const taps = createTaps({ services, urls: createQueueUrls(sqs), clock, stack: "evp", here: HERE });
  return { taps, clock, inputsOf: (name: string) => sent.filter((one) => one.name === name).map(({ input }) => input) };
}

describe("closing a tap", () => {
  it("removes the queue when the subscription cannot be removed, and says why", async () => {
    const { taps, inputsOf } = tapsOf({
      UnsubscribeCommand: () => {
        throw serviceError("AuthorizationErrorException");
      },
    });
    const tap = await taps.open({ arns: [TOPIC] });
    await expect(tap.close()).rejects.toMatchObject({ kind: "credentials" });
    expect(inputsOf("DeleteQueueCommand")).toEqual([{ QueueUrl: `${URL}/${tap.queue.name}` }]);
  });

  it("tries again what fails for a passing reason", async () => {
    const failures = { UnsubscribeCommand: 2, DeleteQueueCommand: 2 };
    const failing = (name: keyof typeof failures) => () => {
      failures[name] -= 1;
      if (failures[name] >= 0) throw serviceError("ThrottlingException");
      return {};
    };
    const { taps, inputsOf } = tapsOf({
      UnsubscribeCommand: failing("UnsubscribeCommand"),
      DeleteQueueCommand: failing("DeleteQueueCommand"),
    });
    await (await taps.open({ arns: [TOPIC] })).close();
    expect(inputsOf("UnsubscribeCommand")).toHaveLength(3);
    expect(inputsOf("DeleteQueueCommand")).toHaveLength(3);
  });
});

describe("a tap that somebody else has removed", () => {
  it("can be closed all the same", async () => {
    const gone = () => {
      throw serviceError("AWS.SimpleQueueService.NonExistentQueue");
    };
    const answers: Parameters<typeof tapsOf>[0] = {};
    const { taps, inputsOf } = tapsOf(answers);
    const tap = await taps.open({ arns: [TOPIC] });
    answers.ListQueueTagsCommand = gone;
    await tap.close();
    expect(inputsOf("UnsubscribeCommand")).toEqual([{ SubscriptionArn: SUBSCRIPTION_ARN }]);
  });
});

describe("a tap that cannot be opened", () => {
  it("undoes what was subscribed before one topic failed", async () => {
    const topics = ["a", "b", "c"].map((name) => TOPIC.replace("client-1", name));
    const { taps, inputsOf } = tapsOf({
      SubscribeCommand: ({ input }) => {
        if (input.TopicArn === topics[0]) throw serviceError("NotFoundException");
        return { SubscriptionArn: `${input.TopicArn}:1` };
      },
    });
    await expect(taps.open({ arns: topics })).rejects.toMatchObject({ kind: "not-found" });
    expect(inputsOf("UnsubscribeCommand").map(({ SubscriptionArn }) => SubscriptionArn)).toEqual([
      `${topics[1]}:1`,
      `${topics[2]}:1`,
    ]);
    expect(inputsOf("DeleteQueueCommand")).toHaveLength(1);
  });

  it("leaves no queue behind, and tells why although that is refused too", async () => {
    const { taps, inputsOf } = tapsOf({
      SubscribeCommand: () => {
        throw serviceError("NotFoundException", "client", "Topic does not exist");
      },
      DeleteQueueCommand: () => {
        throw serviceError("AccessDenied");
      },
    });
    await expect(taps.open({ arns: [TOPIC] })).rejects.toMatchObject({ kind: "not-found" });
    expect(inputsOf("DeleteQueueCommand")).toHaveLength(1);
  });
});

describe("what taps left behind", () => {
  const leftover = "evp-tail-0123456789.fifo";
  const policy = JSON.stringify({ Statement: [{ Condition: { ArnEquals: { "aws:SourceArn": TOPIC } } }] });

  it("goes with its subscription, and is told apart from queues of a stack called evp-tail", async () => {
    const names = [leftover, "evp-tail-ingress.fifo", "evp-tail-undelivered.fifo", "evp-tail-0123456789"];
    const { taps, inputsOf } = tapsOf({
      ListQueuesCommand: () => ({ QueueUrls: names.map((name) => `${URL}/${name}`) }),
      GetQueueAttributesCommand: () => ({ Attributes: { Policy: policy, QueueArn: `${QUEUE_ARN}:${leftover}` } }),
      ListSubscriptionsByTopicCommand: () => ({
        Subscriptions: [
          { Protocol: "sqs", Endpoint: `${QUEUE_ARN}:evp-client-1.fifo`, SubscriptionArn: `${TOPIC}:2` },
          { Protocol: "sqs", Endpoint: `${QUEUE_ARN}:${leftover}`, SubscriptionArn: SUBSCRIPTION_ARN },
        ],
      }),
    });
    expect(await taps.removeLeftovers()).toEqual([leftover]);
    expect(inputsOf("UnsubscribeCommand")).toEqual([{ SubscriptionArn: SUBSCRIPTION_ARN }]);
    expect(inputsOf("DeleteQueueCommand")).toEqual([{ QueueUrl: `${URL}/${leftover}` }]);
    expect(inputsOf("ListQueueTagsCommand").every(({ QueueUrl }) => QueueUrl === `${URL}/${leftover}`)).toBe(true);
  });

  it("stays, with its subscription, when it is another stack's", async () => {
    const { taps, inputsOf } = tapsOf({
      ListQueuesCommand: () => ({ QueueUrls: [`${URL}/${leftover}`] }),
      ListQueueTagsCommand: () => ({ Tags: { "evp:stack": "other" } }),
    });
    expect(await taps.removeLeftovers()).toEqual([]);
    expect([...inputsOf("UnsubscribeCommand"), ...inputsOf("DeleteQueueCommand")]).toEqual([]);
  });

  it("is looked for on the topics that are told where the policy names only a pattern", async () => {
    const prefix = "arn:aws:sns:us-east-1:000000000000:";
    const pattern = JSON.stringify({
      Statement: [{ Condition: { ArnLike: { "aws:SourceArn": [`${prefix}evp-*.fifo`, `${prefix}named.fifo`] } } }],
    });
    const { taps, inputsOf } = tapsOf({
      ListQueuesCommand: () => ({ QueueUrls: [`${URL}/${leftover}`] }),
      GetQueueAttributesCommand: () => ({ Attributes: { Policy: pattern, QueueArn: `${QUEUE_ARN}:${leftover}` } }),
    });
    expect(await taps.remove(leftover, [TOPIC])).toBe(true);
    expect(inputsOf("ListSubscriptionsByTopicCommand").map(({ TopicArn }) => TopicArn)).toEqual([
      `${prefix}named.fifo`,
      TOPIC,
    ]);
  });
});

describe("whose a tap is", () => {
  const name = "evp-tail-0123456789.fifo";
  const tagged = (tags: Record<string, string>) =>
    tapsOf({
      ListQueuesCommand: () => ({ QueueUrls: [`${URL}/${name}`] }),
      ListQueueTagsCommand: () => ({ Tags: { "evp:stack": "evp", ...tags } }),
    }).taps.list();

  it("is written on it before it is subscribed, by the target's clock, and again when it is renewed", async () => {
    const { taps, clock, inputsOf } = tapsOf({
      GetQueueAttributesCommand: () => ({
        Attributes: { CreatedTimestamp: String(Date.parse("2026-11-21T12:00:00Z") / 1000) },
      }),
    });
    const tap = await taps.open({ arns: [TOPIC] });
    clock.advance(60_000);
    await tap.renew();
    const owner = { "evp:tap-owner": "this-host/m1/11" };
    expect(inputsOf("TagQueueCommand").map(({ Tags }) => Tags)).toEqual([
      { ...owner, "evp:tap-alive": "2026-11-21T12:00:00.000Z" },
      { ...owner, "evp:tap-alive": "2026-11-21T12:01:00.000Z" },
    ]);
  });

  it("is read from its tags", async () => {
    const aliveAt = "2026-11-21T09:59:30.000Z";
    expect(await tagged({ "evp:tap-owner": "other/m2/4711", "evp:tap-alive": aliveAt })).toEqual([
      { name, state: "in-use", owner: "process 4711 on other", aliveAt: Date.parse(aliveAt) },
    ]);
    expect(await tagged({ "evp:tap-owner": "this-host/m1/12", "evp:tap-alive": aliveAt })).toMatchObject([
      { state: "gone" },
    ]);
    expect(await tagged({})).toEqual([{ name, state: "unknown", owner: undefined, aliveAt: undefined }]);
  });

  it("is not asked of another stack's", async () => {
    expect(await tagged({ "evp:stack": "other" })).toEqual([]);
  });

  it("is not known where the target has no tags, and a tap opens there too", async () => {
    const unknown = () => {
      throw serviceError("UnsupportedOperation");
    };
    const { taps, inputsOf } = tapsOf({ TagQueueCommand: unknown });
    await taps.open({ arns: [TOPIC] });
    expect(inputsOf("SubscribeCommand")).toHaveLength(1);
  });
});
