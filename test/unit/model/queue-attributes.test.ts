import { describe, expect, it } from "vitest";
import { aModel, code, FIFO, HIGH_THROUGHPUT, MINUTE, NOON, refusal } from "./a-model.js";

const arn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;

// AWS: "CreateQueue".
describe("creating a queue", () => {
  const create = (name: string, attributes: Record<string, string>, model = aModel()) =>
    model.queues.create({ name, attributes, tags: {} }, NOON);

  it("gives it AWS's defaults", () => {
    const model = aModel();
    create("q.fifo", FIFO, model);
    expect(model.queues.attributes("q.fifo", ["All"], NOON + 500)).toEqual({
      VisibilityTimeout: "30",
      MessageRetentionPeriod: "345600",
      MaximumMessageSize: "1048576",
      DelaySeconds: "0",
      ReceiveMessageWaitTimeSeconds: "0",
      SqsManagedSseEnabled: "true",
      FifoQueue: "true",
      ContentBasedDeduplication: "false",
      DeduplicationScope: "queue",
      FifoThroughputLimit: "perQueue",
      QueueArn: arn("q.fifo"),
      CreatedTimestamp: String(NOON / 1000),
      LastModifiedTimestamp: String(NOON / 1000),
      ApproximateNumberOfMessages: "0",
      ApproximateNumberOfMessagesNotVisible: "0",
      ApproximateNumberOfMessagesDelayed: "0",
    });
  });

  it.each([
    ["q", {}, "accepted"],
    ["q-1_A", {}, "accepted"],
    ["q".repeat(80), {}, "accepted"],
    ["q".repeat(81), {}, "InvalidParameterValue"],
    ["", {}, "InvalidParameterValue"],
    ["a.b", {}, "InvalidParameterValue"],
    ["q.fifo", {}, "InvalidParameterValue"],
    ["q", FIFO, "InvalidParameterValue"],
    [".fifo", FIFO, "InvalidParameterValue"],
    [`${"q".repeat(75)}.fifo`, FIFO, "accepted"],
    [`${"q".repeat(76)}.fifo`, FIFO, "InvalidParameterValue"],
    ["q", { FifoQueue: "false" }, "InvalidAttributeName"],
    ["q", { Colour: "red" }, "InvalidAttributeName"],
    ["q", { QueueArn: "arn" }, "InvalidAttributeName"],
    ["q", { ContentBasedDeduplication: "true" }, "InvalidAttributeName"],
    ["q", { VisibilityTimeout: "43201" }, "InvalidAttributeValue"],
    ["q", { VisibilityTimeout: "half" }, "InvalidAttributeValue"],
    ["q", { MessageRetentionPeriod: "59" }, "InvalidAttributeValue"],
    ["q", { MessageRetentionPeriod: "1209600" }, "accepted"],
    ["q", { MessageRetentionPeriod: "1209601" }, "InvalidAttributeValue"],
    ["q", { MaximumMessageSize: "1023" }, "InvalidAttributeValue"],
    ["q", { MaximumMessageSize: "1048576" }, "accepted"],
    ["q", { MaximumMessageSize: "1048577" }, "InvalidAttributeValue"],
    ["q", { DelaySeconds: "901" }, "InvalidAttributeValue"],
    ["q", { ReceiveMessageWaitTimeSeconds: "21" }, "InvalidAttributeValue"],
    ["q", { Policy: "no JSON" }, "InvalidAttributeValue"],
    ["q", { KmsMasterKeyId: "alias/aws/sqs", KmsDataKeyReusePeriodSeconds: "300" }, "accepted"],
    ["q", { KmsMasterKeyId: "alias/aws/sqs", SqsManagedSseEnabled: "true" }, "InvalidAttributeName"],
    ["q.fifo", HIGH_THROUGHPUT, "accepted"],
    ["q.fifo", { ...FIFO, FifoThroughputLimit: "perMessageGroupId" }, "InvalidAttributeValue"],
    ["q.fifo", { ...FIFO, DeduplicationScope: "group" }, "InvalidAttributeValue"],
    ["q.fifo", { ...FIFO, ContentBasedDeduplication: "yes" }, "InvalidAttributeValue"],
  ])("%s with %j: %s", (name, attributes, expected) => {
    expect(code(() => create(name, attributes))).toBe(expected);
  });

  it("is idempotent when no attribute that is given differs", () => {
    const model = aModel();
    const queue = create("q", { DelaySeconds: "5" }, model);
    expect(create("q", { DelaySeconds: "5" }, model)).toBe(queue);
    expect(create("q", {}, model)).toBe(queue);
  });

  it("is refused when an attribute differs", () => {
    const model = aModel();
    create("q", { DelaySeconds: "5" }, model);
    expect(refusal(() => create("q", { DelaySeconds: "6" }, model))).toBe(
      "QueueNameExists: A queue already exists with the same name and a different value for attribute DelaySeconds",
    );
  });

  it("may be done again at once after a delete", () => {
    const model = aModel();
    create("q", {}, model);
    model.queues.send("q", { body: "x" }, NOON);
    model.queues.delete("q");
    expect(code(() => model.queues.get("q"))).toBe("QueueDoesNotExist");
    create("q", {}, model);
    expect(model.queues.receive("q", {}, NOON)).toEqual([]);
  });
});

