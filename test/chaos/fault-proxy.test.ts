import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { CreateTopicCommand, PublishBatchCommand, SNSClient } from "@aws-sdk/client-sns";
import { CreateQueueCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { describe, expect, it, onTestFinished } from "vitest";
import { serveQueues } from "../integration/local-queues-server.js";
import { createFaultPlan, type Dependency, type Fault, type Outage } from "./fault-plan.js";
import { openFaultProxy } from "./fault-proxy.js";
import { createPublishLedger } from "./publish-ledger.js";
import { connectTo, countMessages } from "./stack-contents.js";

const QUEUE = "evp-ingress.fifo";

/** Queues and topics behind a proxy, clients that call through it, and one that goes past it. */
async function openProxied() {
  const queues = await serveQueues();
  const plan = createFaultPlan({ seed: 1, intensity: 0, maxDelayMs: 0 });
  const fate: { fault: Fault } = { fault: { kind: "none" } };
  const faultFor: typeof plan.faultFor = (request) =>
    fate.fault.kind === "none" ? plan.faultFor(request) : fate.fault;
  const ledger = createPublishLedger({ now: () => performance.now(), callLivesMs: 60_000 });
  const proxy = await openFaultProxy({ upstream: () => queues.url, plan: { ...plan, faultFor }, ledger });
  const url = await proxy.openDoor("processor-1");
  const through = connectTo(url);
  const past = connectTo(queues.url);
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const sns = new SNSClient({ endpoint: url, region: "us-east-1", credentials, maxAttempts: 1 });
  onTestFinished(async () => {
    for (const client of [through, past, sns]) client.destroy();
    await proxy.close();
    await queues.stop();
  });
  const { QueueUrl } = await past.sqs.send(
    new CreateQueueCommand({ QueueName: QUEUE, Attributes: { FifoQueue: "true" } }),
  );
  const { TopicArn } = await sns.send(
    new CreateTopicCommand({ Name: "evp-a.fifo", Attributes: { FifoTopic: "true" } }),
  );
  const attributes = { "evp-event-id": { DataType: "String", StringValue: "e-1" } };
  const entry = { Id: "0", Message: "body", MessageGroupId: "g", MessageDeduplicationId: "e-1" };
  const PublishBatchRequestEntries = [{ ...entry, MessageAttributes: attributes }];
  const fields = { QueueUrl, MessageBody: "body", MessageGroupId: "group", MessageDeduplicationId: "1" };
  return {
    plan,
    ledger,
    sns,
    through,
    meet: (fault: Fault) => {
      fate.fault = fault;
    },
    /** @returns the name of the error, or `answered` */
    send: (timeoutMs = 5_000) =>
      outcomeOf(through.sqs.send(new SendMessageCommand(fields), { abortSignal: AbortSignal.timeout(timeoutMs) })),
    publish: () => outcomeOf(sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }))),
    sent: () => countMessages(past, QUEUE),
  };
}

async function outcomeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => "answered",
    (error: Error & { code?: string }) => error.code ?? error.name,
  );
}

