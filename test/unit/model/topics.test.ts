import { describe, expect, it } from "vitest";
import { aModel, code, FIFO, NOON, refusal } from "./a-model.js";

const topicArn = (name: string) => `arn:aws:sns:us-east-1:000000000000:${name}`;
const queueArn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;
const FIFO_TOPIC = { FifoTopic: "true" };

// AWS: "CreateTopic".
describe("creating a topic", () => {
  it.each([
    ["t", {}, "accepted"],
    ["t.fifo", FIFO_TOPIC, "accepted"],
    ["t.fifo", {}, "InvalidParameter"],
    ["t", FIFO_TOPIC, "InvalidParameter"],
    ["a b", {}, "InvalidParameter"],
    ["t".repeat(256), {}, "accepted"],
    ["t".repeat(257), {}, "InvalidParameter"],
    ["t", { ContentBasedDeduplication: "true" }, "InvalidParameter"],
    ["t.fifo", { ...FIFO_TOPIC, ContentBasedDeduplication: "maybe" }, "InvalidParameter"],
    ["t.fifo", { ...FIFO_TOPIC, FifoThroughputScope: "MessageGroup" }, "accepted"],
    ["t.fifo", { ...FIFO_TOPIC, FifoThroughputScope: "Queue" }, "InvalidParameter"],
    ["t.fifo", { ...FIFO_TOPIC, ArchivePolicy: '{"MessageRetentionPeriod":"30"}' }, "InvalidParameter"],
    ["t", { MaximumMessageSize: "1048576" }, "accepted"],
    ["t", { MaximumMessageSize: "1048577" }, "InvalidParameter"],
    ["t", { Colour: "red" }, "InvalidParameter"],
  ])("%s with %j: %s", (name, attributes, expected) => {
    expect(code(() => aModel().topics.create({ name, attributes, tags: {} }))).toBe(expected);
  });

  it("is idempotent, unless attributes or tags differ", () => {
    const { topics } = aModel();
    const create = (attributes: object, tags: object = {}) =>
      refusal(() => topics.create({ name: "t.fifo", attributes: { ...FIFO_TOPIC, ...attributes }, tags: { ...tags } }));
    expect(topics.create({ name: "t.fifo", attributes: FIFO_TOPIC, tags: { a: "1" } })).toBe(topicArn("t.fifo"));
    expect(create({}, { a: "1" })).toBe("accepted");
    expect(create({ ContentBasedDeduplication: "true" })).toBe(
      "InvalidParameter: Invalid parameter: Attributes Reason: Topic already exists with different attributes",
    );
    expect(create({}, { a: "2" })).toBe(
      "InvalidParameter: Invalid parameter: Tags Reason: Topic already exists with different tags",
    );
  });
});

// AWS: "GetTopicAttributes", "SetTopicAttributes", "DeleteTopic", "TagResource".
describe("a topic", () => {
  function aTopic() {
    const model = aModel();
    const arn = model.topics.create({ name: "t.fifo", attributes: FIFO_TOPIC, tags: {} });
    model.queues.create({ name: "q.fifo", attributes: FIFO, tags: {} }, NOON);
    return { model, topics: model.topics, arn };
  }

  it("tells its attributes", () => {
    const { topics, arn } = aTopic();
    topics.setAttribute(arn, "DisplayName", "Orders");
    expect(topics.attributes(arn)).toMatchObject({
      TopicArn: arn,
      Owner: "000000000000",
      DisplayName: "Orders",
      FifoTopic: "true",
      ContentBasedDeduplication: "false",
      FifoThroughputScope: "Topic",
      MaximumMessageSize: "262144",
      SubscriptionsConfirmed: "0",
      SubscriptionsPending: "0",
      SubscriptionsDeleted: "0",
    });
  });

  // AWS: "High throughput FIFO topics in Amazon SNS".
  it("cannot give its wider throughput back", () => {
    const { topics, arn } = aTopic();
    topics.setAttribute(arn, "FifoThroughputScope", "MessageGroup");
    expect(code(() => topics.setAttribute(arn, "FifoThroughputScope", "Topic"))).toBe("InvalidParameter");
  });

  it("keeps tags", () => {
    const { topics, arn } = aTopic();
    topics.tag(arn, { a: "1", b: "2" });
    topics.untag(arn, ["a"]);
    expect(topics.tags(arn)).toEqual({ b: "2" });
    expect(code(() => topics.tags(topicArn("none")))).toBe("ResourceNotFound");
  });

  it("is deleted with its subscriptions, and deleting it again is no error", () => {
    const { topics, arn } = aTopic();
    topics.subscribe({ topicArn: arn, protocol: "sqs", endpoint: queueArn("q.fifo"), attributes: {} });
    topics.delete(arn);
    topics.delete(arn);
    expect(topics.list()).toEqual([]);
    expect(topics.subscriptions()).toEqual([]);
    expect(refusal(() => topics.attributes(arn))).toBe("NotFound: Topic does not exist");
  });

  it("must be named by an ARN", () => {
    expect(refusal(() => aModel().topics.attributes("topic"))).toBe(
      "InvalidParameter: Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1",
    );
  });
});

