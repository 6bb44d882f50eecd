import { describe, expect, it } from "vitest";
import { systemClock } from "../../../src/adapters/system-clock.js";
import { openOtlpTracing } from "../../../src/adapters/telemetry/otlp-tracing.js";
import { attributeBytes } from "../../../src/core/attribute-bytes.js";
import type { Fault } from "../../../src/ports/call.js";
import type { MessageAttributes } from "../../../src/ports/queue.js";
import type { TraceExport } from "../../../src/ports/trace-export.js";
import type { MessageTrace, Tracing } from "../../../src/ports/tracing.js";
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from "../../factories/otlp-receiver.js";

const TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
const PRODUCER = "00f067aa0ba902b7";
const TRACEPARENT = `00-${TRACE_ID}-${PRODUCER}-01`;
const TOPIC = "arn:aws:sns:eu-west-1:123456789012:evp-client-1.fifo";
const MAX_EVENT_BYTES = 256 * 1024;
const FAULT: Fault = { code: "InternalError", message: "no", isSenderFault: false };
const SETTINGS: Omit<TraceExport, "url"> = {
  encoding: "json",
  headers: {},
  sampler: { ratio: 1, isParentBased: true },
  resource: { "service.name": "evp", "service.version": "1.2.3" },
};

async function start(changes: Partial<TraceExport> = {}, maxEventBytes = MAX_EVENT_BYTES) {
  const receiver = await startOtlpReceiver();
  const failures: Fault[] = [];
  const to = { ...SETTINGS, url: `${receiver.url}/v1/traces`, ...changes };
  const onFailure = (fault: Fault) => void failures.push(fault);
  const { tracing, close } = openOtlpTracing({ to, maxEventBytes, onFailure }, systemClock);
  return { receiver, failures, tracing, close };
}

function follow(tracing: Tracing, attributes: MessageAttributes = {}, sentAgoMs = 40): MessageTrace {
  const now = Date.now();
  const message = {
    messageId: "m-1",
    receiptHandle: "r",
    body: '{"secret":"4111"}',
    attributes,
    groupId: "client-1#a",
    sequence: "1",
    deduplicationId: "d",
    receiveCount: 2,
    sentAt: now - sentAgoMs,
  };
  return tracing.follow({ message, queue: "evp-ingress.fifo", askedAt: now - 1_000, receivedAt: now - 10 });
}

/** The way of an event that is published. @returns the attributes that its client gets */
function publishOne(tracing: Tracing, producer: MessageAttributes = {}, body = "{}"): MessageAttributes {
  const trace = follow(tracing, producer);
  trace.judging()({ envelope: { id: "e-1", clientId: "client-1", type: "transaction" }, reason: undefined });
  trace.storing("accepted")(undefined);
  const attributes = trace.publishing({
    topicArn: TOPIC,
    body,
    attributes: { "evp-event-id": "e-1", ...traceparentOf(producer) },
  });
  trace.published({ messageId: "sns-1", sequence: "7" });
  trace.storing("published")(undefined);
  trace.end({ outcome: "published" });
  return attributes;
}

function traceparentOf({ traceparent }: MessageAttributes): MessageAttributes {
  return traceparent === undefined ? {} : { traceparent };
}

function spanOf({ spans }: OtlpReceiver, name: string, fact?: string): ReceivedSpan {
  const found = spans.filter(
    (span) => span.name === name && (fact === undefined || span.attributes["evp.fact"] === fact),
  );
  expect(found).toHaveLength(1);
  return found[0]!;
}

