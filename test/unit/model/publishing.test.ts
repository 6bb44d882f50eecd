import { describe, expect, it } from "vitest";
import type { OutgoingPublication } from "../../../src/local/model/publication.js";
import { aModel, code, HIGH_THROUGHPUT, MINUTE, NOON, only, refusal } from "./a-model.js";

const KIB = 1024;
const queueArn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;
const letsTopicsSend = (name: string) =>
  JSON.stringify({
    Statement: {
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn(name),
    },
  });
const string = (stringValue: string) => ({ dataType: "String", stringValue });

/** A FIFO topic with one subscribed FIFO queue. */
function aTopic(options: { topic?: object; subscription?: object; queue?: object } = {}) {
  const model = aModel();
  const topicArn = model.topics.create({
    name: "t.fifo",
    attributes: { FifoTopic: "true", ...options.topic },
    tags: {},
  });
  for (const name of ["q.fifo", "undelivered.fifo"]) {
    model.queues.create({ name, attributes: { ...HIGH_THROUGHPUT, Policy: letsTopicsSend(name) }, tags: {} }, NOON);
  }
  model.queues.setAttributes("q.fifo", { ...options.queue }, NOON);
  const subscriptionArn = model.topics.subscribe({
    topicArn,
    protocol: "sqs",
    endpoint: queueArn("q.fifo"),
    attributes: { RawMessageDelivery: "true", ...options.subscription },
  });
  let published = 0;
  return {
    model,
    topicArn,
    subscriptionArn,
    publish(publication: Partial<OutgoingPublication> = {}, now = NOON) {
      published += 1;
      const deduplicationId = `d-${published}`;
      return model.topics.publish(topicArn, { message: "x", groupId: "g", deduplicationId, ...publication }, now);
    },
    received: (name = "q.fifo", now = NOON) => model.queues.receive(name, { maxMessages: 10 }, now),
  };
}