// AWS: "SetQueueAttributes", "GetQueueAttributes".
describe("attributes of a queue", () => {
  it("change one by one, and say when", () => {
    const model = aModel();
    model.queues.create({ name: "q", attributes: {}, tags: {} }, NOON);
    model.queues.setAttributes("q", { VisibilityTimeout: "60" }, NOON + MINUTE);
    expect(model.queues.attributes("q", ["VisibilityTimeout", "LastModifiedTimestamp", "DelaySeconds"], NOON)).toEqual({
      VisibilityTimeout: "60",
      LastModifiedTimestamp: String((NOON + MINUTE) / 1000),
      DelaySeconds: "0",
    });
  });

  it("are refused as a whole when one is not valid", () => {
    const model = aModel();
    model.queues.create({ name: "q", attributes: {}, tags: {} }, NOON);
    expect(code(() => model.queues.setAttributes("q", { VisibilityTimeout: "60", DelaySeconds: "-1" }, NOON))).toBe(
      "InvalidAttributeValue",
    );
    expect(model.queues.attributes("q", ["VisibilityTimeout"], NOON)).toEqual({ VisibilityTimeout: "30" });
  });

  it("leave when set to an empty text", () => {
    const model = aModel();
    const Policy = '{"Statement":{"Effect":"Allow"}}';
    model.queues.create({ name: "q", attributes: { Policy }, tags: {} }, NOON);
    expect(model.queues.attributes("q", ["Policy"], NOON)).toEqual({ Policy });
    model.queues.setAttributes("q", { Policy: "" }, NOON);
    expect(model.queues.attributes("q", ["Policy"], NOON)).toEqual({});
  });

  it("have no names of their own", () => {
    const model = aModel();
    model.queues.create({ name: "q", attributes: {}, tags: {} }, NOON);
    expect(refusal(() => model.queues.attributes("q", ["Colour"], NOON))).toBe(
      "InvalidAttributeName: Unknown Attribute Colour.",
    );
  });

  it("cannot make a FIFO queue of a standard one", () => {
    const model = aModel();
    model.queues.create({ name: "q", attributes: {}, tags: {} }, NOON);
    expect(code(() => model.queues.setAttributes("q", FIFO, NOON))).toBe("InvalidAttributeName");
  });
});

