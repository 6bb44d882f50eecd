import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import { between, createRandom, type Random } from "../chaos/seeded-random.js";
import { bodyOf, type Expected, type Shape } from "./hostile-body.js";
import { type MadeBody, makeBody } from "./make-body.js";

/** What must become of a message in the end. `suppressed`: the ingress queue itself must drop it; `refused`: it must not even take it. */
export type WireOutcome = Expected | "duplicate" | "suppressed" | "refused";

/** A message on its way to the ingress queue. */
export interface WireMessage {
  serial: number;
  made: MadeBody;
  groupId: string;
  deduplicationId: string;
  attributes: Record<string, MessageAttributeValue>;
  expected: WireOutcome;
}

const GROUPS = 40;
/** Messages after which a neighbour comes that is in order. */
const NEIGHBOUR_EVERY = 4;
const TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/** What SQS takes ("SendMessage": the characters of MessageBody, of which there must be one), told without evp's own idea of it. */
const TAKEN_BY_SQS = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]+$/u;
/** What the ingress queue is set to take at most, attributes included: 1 MiB less the room that a dead letter needs for its own. */
const TAKEN_BYTES = (1024 - 32) * 1024;

/** So many hostile messages of that seed, in the order of sending, and neighbours between them. */
export function* wireMessages(seed: number, count: number, shape: Shape): Generator<WireMessage> {
  for (let serial = 0; serial < count; serial++) {
    const random = createRandom(seed, `message ${serial}`);
    const message = hostileMessage(seed, serial, shape, random);
    yield message;
    yield* again(message, shape, random);
    if (serial % NEIGHBOUR_EVERY === 0) yield neighbourOf(message, shape);
  }
}

function hostileMessage(seed: number, serial: number, shape: Shape, random: Random): WireMessage {
  const made = makeBody(seed, serial, shape);
  const isTaken = TAKEN_BY_SQS.test(made.body) && Buffer.byteLength(made.body) <= TAKEN_BYTES;
  return {
    serial,
    made,
    groupId: `g-${between(random, 1, GROUPS)}`,
    deduplicationId: `m-${serial}`,
    attributes: producersAttributes(random),
    expected: isTaken ? (made.expectedOnWire ?? made.expected) : "refused",
  };
}

/** What a producer may put beside the body: ten attributes are all that SQS takes. */
function producersAttributes(random: Random): Record<string, MessageAttributeValue> {
  const kind = random();
  const traceparent: MessageAttributeValue = { DataType: "String", StringValue: TRACEPARENT };
  if (kind < 0.8) return {};
  if (kind < 0.9) return { traceparent };
  const values: MessageAttributeValue[] = [
    { DataType: "Number", StringValue: "-1.5e10" },
    { DataType: "Number.float", StringValue: "0" },
    { DataType: "Binary", BinaryValue: Buffer.from([0, 255, 0xc3, 0x28]) },
    { DataType: "String.json", StringValue: '{"evp":1}' },
  ];
  const texts = ["😀", "evp", "\t", "x".repeat(200), "{}"].map((StringValue) => ({ DataType: "String", StringValue }));
  const own = [...values, ...texts].map(
    (value, index) => [index === 5 ? "evp-reason" : `own-${index}`, value] as const,
  );
  return { ...Object.fromEntries(own), traceparent };
}

/** Some messages come again: under the same deduplication id, under another, or as another event of the same id. */
function* again(message: WireMessage, shape: Shape, random: Random): Generator<WireMessage> {
  const { made, serial, expected } = message;
  const kind = random();
  if (expected !== "published" || made.family !== "valid" || kind > 0.09) return;
  if (kind < 0.03) yield { ...message, expected: "suppressed" };
  else if (kind < 0.06) yield { ...message, deduplicationId: `m-${serial}-again`, expected: "duplicate" };
  else if (made.name === "plain event") {
    const body = bodyOf({ random, shape, serial }, { payload: { orderId: "another", amount: 2 } });
    const deduplicationId = `m-${serial}-other`;
    yield { ...message, made: { ...made, name: "other content", body }, deduplicationId, expected: "id-conflict" };
  }
}

function neighbourOf({ serial, groupId, made }: WireMessage, shape: Shape): WireMessage {
  const body = bodyOf({ random: () => 0, shape, serial: 1_000_000 + serial });
  const neighbour: MadeBody = { ...made, family: "valid", name: "neighbour", body, expected: "published" };
  return { serial, made: neighbour, groupId, deduplicationId: `n-${serial}`, attributes: {}, expected: "published" };
}