describe.each(["json", "protobuf"] as const)("a message's trace, exported as %s", (encoding) => {
  it("goes on from its producer's, with a span for each part, and on to its client", async () => {
    const { receiver, tracing, close } = await start({ encoding });
    const attributes = publishOne(tracing, { traceparent: TRACEPARENT, tracestate: "vendor=abc" });
    expect(await close()).toBeUndefined();
    expect(receiver.spans.map(({ name }) => name).sort()).toEqual([
      "evp process",
      "publish",
      "receive",
      "store",
      "store",
      "validate",
    ]);
    const root = spanOf(receiver, "evp process");
    expect(root).toMatchObject({
      traceId: TRACE_ID,
      parentSpanId: PRODUCER,
      kind: 5,
      statusCode: 0,
      traceState: "vendor=abc",
    });
    expect(root.attributes).toEqual({
      "messaging.system": "aws_sqs",
      "messaging.operation.name": "process",
      "messaging.operation.type": "process",
      "messaging.destination.name": "evp-ingress.fifo",
      "messaging.message.id": "m-1",
      "messaging.message.body.size": 17,
      "evp.group_id": "client-1#a",
      "evp.receive_count": 2,
      "evp.event_id": "e-1",
      "evp.client_id": "client-1",
      "evp.type": "transaction",
      "evp.outcome": "published",
    });
    expect(root.resource).toEqual({ "service.name": "evp", "service.version": "1.2.3" });
    for (const span of receiver.spans.filter(({ name }) => name !== "evp process"))
      expect(span).toMatchObject({ traceId: TRACE_ID, parentSpanId: root.spanId });
    const publish = spanOf(receiver, "publish");
    expect(publish).toMatchObject({ kind: 4, statusCode: 0 });
    expect(publish.attributes).toMatchObject({
      "messaging.system": "aws.sns",
      "messaging.operation.type": "send",
      "messaging.destination.name": "evp-client-1.fifo",
      "messaging.message.id": "sns-1",
    });
    expect(attributes).toEqual({
      "evp-event-id": "e-1",
      traceparent: `00-${TRACE_ID}-${publish.spanId}-01`,
      tracestate: "vendor=abc",
    });
    expect(spanOf(receiver, "receive").kind).toBe(3);
    expect(spanOf(receiver, "store", "accepted").kind).toBe(3);
  });
});

describe("a message's trace", () => {
  it("is a new one where the producer told none that can be read", async () => {
    const { receiver, tracing, close } = await start();
    const zeros = `00-${"0".repeat(32)}-${PRODUCER}-01`;
    for (const traceparent of ["nonsense", zeros, `01-${TRACE_ID}-${PRODUCER}-01`])
      publishOne(tracing, { traceparent });
    await close();
    const roots = receiver.spans.filter(({ name }) => name === "evp process");
    expect(roots.map(({ parentSpanId }) => parentSpanId)).toEqual(["", "", ""]);
    expect(new Set(roots.map(({ traceId }) => traceId)).size).toBe(3);
    expect(roots.map(({ traceId }) => traceId)).not.toContain(TRACE_ID);
  });

  it("begins when the message was sent or asked for, whichever was later, and ends after its parts", async () => {
    const { receiver, tracing, close } = await start();
    const before = BigInt(Date.now() - 45) * 1_000_000n;
    publishOne(tracing);
    await close();
    const root = spanOf(receiver, "evp process");
    const receive = spanOf(receiver, "receive");
    expect(root.startNs).toBeGreaterThanOrEqual(before);
    expect(receive.startNs).toBe(root.startNs);
    expect(Number(receive.endNs - receive.startNs)).toBe(30_000_000);
    for (const span of receiver.spans) expect(span.endNs).toBeLessThanOrEqual(root.endNs + 1_000_000n);
  });

  it("says why the message was rejected, and nothing of its body", async () => {
    const { receiver, tracing, close } = await start();
    const trace = follow(tracing);
    trace.judging()({ envelope: { clientId: "client-1" }, reason: "schema-violation" });
    trace.storing("rejected")(undefined);
    trace.end({ outcome: "rejected", reason: "schema-violation" });
    await close();
    const root = spanOf(receiver, "evp process");
    expect(root).toMatchObject({ statusCode: 2 });
    expect(root.attributes).toMatchObject({
      "evp.outcome": "rejected",
      "evp.reason": "schema-violation",
      "error.type": "schema-violation",
    });
    expect(root.attributes).not.toHaveProperty("evp.event_id");
    expect(spanOf(receiver, "validate").statusCode).toBe(2);
    expect(JSON.stringify(receiver.spans.map(({ attributes }) => attributes))).not.toContain("4111");
  });

  it("has one publish span, and its client one context, however often it was tried", async () => {
    const { receiver, tracing, close } = await start();
    const trace = follow(tracing);
    const publication = { topicArn: TOPIC, body: "{}", attributes: { "evp-event-id": "e-1" } };
    const first = trace.publishing(publication);
    trace.published(FAULT);
    expect(trace.publishing(publication)).toEqual(first);
    trace.published({ messageId: "sns-1", sequence: "7" });
    trace.end({ outcome: "published" });
    await close();
    expect(spanOf(receiver, "publish")).toMatchObject({ statusCode: 0, events: ["attempt failed"] });
  });

  it("shows a publish that was given up, and a fact that could not be kept", async () => {
    const { receiver, tracing, close } = await start();
    const trace = follow(tracing);
    trace.storing("accepted")(FAULT);
    trace.publishing({ topicArn: TOPIC, body: "{}", attributes: {} });
    trace.published(FAULT);
    trace.end({ outcome: "released", why: "publish: InternalError: no" });
    await close();
    expect(spanOf(receiver, "store")).toMatchObject({ statusCode: 2, attributes: { "error.type": "InternalError" } });
    expect(spanOf(receiver, "publish")).toMatchObject({ statusCode: 2, attributes: { "error.type": "InternalError" } });
    expect(spanOf(receiver, "evp process").attributes).toMatchObject({ "evp.outcome": "released" });
  });
});