// AWS: "Publish".
describe("what a publication may be", () => {
  it.each<[string, Partial<OutgoingPublication>, string]>([
    ["an emoji", { message: "😀" }, "accepted"],
    ["no message", { message: "" }, "InvalidParameter: Invalid parameter: Empty message"],
    ["256 KiB", { message: "x".repeat(256 * KIB) }, "accepted"],
    [
      "256 KiB and a byte",
      { message: "x".repeat(256 * KIB + 1) },
      "InvalidParameter: Invalid parameter: Message too long",
    ],
    [
      "256 KiB and an attribute",
      { message: "x".repeat(256 * KIB), attributes: { a: string("b") } },
      "InvalidParameter: Invalid parameter: Message too long",
    ],
    [
      "no group",
      { groupId: undefined },
      "InvalidParameter: Invalid parameter: The MessageGroupId parameter is required for FIFO topics",
    ],
    [
      "no deduplication id",
      { deduplicationId: undefined },
      "InvalidParameter: Invalid parameter: The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    ],
    [
      "a group with a space",
      { groupId: "a b" },
      "InvalidParameter: Invalid parameter: MessageGroupId Reason: MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length",
    ],
    ["a subject", { subject: "PROCESSAMENTO DE INFORMACAO" }, "accepted"],
    ["an empty subject", { subject: "" }, "InvalidParameter: Invalid parameter: Subject"],
    ["a subject of two lines", { subject: "a\nb" }, "InvalidParameter: Invalid parameter: Subject"],
    ["a subject of 100 characters", { subject: "s".repeat(100) }, "InvalidParameter: Invalid parameter: Subject"],
    [
      "an attribute without a value",
      { attributes: { a: string("") } },
      "InvalidParameter: Invalid parameter: Message attributes Reason: Message (user) attribute 'a' must contain a non-empty value of type 'String'.",
    ],
  ])("%s", (_, publication, expected) => {
    expect(refusal(() => aTopic().publish(publication))).toBe(expected);
  });

  it("may have 1 MiB when the topic says so", () => {
    const { publish } = aTopic({ topic: { MaximumMessageSize: String(1024 * KIB) } });
    expect(code(() => publish({ message: "x".repeat(1024 * KIB) }))).toBe("accepted");
  });

  it("needs no group on a standard topic, and may have no deduplication id there", () => {
    const { topics } = aModel();
    const arn = topics.create({ name: "t", attributes: {}, tags: {} });
    expect(topics.publish(arn, { message: "x" }, NOON)).toEqual({ messageId: "id-1", sequenceNumber: undefined });
    expect(code(() => topics.publish(arn, { message: "x", deduplicationId: "d" }, NOON))).toBe("InvalidParameter");
  });

  it("is for a topic that exists", () => {
    const arn = "arn:aws:sns:us-east-1:000000000000:none";
    expect(refusal(() => aModel().topics.publish(arn, { message: "x" }, NOON))).toBe("NotFound: Topic does not exist");
  });
});

// AWS: "Amazon SNS message deduplication for FIFO topics".
describe("deduplication on a FIFO topic", () => {
  const twice = (
    topic: object,
    first: Partial<OutgoingPublication>,
    second: Partial<OutgoingPublication>,
    laterMs = 0,
  ) => {
    const { publish, received } = aTopic({ topic });
    const answers = [publish(first), publish(second, NOON + laterMs)];
    return { answers, count: received("q.fifo", NOON + laterMs).length };
  };

  it("answers for a repeated id as if it were the first, and delivers one message", () => {
    const { answers, count } = twice({}, { deduplicationId: "d" }, { deduplicationId: "d", message: "other" });
    expect(answers[1]).toEqual(answers[0]);
    expect(count).toBe(1);
  });

  it("lasts 5 minutes", () => {
    expect(twice({}, { deduplicationId: "d" }, { deduplicationId: "d" }, 5 * MINUTE - 1).count).toBe(1);
    expect(twice({}, { deduplicationId: "d" }, { deduplicationId: "d" }, 5 * MINUTE).count).toBe(2);
  });

  it("spans the topic's groups by default, and each group alone with FifoThroughputScope MessageGroup", () => {
    const first = { deduplicationId: "d", groupId: "a" };
    const second = { deduplicationId: "d", groupId: "b" };
    expect(twice({}, first, second).count).toBe(1);
    expect(twice({ FifoThroughputScope: "MessageGroup" }, first, second).count).toBe(2);
  });

  it("takes the hash of the body when it is content-based", () => {
    const same = { deduplicationId: undefined, message: "same" };
    expect(twice({ ContentBasedDeduplication: "true" }, same, same).count).toBe(1);
    expect(twice({ ContentBasedDeduplication: "true" }, same, { ...same, message: "other" }).count).toBe(2);
  });
});

// AWS: "PublishBatch".
describe("publishing a batch", () => {
  const entry = (id: string, message = "x", groupId = "g") => ({ id, message, groupId, deduplicationId: `d${id}` });

  it("publishes the entries in their order, and refuses one without the others", () => {
    const { model, topicArn, received } = aTopic();
    const entries = [entry("1", "one"), entry("2", ""), entry("3", "three")];
    const { successful, failed } = model.topics.publishBatch(topicArn, entries, NOON);
    expect(successful.map(({ id }) => id)).toEqual(["1", "3"]);
    expect(failed).toEqual([
      { id: "2", code: "InvalidParameter", message: "Invalid parameter: Empty message", senderFault: true },
    ]);
    expect(received().map((message) => message.body)).toEqual(["one", "three"]);
  });

  it.each([
    ["no entry", [], "EmptyBatchRequest"],
    ["eleven entries", Array.from({ length: 11 }, (_, index) => entry(String(index))), "TooManyEntriesInBatchRequest"],
    ["an id twice", [entry("1"), entry("1")], "BatchEntryIdsNotDistinct"],
    ["an id that is none", [entry("a b")], "InvalidBatchEntryId"],
    ["256 KiB together", [entry("1", "x".repeat(128 * KIB)), entry("2", "x".repeat(128 * KIB))], "accepted"],
    [
      "more than 256 KiB together",
      [entry("1", "x".repeat(128 * KIB)), entry("2", "x".repeat(128 * KIB + 1))],
      "BatchRequestTooLong",
    ],
    ["an entry without a group", [{ id: "1", message: "x", deduplicationId: "d" }], "InvalidParameter"],
  ])("%s", (_, entries, expected) => {
    const { model, topicArn } = aTopic();
    expect(code(() => model.topics.publishBatch(topicArn, entries, NOON))).toBe(expected);
  });

  it("deduplicates within the batch", () => {
    const { model, topicArn, received } = aTopic();
    model.topics.publishBatch(topicArn, [entry("1"), { ...entry("2"), deduplicationId: "d1" }], NOON);
    expect(received()).toHaveLength(1);
  });
});

// AWS: "Amazon SNS raw message delivery", "Amazon SNS message delivery for FIFO topics".
describe("delivery to a subscribed queue", () => {
  it("carries body, attributes, group and deduplication id with raw delivery", () => {
    const { publish, received } = aTopic();
    const attributes = { kind: string("a"), bytes: { dataType: "Binary", binaryValue: "AQID" } };
    publish({ message: "body", groupId: "account-1", deduplicationId: "event-1", attributes });
    expect(only(received())).toMatchObject({
      body: "body",
      groupId: "account-1",
      deduplicationId: "event-1",
      attributes,
    });
  });

  it("is a JSON document without raw delivery", () => {
    const { publish, received, topicArn } = aTopic({ subscription: { RawMessageDelivery: "false" } });
    const answer = publish({ message: "body", subject: "news", attributes: { kind: string("a") } });
    const message = only(received());
    expect(message.attributes).toEqual({});
    expect(JSON.parse(message.body)).toEqual({
      Type: "Notification",
      MessageId: answer.messageId,
      SequenceNumber: answer.sequenceNumber,
      TopicArn: topicArn,
      Subject: "news",
      Message: "body",
      Timestamp: new Date(NOON).toISOString(),
      MessageAttributes: { kind: { Type: "String", Value: "a" } },
    });
  });

  it("keeps the order of a group", () => {
    const { publish, received } = aTopic();
    const answers = ["1", "2", "3"].map((message) => publish({ message }));
    expect(received().map((message) => message.body)).toEqual(["1", "2", "3"]);
    const numbers = answers.map((answer) => answer.sequenceNumber ?? "");
    expect(numbers).toEqual([...numbers].sort());
  });

  it("reaches every subscribed queue that wants the message", () => {
    const { model, topicArn, publish, received } = aTopic({ subscription: { FilterPolicy: '{"priority":["high"]}' } });
    model.topics.subscribe({ topicArn, protocol: "sqs", endpoint: queueArn("undelivered.fifo"), attributes: {} });
    publish({ message: "low", attributes: { priority: string("low") } });
    publish({ message: "high", attributes: { priority: string("high") } });
    expect(received().map((message) => message.body)).toEqual(["high"]);
    expect(received("undelivered.fifo")).toHaveLength(2);
  });

  it("filters by the body when the scope says so", () => {
    const { publish, received } = aTopic({
      subscription: { FilterPolicyScope: "MessageBody", FilterPolicy: '{"a":[1]}' },
    });
    publish({ message: '{"a":1}' });
    publish({ message: '{"a":2}' });
    expect(received().map((message) => message.body)).toEqual(['{"a":1}']);
  });

  it("reaches nobody before the subscription and after its end", () => {
    const { model, subscriptionArn, publish, received } = aTopic();
    model.topics.unsubscribe(subscriptionArn);
    publish();
    expect(received()).toEqual([]);
  });

  it("passes the queue's own deduplication", () => {
    const { model, publish, received } = aTopic();
    model.queues.send("q.fifo", { body: "direct", groupId: "g", deduplicationId: "same" }, NOON);
    publish({ deduplicationId: "same" });
    expect(received().map((message) => message.body)).toEqual(["direct"]);
  });
});

// AWS: "Amazon SNS dead-letter queues", "Amazon SNS message delivery retries".
describe("what a topic cannot deliver", () => {
  const redrive = { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn("undelivered.fifo") }) };
  const elevenAttributes = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`a${index}`, string("v")]));

  it.each<[string, (topic: ReturnType<typeof aTopic>) => void, Partial<OutgoingPublication>]>([
    ["to a queue that is gone", ({ model }) => model.queues.delete("q.fifo"), {}],
    ["to a queue without a policy", ({ model }) => model.queues.setAttributes("q.fifo", { Policy: "" }, NOON), {}],
    [
      "as too large for the queue",
      ({ model }) => model.queues.setAttributes("q.fifo", { MaximumMessageSize: "1024" }, NOON),
      { message: "x".repeat(1025) },
    ],
  ])("%s, goes to the subscription's dead-letter queue", (_, prepare, publication) => {
    const topic = aTopic({ subscription: redrive });
    prepare(topic);
    const answer = topic.publish({ message: "lost", ...publication, groupId: "g", attributes: { kind: string("a") } });
    expect(answer.messageId).toBeDefined();
    expect(only(topic.received("undelivered.fifo"))).toMatchObject({
      body: publication.message ?? "lost",
      groupId: "g",
      attributes: { kind: string("a") },
    });
  });

  it("with more than ten attributes and raw delivery, goes there as a JSON document", () => {
    const topic = aTopic({ subscription: redrive });
    topic.publish({ message: "lost", attributes: elevenAttributes });
    expect(topic.received()).toEqual([]);
    const document = JSON.parse(only(topic.received("undelivered.fifo")).body);
    expect(document.Message).toBe("lost");
    expect(Object.keys(document.MessageAttributes)).toHaveLength(11);
  });

  it("is discarded without a dead-letter queue", () => {
    const topic = aTopic();
    topic.publish({ attributes: elevenAttributes });
    expect(topic.received()).toEqual([]);
    expect(topic.received("undelivered.fifo")).toEqual([]);
  });

  it("is discarded when the dead-letter queue's policy does not let the topic send either", () => {
    const topic = aTopic({ subscription: redrive });
    for (const name of ["q.fifo", "undelivered.fifo"]) topic.model.queues.setAttributes(name, { Policy: "" }, NOON);
    topic.publish();
    topic.model.queues.setAttributes("undelivered.fifo", { Policy: letsTopicsSend("undelivered.fifo") }, NOON);
    expect(topic.received("undelivered.fifo")).toEqual([]);
  });

  it("carries more than ten attributes in the JSON document without raw delivery", () => {
    const topic = aTopic({ subscription: { RawMessageDelivery: "false" } });
    topic.publish({ attributes: elevenAttributes });
    expect(topic.received()).toHaveLength(1);
  });
});

describe("a standard topic", () => {
  it("delivers to standard queues, and again what is published again", () => {
    const model = aModel();
    const topicArn = model.topics.create({ name: "t", attributes: {}, tags: {} });
    model.queues.create({ name: "q", attributes: { Policy: letsTopicsSend("q") }, tags: {} }, NOON);
    model.topics.subscribe({
      topicArn,
      protocol: "sqs",
      endpoint: queueArn("q"),
      attributes: { RawMessageDelivery: "true" },
    });
    for (let copy = 0; copy < 2; copy += 1) model.topics.publish(topicArn, { message: "x", groupId: "tenant" }, NOON);
    const received = model.queues.receive("q", { maxMessages: 10 }, NOON);
    expect(received.map(({ body, groupId }) => [body, groupId])).toEqual([
      ["x", "tenant"],
      ["x", "tenant"],
    ]);
  });
});
