import { describe, expect, it } from "vitest";
import type { OutgoingMessage } from "../../../src/local/model/sending.js";
import { aFifoQueue, aStandardQueue, code, NOON, refusal, SECOND } from "./a-model.js";

const KIB = 1024;
const MIB = 1024 * KIB;

// AWS: "SendMessage".
describe("what a message may be", () => {
  const send = (message: Partial<OutgoingMessage>) => {
    const queue = aFifoQueue();
    return code(() =>
      queue.model.queues.send(queue.name, { body: "x", groupId: "g", deduplicationId: "d", ...message }, NOON),
    );
  };
  const string = (stringValue: string) => ({ dataType: "String", stringValue });

  it.each<[string, Partial<OutgoingMessage>, string]>([
    ["an emoji", { body: "😀" }, "accepted"],
    ["tab, line feed and carriage return", { body: "\t\n\r" }, "accepted"],
    ["the ends of the allowed ranges", { body: "\u0020\uD7FF\uE000\uFFFD\u{10000}\u{10FFFF}" }, "accepted"],
    ["a NUL", { body: "a\u0000" }, "InvalidMessageContents"],
    ["an escape character", { body: "\u001b[31m" }, "InvalidMessageContents"],
    ["U+FFFE", { body: "\uFFFE" }, "InvalidMessageContents"],
    ["a lone surrogate", { body: "\uD83D" }, "InvalidMessageContents"],
    ["an empty body", { body: "" }, "MissingParameter"],
    ["1 MiB", { body: "x".repeat(MIB) }, "accepted"],
    ["1 MiB and a byte", { body: "x".repeat(MIB + 1) }, "InvalidParameterValue"],
    ["1 MiB in two-byte characters", { body: "é".repeat(MIB / 2 + 1) }, "InvalidParameterValue"],
    ["no group", { groupId: undefined }, "MissingParameter"],
    ["a group of 128 characters", { groupId: "g".repeat(128) }, "accepted"],
    ["a group of 129 characters", { groupId: "g".repeat(129) }, "InvalidParameterValue"],
    ["an empty group", { groupId: "" }, "InvalidParameterValue"],
    ["a group with a space", { groupId: "a b" }, "InvalidParameterValue"],
    ["a group of all punctuation", { groupId: "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~" }, "accepted"],
    ["a group with a letter beyond ASCII", { groupId: "ação" }, "InvalidParameterValue"],
    ["a deduplication id with a space", { deduplicationId: "a b" }, "InvalidParameterValue"],
    ["a delay of its own on a FIFO queue", { delaySeconds: 5 }, "InvalidParameterValue"],
    [
      "ten attributes",
      { attributes: Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`a${i}`, string("v")])) },
      "accepted",
    ],
    [
      "eleven attributes",
      { attributes: Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`a${i}`, string("v")])) },
      "InvalidParameterValue",
    ],
    ["an attribute without a value", { attributes: { a: string("") } }, "InvalidParameterValue"],
    [
      "an attribute whose value has a control character",
      { attributes: { a: string("\u0001") } },
      "InvalidParameterValue",
    ],
    ["a number", { attributes: { a: { dataType: "Number", stringValue: "-1.5e3" } } }, "accepted"],
    [
      "a number that is none",
      { attributes: { a: { dataType: "Number", stringValue: "ten" } } },
      "InvalidParameterValue",
    ],
    ["a custom type", { attributes: { a: { dataType: "Number.int", stringValue: "1" } } }, "accepted"],
    ["a binary value", { attributes: { a: { dataType: "Binary.png", binaryValue: "AQI=" } } }, "accepted"],
    [
      "a type that does not exist",
      { attributes: { a: { dataType: "Text", stringValue: "1" } } },
      "InvalidParameterValue",
    ],
    ["an attribute name with a space", { attributes: { "a b": string("v") } }, "InvalidParameterValue"],
    ["an attribute name of AWS's", { attributes: { "AWS.x": string("v") } }, "InvalidParameterValue"],
    ["an attribute name ending in a period", { attributes: { "a.": string("v") } }, "InvalidParameterValue"],
    [
      "an attribute name with two periods in succession",
      { attributes: { "a..b": string("v") } },
      "InvalidParameterValue",
    ],
    [
      "an attribute called __proto__",
      { attributes: JSON.parse('{"__proto__":{"dataType":"String","stringValue":"v"}}') },
      "accepted",
    ],
  ])("%s", (_, message, expected) => {
    expect(send(message)).toBe(expected);
  });

  it("counts names, types and values of attributes in the size", () => {
    const queue = aFifoQueue({ MaximumMessageSize: "1024" });
    const send = (bodyBytes: number) =>
      refusal(() =>
        queue.model.queues.send(
          queue.name,
          {
            body: "x".repeat(bodyBytes),
            groupId: "g",
            deduplicationId: "d",
            attributes: { name: string("value"), bytes: { dataType: "Binary", binaryValue: "AQID" } },
          },
          NOON,
        ),
      );
    // name 4 + String 6 + value 5, bytes 5 + Binary 6 + 3
    expect(send(1024 - 29)).toBe("accepted");
    expect(send(1024 - 28)).toBe(
      "InvalidParameterValue: One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.",
    );
  });

  // AWS: "Amazon SQS message timers".
  it("may be delayed by itself on a standard queue, up to 900 seconds", () => {
    const queue = aStandardQueue({ DelaySeconds: "5" });
    const send = (delaySeconds: number) =>
      code(() => queue.model.queues.send(queue.name, { body: "x", delaySeconds }, NOON));
    expect(send(901)).toBe("InvalidParameterValue");
    expect(send(-1)).toBe("InvalidParameterValue");
    send(900);
    send(0);
    expect(queue.counts()).toEqual([1, 0, 1]);
    expect(queue.counts(NOON + 900 * SECOND - 1)).toEqual([1, 0, 1]);
    expect(queue.counts(NOON + 900 * SECOND)).toEqual([2, 0, 0]);
  });
});

