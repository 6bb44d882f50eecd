import { describe, expect, it } from "vitest";
import { createQueueUrls } from "../../../src/adapters/aws/queue-urls.js";
import { createPublisher } from "../../../src/adapters/aws/sns.js";
import { createQueue } from "../../../src/adapters/aws/sqs.js";
import { type Answer, sdkDouble, serviceError } from "./sdk-double.js";

function queueNamed(name: string, answer: Answer) {
  const { sqs, sent } = sdkDouble((command) =>
    command.name === "GetQueueUrlCommand"
      ? { QueueUrl: `http://elsewhere/0/${command.input.QueueName}` }
      : answer(command),
  );
  return { queue: createQueue(sqs, createQueueUrls(sqs), name), sent };
}

describe("batches of a queue", () => {
  it("line the answer up with the entries, whatever its order", async () => {
    const { queue } = queueNamed("q.fifo", () => ({
      Successful: [
        { Id: "2", MessageId: "m-2", SequenceNumber: "102" },
        { Id: "0", MessageId: "m-0", SequenceNumber: "100" },
      ],
      Failed: [{ Id: "1", Code: "InvalidMessageContents", Message: "bad characters", SenderFault: true }],
    }));
    const messages = ["a", "b", "c"].map((body) => ({ body, groupId: body }));
    expect(await queue.send(messages)).toEqual([
      { ok: true, messageId: "m-0", sequence: "100" },
      { ok: false, fault: { code: "InvalidMessageContents", message: "bad characters", isSenderFault: true } },
      { ok: true, messageId: "m-2", sequence: "102" },
    ]);
  });

  it("count an entry that the answer does not mention as failed", async () => {
    const { queue } = queueNamed("q.fifo", () => ({ Successful: [{ Id: "0" }] }));
    const results = await queue.delete(["r-0", "r-1"]);
    expect(results).toMatchObject([{ ok: true }, { ok: false, fault: { code: "NoAnswer", isSenderFault: false } }]);
    const { queue: silent } = queueNamed("q.fifo", () => ({}));
    expect(await silent.changeVisibility([{ receiptHandle: "r", seconds: 0 }])).toMatchObject([
      { ok: false, fault: { code: "NoAnswer" } },
    ]);
  });

  it("make no call for nothing", async () => {
    const { queue, sent } = queueNamed("q.fifo", () => ({}));
    expect([await queue.send([]), await queue.delete([]), await queue.changeVisibility([])]).toEqual([[], [], []]);
    expect(sent).toEqual([]);
  });

  it("send group and deduplication id to a FIFO queue alone", async () => {
    const message = { body: "b", groupId: "g", deduplicationId: "d", attributes: { "evp-reason": "too-large" } };
    const fifo = queueNamed("q.fifo", () => ({}));
    await fifo.queue.send([message]);
    expect(fifo.sent[1]?.input.Entries).toEqual([
      {
        Id: "0",
        MessageBody: "b",
        MessageGroupId: "g",
        MessageDeduplicationId: "d",
        MessageAttributes: { "evp-reason": { DataType: "String", StringValue: "too-large" } },
      },
    ]);
    const standard = queueNamed("q", () => ({}));
    await standard.queue.send([message]);
    expect(standard.sent[1]?.input.Entries).toEqual([
      {
        Id: "0",
        MessageBody: "b",
        MessageAttributes: { "evp-reason": { DataType: "String", StringValue: "too-large" } },
      },
    ]);
  });
});

describe("a received message", () => {
  const raw = {
    MessageId: "m-1",
    ReceiptHandle: "r-1",
    Body: "{}",
    Attributes: {
      MessageGroupId: "g",
      SequenceNumber: "18850000000000000001",
      MessageDeduplicationId: "d",
      ApproximateReceiveCount: "3",
      SentTimestamp: "1700000000000",
    },
    MessageAttributes: {
      text: { DataType: "String", StringValue: "t" },
      number: { DataType: "Number", StringValue: "1.50" },
      bytes: { DataType: "Binary", BinaryValue: new Uint8Array([0, 255]) },
    },
  };

  it("has its attributes as text", async () => {
    const { queue } = queueNamed("q.fifo", () => ({ Messages: [raw] }));
    expect(await queue.receive({ maxMessages: 10, waitSeconds: 0 })).toEqual([
      {
        messageId: "m-1",
        receiptHandle: "r-1",
        body: "{}",
        attributes: { text: "t", number: "1.50", bytes: "AP8=" },
        groupId: "g",
        sequence: "18850000000000000001",
        deduplicationId: "d",
        receiveCount: 3,
        sentAt: 1700000000000,
      },
    ]);
  });

  it("is its own group on a standard queue, whatever group its sender gave it", async () => {
    const { queue } = queueNamed("q", () => ({ Messages: [raw] }));
    expect(await queue.receive({ maxMessages: 1, waitSeconds: 0 })).toMatchObject([{ groupId: "m-1", sequence: "" }]);
  });
});

describe("the URL of a queue", () => {
  it("is asked for once", async () => {
    const { queue, sent } = queueNamed("q.fifo", () => ({}));
    await Promise.all([queue.depth(), queue.depth(), queue.send([{ body: "a", groupId: "g" }])]);
    expect(sent.filter(({ name }) => name === "GetQueueUrlCommand")).toHaveLength(1);
  });

  it("is asked for again when it was not found", async () => {
    let isThere = false;
    const { sqs } = sdkDouble(() => {
      if (isThere) return { QueueUrl: "http://elsewhere/0/q" };
      throw serviceError("QueueDoesNotExist");
    });
    const urls = createQueueUrls(sqs);
    await expect(urls.of("q")).rejects.toMatchObject({ kind: "not-found" });
    isThere = true;
    expect(await urls.of("q")).toBe("http://elsewhere/0/q");
  });
});

describe("publishing", () => {
  it("lines the answer up with the publications", async () => {
    const { sns, sent } = sdkDouble(() => ({
      Successful: [{ Id: "1", MessageId: "s-1", SequenceNumber: "10" }],
      Failed: [{ Id: "0", Code: "Throttled", Message: "slow down", SenderFault: true }],
    }));
    const publications = ["a", "b"].map((body) => ({ body, groupId: body, deduplicationId: body, attributes: {} }));
    expect(await createPublisher(sns).publish("arn:t", publications)).toEqual([
      { ok: false, fault: { code: "Throttled", message: "slow down", isSenderFault: false } },
      { ok: true, messageId: "s-1", sequence: "10" },
    ]);
    expect(sent[0]?.input).toMatchObject({ TopicArn: "arn:t" });
  });

  it("tells which topic failed as a whole", async () => {
    const { sns } = sdkDouble(() => {
      throw serviceError("NotFoundException", "client", "Topic does not exist");
    });
    const publication = { body: "b", groupId: "g", deduplicationId: "d", attributes: {} };
    await expect(createPublisher(sns).publish("arn:t", [publication])).rejects.toMatchObject({
      kind: "not-found",
      message: "publishing on arn:t: Topic does not exist",
    });
  });
});
