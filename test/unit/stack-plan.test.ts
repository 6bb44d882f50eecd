import { describe, expect, it } from "vitest";
import { defaultNames } from "../../src/core/names.js";
import type { Settings } from "../../src/core/settings.js";
import { type DesiredResource, planStack } from "../../src/core/stack-plan.js";
import { settingsOf } from "../factories/settings.js";

const ACCOUNT = { account: "123456789012", region: "eu-west-1" };
const AWS: Settings["target"] = { kind: "aws", name: "aws", region: "eu-west-1" };
const ONE_CLIENT = [{ id: "client-1", allowedTypes: ["transaction"], active: true }];

function plan(changes: Partial<Settings> = {}, clients = ONE_CLIENT): DesiredResource[] {
  return planStack(settingsOf(changes), ACCOUNT, clients);
}

function find<Kind extends DesiredResource["kind"]>(resources: DesiredResource[], kind: Kind, name: string) {
  const found = resources.find((resource) => resource.kind === kind && resource.name === name);
  return found as Extract<DesiredResource, { kind: Kind }>;
}

describe("the plan of a stack", () => {
  it("names every resource, in an order in which each can be made", () => {
    expect(plan().map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      "queue evp-dlq.fifo",
      "queue evp-ingress.fifo",
      "queue evp-undelivered.fifo",
      "queue-policy evp-undelivered.fifo",
      "table evp-events",
      "time-to-live evp-events",
      "table evp-clients",
      "table evp-producers",
      "topic evp-client-1.fifo",
      "queue evp-client-1.fifo",
      "queue-policy evp-client-1.fifo",
      "subscription evp-client-1.fifo",
      "client client-1",
    ]);
  });

  it("gives the ingress queue high throughput and the DLQ as a last resort", () => {
    expect(find(plan(), "queue", "evp-ingress.fifo").attributes).toEqual({
      FifoQueue: "true",
      DeduplicationScope: "messageGroup",
      FifoThroughputLimit: "perMessageGroupId",
      ContentBasedDeduplication: "true",
      MessageRetentionPeriod: "1209600",
      SqsManagedSseEnabled: "true",
      VisibilityTimeout: "60",
      MaximumMessageSize: "1015808",
      RedrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:123456789012:evp-dlq.fifo","maxReceiveCount":1000}',
    });
  });

  it("lets only the ingress queue use the DLQ, which never deduplicates by content", () => {
    expect(find(plan(), "queue", "evp-dlq.fifo").attributes).toMatchObject({
      ContentBasedDeduplication: "false",
      MaximumMessageSize: "1048576",
      RedriveAllowPolicy:
        '{"redrivePermission":"byQueue","sourceQueueArns":["arn:aws:sqs:eu-west-1:123456789012:evp-ingress.fifo"]}',
    });
  });

  it("gives a client's topic deduplication per group", () => {
    expect(find(plan(), "topic", "evp-client-1.fifo")).toMatchObject({
      arn: "arn:aws:sns:eu-west-1:123456789012:evp-client-1.fifo",
      attributes: { FifoTopic: "true", ContentBasedDeduplication: "false", FifoThroughputScope: "MessageGroup" },
    });
  });

  it("raises the topic's limit only for events that need it", () => {
    const topic = find(plan({ maxEventBytes: 300 * 1024 }), "topic", "evp-client-1.fifo");
    expect(topic.attributes.MaximumMessageSize).toBe("307200");
    expect(find(plan(), "topic", "evp-client-1.fifo").attributes.MaximumMessageSize).toBeUndefined();
  });

  it("lets only its own topic send to a client's queue", () => {
    const { policy } = find(plan(), "queue-policy", "evp-client-1.fifo");
    expect(JSON.parse(policy).Statement).toEqual([
      {
        Sid: "evp-topics-only",
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: "arn:aws:sqs:eu-west-1:123456789012:evp-client-1.fifo",
        Condition: { ArnEquals: { "aws:SourceArn": "arn:aws:sns:eu-west-1:123456789012:evp-client-1.fifo" } },
      },
    ]);
  });

  it("lets every client topic, also one added later, send to the undelivered queue", () => {
    const { policy } = find(plan(), "queue-policy", "evp-undelivered.fifo");
    expect(JSON.parse(policy).Statement[0].Condition).toEqual({
      ArnLike: { "aws:SourceArn": "arn:aws:sns:eu-west-1:123456789012:evp-*.fifo" },
    });
  });

  it("delivers raw, and keeps what cannot be delivered", () => {
    expect(find(plan(), "subscription", "evp-client-1.fifo")).toMatchObject({
      topicArn: "arn:aws:sns:eu-west-1:123456789012:evp-client-1.fifo",
      queueArn: "arn:aws:sqs:eu-west-1:123456789012:evp-client-1.fifo",
      attributes: {
        RawMessageDelivery: "true",
        RedrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:123456789012:evp-undelivered.fifo"}',
      },
    });
  });

  it("registers a client with its only topic", () => {
    expect(find(plan(), "client", "client-1").record).toEqual({
      clientId: "client-1",
      active: true,
      allowedTypes: ["transaction"],
      poisonPolicy: "skip",
      topicArn: "arn:aws:sns:eu-west-1:123456789012:evp-client-1.fifo",
      queueName: "evp-client-1.fifo",
    });
  });

  it("keeps facts by event, and indexes them by hour and by day", () => {
    expect(find(plan(), "table", "evp-events")).toMatchObject({
      arn: "arn:aws:dynamodb:eu-west-1:123456789012:table/evp-events",
      key: [
        { name: "eventId", type: "S" },
        { name: "fact", type: "S" },
      ],
      indexes: [{ name: "by-client-hour" }, { name: "by-rejected-day" }],
      unwantedIndexes: [],
    });
  });

  it("leaves out an index that is switched off", () => {
    const journal = { retentionDays: 30, replayIndex: false, rejectionIndex: true };
    expect(find(plan({ journal }), "table", "evp-events")).toMatchObject({
      indexes: [{ name: "by-rejected-day" }],
      unwantedIndexes: ["by-client-hour"],
    });
  });

  it("wants point-in-time recovery on real AWS alone", () => {
    const recovered = (resources: DesiredResource[]) =>
      resources.filter(({ kind }) => kind === "point-in-time-recovery").map(({ name }) => name);
    expect(recovered(plan({ target: AWS }))).toEqual(["evp-events", "evp-clients", "evp-producers"]);
    expect(recovered(plan())).toEqual([]);
  });

  it("does not ask the embedded stack for TTL", () => {
    expect(find(plan(), "time-to-live", "evp-events").notOffered).toBe("the embedded stack keeps expired facts");
    expect(find(plan({ target: AWS }), "time-to-live", "evp-events").notOffered).toBeUndefined();
  });

  it("speaks of the part of AWS that the region belongs to", () => {
    const [china] = planStack(settingsOf(), { account: "1", region: "cn-north-1" }, ONE_CLIENT).slice(-5);
    expect(china).toMatchObject({ arn: "arn:aws-cn:sns:cn-north-1:1:evp-client-1.fifo" });
  });
});

