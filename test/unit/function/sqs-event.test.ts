import { describe, expect, it } from "vitest";
import { readRecords, type SqsRecord } from "../../../src/function/sqs-event.js";

/** As "Using Lambda with Amazon SQS" shows it for a FIFO queue. */
const RECORD: SqsRecord = {
  messageId: "11d6ee51-4cc7-4302-9e22-7cd8afdaadf5",
  receiptHandle: "AQEBBX8nesZEXmkhsmZeyIE8iQAMig7qw...",
  body: "Test message.",
  attributes: {
    ApproximateReceiveCount: "3",
    SentTimestamp: "1573251510774",
    SequenceNumber: "18849496460467696128",
    MessageGroupId: "1",
    MessageDeduplicationId: "1",
  },
  messageAttributes: {
    traceparent: { dataType: "String", stringValue: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
    count: { dataType: "Number", stringValue: "7" },
    raw: { dataType: "Binary", binaryValue: "aGk=" },
  },
  eventSourceARN: "arn:aws:sqs:us-east-2:123456789012:fifo.fifo",
};

describe("a record of an event source mapping", () => {
  it("is read as a message of a FIFO queue", () => {
    expect(readRecords({ Records: [RECORD] }, true)).toEqual([
      {
        messageId: "11d6ee51-4cc7-4302-9e22-7cd8afdaadf5",
        receiptHandle: "AQEBBX8nesZEXmkhsmZeyIE8iQAMig7qw...",
        body: "Test message.",
        attributes: {
          traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
          count: "7",
          raw: "aGk=",
        },
        groupId: "1",
        sequence: "18849496460467696128",
        deduplicationId: "1",
        receiveCount: 3,
        sentAt: 1573251510774,
      },
    ]);
  });

  it("is a group of its own on a standard queue, whatever group its sender gave it", () => {
    const [read] = readRecords({ Records: [RECORD] }, false);
    expect(read).toMatchObject({ groupId: RECORD.messageId, sequence: "" });
  });

  it("may say nothing but its group", () => {
    const { messageAttributes: _, ...bare } = { ...RECORD, attributes: { MessageGroupId: "g" } };
    const [read] = readRecords({ Records: [bare] }, true);
    expect(read).toMatchObject({ receiveCount: 1, attributes: {} });
  });
});