describe("what a client gets of the trace", () => {
  const nine = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`a${index}`, "1"]));
  const publication = (attributes: MessageAttributes, body = "{}") => ({ topicArn: TOPIC, body, attributes });

  it("never makes ten attributes eleven", async () => {
    const { tracing, close } = await start();
    const trace = follow(tracing, { traceparent: TRACEPARENT, tracestate: "vendor=abc" });
    const attributes = trace.publishing(publication(nine));
    expect(Object.keys(attributes)).toHaveLength(10);
    expect(attributes).toHaveProperty("traceparent");
    const full = { ...nine, a9: "1" };
    expect(trace.publishing(publication(full))).toEqual(full);
    await close();
  });

  it("never makes an event larger than it may be", async () => {
    const { tracing, close } = await start({}, 1_000);
    const room = 1_000 - attributeBytes({ traceparent: TRACEPARENT });
    expect(follow(tracing).publishing(publication({}, "x".repeat(room)))).toHaveProperty("traceparent");
    expect(follow(tracing).publishing(publication({}, "x".repeat(room + 1)))).toEqual({});
    // What the producer sent has its room already.
    const own = { traceparent: TRACEPARENT };
    const attributes = follow(tracing, own).publishing(publication(own, "x".repeat(room)));
    expect(attributes.traceparent).not.toBe(TRACEPARENT);
    expect(attributes.traceparent).toContain(TRACE_ID);
    await close();
  });

  it("says that the trace is not kept, where the producer says so or the sampler does", async () => {
    const { receiver, tracing, close } = await start();
    expect(publishOne(tracing, { traceparent: `00-${TRACE_ID}-${PRODUCER}-00` }).traceparent).toMatch(
      new RegExp(`^00-${TRACE_ID}-[0-9a-f]{16}-00$`),
    );
    await close();
    const off = await start({ sampler: { ratio: 0, isParentBased: true } });
    expect(publishOne(off.tracing).traceparent).toMatch(/-00$/);
    expect(publishOne(off.tracing, { traceparent: TRACEPARENT }).traceparent).toMatch(/-01$/);
    await off.close();
    expect(receiver.spans).toEqual([]);
    expect(off.receiver.spans.filter(({ name }) => name === "evp process")).toHaveLength(1);
  });

  it.each(["", "=", ",,,", "a".repeat(3000), "vendor=\u0000", `${"k=v,".repeat(60)}`])(
    "is fit for an attribute, whatever the producer's tracestate is",
    async (tracestate) => {
      const { tracing, close } = await start();
      const attributes = publishOne(tracing, { traceparent: TRACEPARENT, tracestate });
      expect(attributes.tracestate ?? "x").toMatch(/^[\x20-\x7e]{1,512}$/);
      await close();
    },
  );
});

describe("an export", () => {
  it("carries the headers that were given", async () => {
    const { receiver, tracing, close } = await start({ headers: { authorization: "Bearer abc" } });
    publishOne(tracing);
    await close();
    expect(receiver.headers).toMatchObject([{ authorization: "Bearer abc" }]);
  });

  it("that fails is told once, and in the end how many spans were lost", async () => {
    const { receiver, failures, tracing, close } = await start();
    receiver.status = 400;
    publishOne(tracing);
    const loss = await close();
    expect(loss).toMatchObject({ spans: 6, lost: 6 });
    expect(loss?.why).toContain("Bad Request");
    expect(failures).toHaveLength(1);
  });

  it("to nobody does not hold up the end for long", async () => {
    const { failures, tracing, close } = await start({ url: "http://127.0.0.1:9/v1/traces" });
    publishOne(tracing);
    const startedAt = performance.now();
    expect(await close()).toMatchObject({ lost: 6 });
    expect(performance.now() - startedAt).toBeLessThan(6_000);
    expect(failures.length).toBeLessThanOrEqual(1);
  });
});