describe("a call through the fault proxy", () => {
  it.each<[Fault, string, number]>([
    [{ kind: "none" }, "answered", 1],
    [{ kind: "delay", delayMs: 30 }, "answered", 1],
    [{ kind: "reset-before" }, "ECONNRESET", 0],
    [{ kind: "reset-after" }, "ECONNRESET", 1],
    [{ kind: "error" }, "InternalFailure", 0],
    [{ kind: "throttle" }, "RequestThrottled", 0],
  ])("that meets %o ends as %s, with %i messages sent", async (fault, outcome, messages) => {
    const { meet, send, sent } = await openProxied();
    meet(fault);
    expect(await send()).toBe(outcome);
    expect(await sent()).toBe(messages);
  });

  it.each<[Fault, number]>([
    [{ kind: "hang-before" }, 0],
    [{ kind: "hang-after" }, 1],
  ])("that meets %o is never answered, with %i messages sent", async (fault, messages) => {
    const { meet, send, sent } = await openProxied();
    meet(fault);
    expect(await send(300)).toBe("AbortError");
    await expect.poll(sent).toBe(messages);
  });

  it("takes as long as the plan says", async () => {
    const { meet, send } = await openProxied();
    meet({ kind: "delay", delayMs: 200 });
    const startedAt = performance.now();
    await send();
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(199);
  });

  it("is throttled and fails inside in the form of its own service", async () => {
    const { meet, sns, through } = await openProxied();
    const outcomes = async () => [
      await outcomeOf(sns.send(new CreateTopicCommand({ Name: "topic" }))),
      await outcomeOf(through.dynamodb.send(new GetItemCommand({ TableName: "evp-events", Key: {} }))),
    ];
    meet({ kind: "throttle" });
    expect(await outcomes()).toEqual(["ThrottledException", "ProvisionedThroughputExceededException"]);
    meet({ kind: "error" });
    expect(await outcomes()).toEqual(["InternalErrorException", "InternalServerError"]);
  });

  it("fails while what it is about is down, and no other call does", async () => {
    const { plan, send, sent } = await openProxied();
    const ingress: Dependency = { service: "sqs", resource: QUEUE };
    const dlq: Dependency = { service: "sqs", resource: "evp-dlq.fifo" };
    const manner: Outage = "reset-before";
    plan.takeDown(dlq, manner);
    expect(await send()).toBe("answered");
    plan.takeDown(ingress, manner);
    expect(await send()).toBe("ECONNRESET");
    plan.bringUp(ingress);
    expect(await send()).toBe("answered");
    expect([await sent(), plan.counts]).toEqual([1, { "reset-before": 1 }]);
  });

  it("is counted as published when the stack has taken it, answered or not", async () => {
    const { meet, publish, ledger } = await openProxied();
    meet({ kind: "reset-before" });
    await publish();
    meet({ kind: "reset-after" });
    await publish();
    meet({ kind: "none" });
    await publish();
    expect(ledger.verdict()).toMatchObject({ effective: 2, repeats: { unanswered: 1, unrecorded: 0 } });
    await publish();
    expect(ledger.verdict().findings).toContain("published again although it knew: e-1 on evp-a.fifo by processor-1");
  });

  it("counts as unanswered when its caller closes the connection behind it", async () => {
    const { sns, publish, ledger } = await openProxied();
    await publish();
    sns.destroy();
    await publish();
    await expect.poll(() => ledger.verdict().repeats.unanswered).toBe(1);
  });
});

describe("a fault plan", () => {
  const request = (action: string) => ({
    service: "sqs" as const,
    action,
    resources: [QUEUE],
    document: {},
    form: new URLSearchParams(),
  });
  const fates = (seed: number, actions: string[]) => {
    const plan = createFaultPlan({ seed, intensity: 1, maxDelayMs: 100 });
    return actions.map((action) => plan.faultFor(request(action)).kind);
  };

  it("gives an operation's calls the same fates again, whatever other calls there are", () => {
    const alone = fates(
      7,
      Array.from({ length: 50 }, () => "DeleteMessageBatch"),
    );
    const among = fates(7, Array.from({ length: 50 }, () => ["ReceiveMessage", "DeleteMessageBatch"]).flat());
    expect(among.filter((_, place) => place % 2 === 1)).toEqual(alone);
    expect(new Set(alone).size).toBeGreaterThan(2);
  });

  it("lets everything pass once it is calm", () => {
    const plan = createFaultPlan({ seed: 7, intensity: 1, maxDelayMs: 100 });
    plan.calm();
    const kinds = Array.from({ length: 50 }, () => plan.faultFor(request("ReceiveMessage")).kind);
    expect(new Set(kinds)).toEqual(new Set(["none"]));
  });
});