// AWS: "Subscribe", "SetSubscriptionAttributes".
describe("subscribing a queue", () => {
  function aTopic(name: string) {
    const model = aModel();
    const attributes = name.endsWith(".fifo") ? FIFO_TOPIC : {};
    const arn = model.topics.create({ name, attributes, tags: {} });
    model.queues.create({ name: "q.fifo", attributes: FIFO, tags: {} }, NOON);
    model.queues.create({ name: "q", attributes: {}, tags: {} }, NOON);
    const subscribe = (endpoint: string, settings: Record<string, string> = {}, protocol = "sqs") =>
      model.topics.subscribe({ topicArn: arn, protocol, endpoint, attributes: settings });
    return { topics: model.topics, arn, subscribe };
  }
  const redrive = (name: string) => JSON.stringify({ deadLetterTargetArn: queueArn(name) });

  it.each([
    ["a FIFO queue to a FIFO topic", "t.fifo", queueArn("q.fifo"), {}, "accepted"],
    ["a standard queue to a FIFO topic", "t.fifo", queueArn("q"), {}, "accepted"],
    ["a standard queue to a standard topic", "t", queueArn("q"), {}, "accepted"],
    ["a FIFO queue to a standard topic", "t", queueArn("q.fifo"), {}, "InvalidParameter"],
    ["what is no queue", "t.fifo", "q.fifo", {}, "InvalidParameter"],
    ["with raw delivery", "t.fifo", queueArn("q.fifo"), { RawMessageDelivery: "true" }, "accepted"],
    [
      "with raw delivery that is neither true nor false",
      "t.fifo",
      queueArn("q.fifo"),
      { RawMessageDelivery: "yes" },
      "InvalidParameter",
    ],
    ["with a filter policy", "t.fifo", queueArn("q.fifo"), { FilterPolicy: '{"a":["b"]}' }, "accepted"],
    [
      "with a filter policy that is none",
      "t.fifo",
      queueArn("q.fifo"),
      { FilterPolicy: '{"a":"b"}' },
      "InvalidParameter",
    ],
    [
      "with a scope that does not exist",
      "t.fifo",
      queueArn("q.fifo"),
      { FilterPolicyScope: "Everything" },
      "InvalidParameter",
    ],
    [
      "with a dead-letter queue of its type",
      "t.fifo",
      queueArn("q.fifo"),
      { RedrivePolicy: redrive("q.fifo") },
      "accepted",
    ],
    [
      "with a dead-letter queue of another type",
      "t.fifo",
      queueArn("q.fifo"),
      { RedrivePolicy: redrive("q") },
      "InvalidParameter",
    ],
    [
      "with a dead-letter queue that does not exist",
      "t.fifo",
      queueArn("q.fifo"),
      { RedrivePolicy: redrive("none.fifo") },
      "InvalidParameter",
    ],
    ["with an attribute that does not exist", "t.fifo", queueArn("q.fifo"), { Colour: "red" }, "InvalidParameter"],
  ])("%s", (_, topic, endpoint, settings, expected) => {
    expect(code(() => aTopic(topic).subscribe(endpoint, { ...settings }))).toBe(expected);
  });

  it("is for queues alone", () => {
    expect(refusal(() => aTopic("t").subscribe("https://example.com", {}, "https"))).toBe(
      "InvalidParameter: Invalid parameter: Amazon SNS does not support this protocol string: https",
    );
  });

  it("is idempotent, unless attributes differ", () => {
    const { subscribe, topics } = aTopic("t.fifo");
    const arn = subscribe(queueArn("q.fifo"), { RawMessageDelivery: "true" });
    expect(subscribe(queueArn("q.fifo"), { RawMessageDelivery: "true" })).toBe(arn);
    expect(subscribe(queueArn("q.fifo"))).toBe(arn);
    expect(code(() => subscribe(queueArn("q.fifo"), { RawMessageDelivery: "false" }))).toBe("InvalidParameter");
    expect(topics.subscriptions()).toHaveLength(1);
  });

  it("tells and changes its attributes", () => {
    const { subscribe, topics, arn: topic } = aTopic("t.fifo");
    const arn = subscribe(queueArn("q.fifo"), { FilterPolicy: '{"a":["b"]}' });
    expect(topics.subscriptionAttributes(arn)).toEqual({
      SubscriptionArn: arn,
      TopicArn: topic,
      Endpoint: queueArn("q.fifo"),
      Protocol: "sqs",
      Owner: "000000000000",
      PendingConfirmation: "false",
      ConfirmationWasAuthenticated: "true",
      RawMessageDelivery: "false",
      FilterPolicy: '{"a":["b"]}',
      FilterPolicyScope: "MessageAttributes",
    });
    topics.setSubscriptionAttribute(arn, "RawMessageDelivery", "true");
    topics.setSubscriptionAttribute(arn, "FilterPolicy", "{}");
    expect(topics.subscriptionAttributes(arn)).toMatchObject({ RawMessageDelivery: "true" });
    expect(topics.subscriptionAttributes(arn)).not.toHaveProperty("FilterPolicy");
    expect(code(() => topics.setSubscriptionAttribute(arn, "RawMessageDelivery", ""))).toBe("InvalidParameter");
  });

  it("ends, and ending it again is no error", () => {
    const { subscribe, topics, arn: topic } = aTopic("t.fifo");
    const arn = subscribe(queueArn("q.fifo"));
    topics.unsubscribe(arn);
    topics.unsubscribe(arn);
    expect(topics.subscriptions(topic)).toEqual([]);
    expect(refusal(() => topics.subscriptionAttributes(arn))).toBe("NotFound: Subscription does not exist");
  });
});