// AWS: "Using dead-letter queues in Amazon SQS".
describe("a redrive policy", () => {
  const policy = (target: string, maxReceiveCount: unknown = 5) =>
    JSON.stringify({ deadLetterTargetArn: target, maxReceiveCount });
  function setPolicy(RedrivePolicy: string, deadLetterAttributes: Record<string, string> = {}) {
    const model = aModel();
    model.queues.create({ name: "live.fifo", attributes: FIFO, tags: {} }, NOON);
    model.queues.create({ name: "dead.fifo", attributes: { ...FIFO, ...deadLetterAttributes }, tags: {} }, NOON);
    model.queues.create({ name: "standard", attributes: {}, tags: {} }, NOON);
    return code(() => model.queues.setAttributes("live.fifo", { RedrivePolicy }, NOON));
  }

  it.each([
    ["a FIFO queue", policy(arn("dead.fifo")), "accepted"],
    ["a count as text", policy(arn("dead.fifo"), "5"), "accepted"],
    ["a count of 1000", policy(arn("dead.fifo"), 1000), "accepted"],
    ["a count of 1001", policy(arn("dead.fifo"), 1001), "InvalidParameterValue"],
    ["a count of 0", policy(arn("dead.fifo"), 0), "InvalidParameterValue"],
    ["a standard queue", policy(arn("standard")), "InvalidParameterValue"],
    ["a queue that does not exist", policy(arn("none.fifo")), "InvalidParameterValue"],
    ["the queue itself", policy(arn("live.fifo")), "InvalidParameterValue"],
    ["no ARN", policy("dead.fifo"), "InvalidParameterValue"],
    ["no count", JSON.stringify({ deadLetterTargetArn: arn("dead.fifo") }), "InvalidParameterValue"],
    ["no JSON", "dead.fifo", "InvalidParameterValue"],
    ["nothing", "", "accepted"],
  ])("naming %s", (_, text, expected) => {
    expect(setPolicy(text)).toBe(expected);
  });

  it.each([
    [{ redrivePermission: "allowAll" }, "accepted"],
    [{ redrivePermission: "denyAll" }, "InvalidParameterValue"],
    [{ redrivePermission: "byQueue", sourceQueueArns: [arn("live.fifo")] }, "accepted"],
    [{ redrivePermission: "byQueue", sourceQueueArns: [arn("other.fifo")] }, "InvalidParameterValue"],
  ])("must be allowed by the dead-letter queue's %j", (allow, expected) => {
    expect(setPolicy(policy(arn("dead.fifo")), { RedriveAllowPolicy: JSON.stringify(allow) })).toBe(expected);
  });

  it.each([
    { redrivePermission: "some" },
    { redrivePermission: "byQueue" },
    { redrivePermission: "allowAll", sourceQueueArns: [arn("live.fifo")] },
  ])("has no counterpart such as %j", (allow) => {
    const attributes = { RedriveAllowPolicy: JSON.stringify(allow) };
    expect(code(() => aModel().queues.create({ name: "q", attributes, tags: {} }, NOON))).toBe("InvalidParameterValue");
  });

  it("is the same written in another way", () => {
    const model = aModel();
    model.queues.create({ name: "dead", attributes: {}, tags: {} }, NOON);
    const create = (RedrivePolicy: string) =>
      code(() => model.queues.create({ name: "live", attributes: { RedrivePolicy }, tags: {} }, NOON));
    create(policy(arn("dead"), 5));
    expect(create(`{ "maxReceiveCount": "5", "deadLetterTargetArn": "${arn("dead")}" }`)).toBe("accepted");
    expect(create(policy(arn("dead"), 6))).toBe("QueueNameExists");
  });
});

// AWS: "ListQueues", "TagQueue", "PurgeQueue".
describe("lists, tags and purges", () => {
  it("lists by prefix, in order", () => {
    const model = aModel();
    for (const name of ["b", "ab", "aa"]) model.queues.create({ name, attributes: {}, tags: {} }, NOON);
    expect(model.queues.list("a")).toEqual(["aa", "ab"]);
    expect(model.queues.list("")).toEqual(["aa", "ab", "b"]);
  });

  it("keeps tags", () => {
    const model = aModel();
    model.queues.create({ name: "q", attributes: {}, tags: { a: "1" } }, NOON);
    model.queues.tag("q", { a: "2", b: "3" });
    model.queues.untag("q", ["b", "none"]);
    expect(model.queues.tags("q")).toEqual({ a: "2" });
  });

  it("holds 50 tags", () => {
    const model = aModel();
    model.queues.create({ name: "q", attributes: {}, tags: {} }, NOON);
    const tags = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, ""]));
    expect(code(() => model.queues.tag("q", tags(51)))).toBe("InvalidParameterValue");
    expect(code(() => model.queues.tag("q", tags(50)))).toBe("accepted");
  });

  it("purges messages in flight too, once in 60 seconds", () => {
    const model = aModel();
    model.queues.create({ name: "q", attributes: {}, tags: {} }, NOON);
    for (const body of ["1", "2"]) model.queues.send("q", { body }, NOON);
    model.queues.receive("q", {}, NOON);
    model.queues.purge("q", NOON);
    expect(model.queues.attributes("q", ["All"], NOON)).toMatchObject({
      ApproximateNumberOfMessages: "0",
      ApproximateNumberOfMessagesNotVisible: "0",
    });
    expect(code(() => model.queues.purge("q", NOON + MINUTE - 1))).toBe("PurgeQueueInProgress");
    expect(code(() => model.queues.purge("q", NOON + MINUTE))).toBe("accepted");
  });
});