describe("a standard ingress queue", () => {
  const ingress: Settings["ingress"] = { kind: "standard", visibilitySeconds: 60, maxReceiveCount: 10 };

  it("has a standard DLQ and no FIFO settings", () => {
    const resources = plan({ ingress });
    expect(resources.slice(0, 2).map(({ name }) => name)).toEqual(["evp-dlq", "evp-ingress"]);
    expect(Object.keys(find(resources, "queue", "evp-ingress").attributes).sort()).toEqual([
      "MaximumMessageSize",
      "MessageRetentionPeriod",
      "RedrivePolicy",
      "SqsManagedSseEnabled",
      "VisibilityTimeout",
    ]);
  });

  it("is refused a FIFO DLQ", () => {
    const names = defaultNames("evp", { deadLetterQueue: "evp-dlq.fifo" }, "standard");
    expect(() => plan({ ingress, names })).toThrow(/must be of the same type/);
  });
});

describe("names that cannot stand beside each other", () => {
  const client = (id: string) => [{ id, allowedTypes: [], active: true }];

  it.each([
    ["ingress", "the queue of client ingress would be called evp-ingress.fifo, which is the ingress queue"],
    ["dlq", "the queue of client dlq would be called evp-dlq.fifo, which is the DLQ"],
    [
      "undelivered",
      "the queue of client undelivered would be called evp-undelivered.fifo, which is the undelivered queue",
    ],
  ])("refuses the client %s", (id, message) => {
    expect(() => plan({}, client(id))).toThrow(message);
  });

  it("refuses a name that is too long for a queue", () => {
    const stack = "s".repeat(20);
    expect(() => plan({ stack }, client("c".repeat(54)))).not.toThrow();
    expect(() => plan({ stack }, client("c".repeat(55)))).toThrow("81 characters, 80 are allowed");
  });

  it("refuses a client id outside the alphabet", () => {
    expect(() => plan({}, client("a b"))).toThrow('client "a b"');
  });

  it("refuses one queue for two clients, and one table for two purposes", () => {
    const shared = { ...defaultNames("evp"), queueOf: () => "shared.fifo" };
    const two = [...client("a"), ...client("b")];
    expect(() => plan({ names: shared }, two)).toThrow("which is the queue of client a");
    expect(() => plan({ names: defaultNames("evp", { clientsTable: "evp-events" }) })).toThrow("the events table");
  });

  it("is a mistake of usage", () => {
    expect(() => plan({}, client("dlq"))).toThrow(expect.objectContaining({ code: "name-refused", category: "usage" }));
  });

  it("refuses an ingress queue whose suffix contradicts its kind", () => {
    expect(() => plan({ names: defaultNames("evp", { ingressQueue: "orders" }) })).toThrow("must end in .fifo");
  });
});

describe("what an existing resource without tags means", () => {
  it("is the stack's own on the embedded stack", () => {
    expect(find(plan(), "table", "evp-events").untagged).toBe("claim");
  });

  it("is somebody else's elsewhere, unless the config names it", () => {
    const names = defaultNames("evp", { ingressQueue: "orders.fifo", clientQueue: "old-{client}.fifo" });
    const resources = plan({ target: AWS, names });
    expect(find(resources, "queue", "orders.fifo").untagged).toBe("adopt");
    expect(find(resources, "queue", "old-client-1.fifo").untagged).toBe("adopt");
    expect(find(resources, "topic", "evp-client-1.fifo").untagged).toBe("refuse");
    expect(find(resources, "queue", "evp-dlq.fifo").untagged).toBe("refuse");
  });
});