// AWS: "SendMessageBatch".
describe("sending a batch", () => {
  const entry = (id: string, body = "x") => ({ id, body, groupId: "g", deduplicationId: `d${id}` });
  const batchOf = (count: number) => Array.from({ length: count }, (_, index) => entry(String(index)));
  const sendBatch = (entries: Parameters<ReturnType<typeof aFifoQueue>["model"]["queues"]["sendBatch"]>[1]) => {
    const queue = aFifoQueue();
    return { queue, run: () => queue.model.queues.sendBatch(queue.name, entries, NOON) };
  };

  it.each([
    ["no entry", [], "EmptyBatchRequest: There should be at least one entry in the request."],
    [
      "eleven entries",
      batchOf(11),
      "TooManyEntriesInBatchRequest: Maximum number of entries per request are 10. You have sent 11.",
    ],
    ["an id twice", [entry("1"), entry("1")], "BatchEntryIdsNotDistinct: Id 1 repeated."],
    [
      "an id with a colon",
      [entry("a:b")],
      "InvalidBatchEntryId: A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
    ],
    [
      "an empty id",
      [entry("")],
      "InvalidBatchEntryId: A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
    ],
    [
      "an id of 81 characters",
      [entry("x".repeat(81))],
      "InvalidBatchEntryId: A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
    ],
    [
      "more than 1 MiB together",
      [entry("1", "x".repeat(MIB / 2)), entry("2", "x".repeat(MIB / 2 + 1))],
      "BatchRequestTooLong: Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.",
    ],
    [
      "an entry without a group",
      [entry("1"), { id: "2", body: "x" }],
      "MissingParameter: The request must contain the parameter MessageGroupId.",
    ],
    ["ten entries", batchOf(10), "accepted"],
    ["1 MiB together", [entry("1", "x".repeat(MIB / 2)), entry("2", "x".repeat(MIB / 2))], "accepted"],
  ])("%s", (_, entries, expected) => {
    expect(refusal(sendBatch(entries).run)).toBe(expected);
  });

  it("takes the entries in their order, and refuses one without the others", () => {
    const { queue, run } = sendBatch([entry("1", "one"), entry("2", "\u0000"), entry("3", "three")]);
    const { successful, failed } = run();
    expect(successful.map(({ id }) => id)).toEqual(["1", "3"]);
    expect(failed).toEqual([expect.objectContaining({ id: "2", code: "InvalidMessageContents", senderFault: true })]);
    expect(queue.bodies()).toEqual(["one", "three"]);
  });

  it("sends nothing when the whole batch is refused", () => {
    const { queue, run } = sendBatch([entry("1"), { id: "2", body: "x" }]);
    refusal(run);
    expect(queue.counts()).toEqual([0, 0, 0]);
  });
});
