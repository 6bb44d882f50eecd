import {
  type Attributes,
  type Context,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type { Fault } from "../../ports/call.js";
import type { TracingOptions } from "../../ports/trace-export.js";
import type { MessageTrace, Receipt, TraceEnd, Tracing } from "../../ports/tracing.js";
import { producerContext, withContext } from "./trace-context.js";

/** A span for each message and one for each part of its way, by OpenTelemetry's "Semantic conventions for messaging spans". */
export function createTracing(tracer: Tracer, maxEventBytes: number, store: TracingOptions["store"]): Tracing {
  return { follow: (receipt) => followMessage(tracer, receipt, { maxEventBytes, store }) };
}

function followMessage(
  tracer: Tracer,
  receipt: Receipt,
  { maxEventBytes, store }: Pick<TracingOptions, "maxEventBytes" | "store">,
): MessageTrace {
  const { message, askedAt, receivedAt } = receipt;
  // A long poll waits for messages: the time before this one was sent is not its own. The queue's clock may be off.
  const startTime = Math.min(receivedAt, Math.max(askedAt, message.sentAt));
  const parent = producerContext(message.attributes);
  const attributes = processAttributes(receipt);
  const root = tracer.startSpan("evp process", { kind: SpanKind.CONSUMER, startTime, attributes }, parent);
  const inside = trace.setSpan(parent, root);
  tracer
    .startSpan("receive", { kind: SpanKind.CLIENT, startTime, attributes: receiveAttributes(receipt) }, inside)
    .end(receivedAt);
  const publish = followPublish(tracer, inside, maxEventBytes);

  return {
    traceId: root.spanContext().traceId,
    judging() {
      const span = tracer.startSpan("validate", {}, inside);
      return ({ envelope, reason }) => {
        root.setAttributes(envelopeAttributes(envelope));
        if (reason !== undefined) fail(span, reason);
        span.end();
      };
    },
    storing(fact) {
      const attributes = storeAttributes(fact, store);
      const span = tracer.startSpan("store", { kind: SpanKind.CLIENT, attributes }, inside);
      return (fault) => {
        if (fault !== undefined) fail(span, fault.code);
        span.end();
      };
    },
    publishing: publish.begin,
    published: publish.answered,
    end(end) {
      publish.end();
      showEnd(root, end);
      root.end();
    },
  };
}

/** One span from the first attempt to the last answer: an event that is sent again is sent with the same context. */
function followPublish(tracer: Tracer, inside: Context, maxEventBytes: number) {
  let span: Span | undefined;
  let failure: Fault | undefined;
  const begin: MessageTrace["publishing"] = (publication) => {
    const attributes = publishAttributes(publication);
    span ??= tracer.startSpan("publish", { kind: SpanKind.PRODUCER, attributes }, inside);
    return withContext(span.spanContext(), publication, maxEventBytes);
  };
  const answered: MessageTrace["published"] = (result) => {
    if ("code" in result) {
      failure = result;
      span?.addEvent("attempt failed", { "error.type": result.code });
      return;
    }
    span?.setAttribute("messaging.message.id", result.messageId);
    span?.end();
    span = undefined;
  };
  /** It was given up, where it goes on still. */
  const end = () => {
    if (span === undefined) return;
    fail(span, failure?.code ?? "given up");
    span.end();
  };
  return { begin, answered, end };
}

function showEnd(root: Span, end: TraceEnd): void {
  root.setAttribute("evp.outcome", end.outcome);
  if (end.outcome === "released") root.setAttribute("evp.why", end.why);
  if ("reason" in end && end.reason !== undefined) {
    root.setAttribute("evp.reason", end.reason);
    fail(root, end.reason);
  }
}

/** Texts of errors may quote what was sent; their names do not. */
function fail(span: Span, errorType: string): void {
  span.setAttribute("error.type", errorType);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

function processAttributes({ message, queue }: Receipt): Attributes {
  return {
    "messaging.system": "aws_sqs",
    "messaging.operation.name": "process",
    "messaging.operation.type": "process",
    "messaging.destination.name": queue,
    "messaging.message.id": message.messageId,
    "messaging.message.body.size": Buffer.byteLength(message.body),
    "evp.group_id": message.groupId,
    "evp.receive_count": message.receiveCount,
  };
}

function receiveAttributes({ message, queue }: Receipt): Attributes {
  return {
    "messaging.system": "aws_sqs",
    "messaging.operation.name": "receive",
    "messaging.operation.type": "receive",
    "messaging.destination.name": queue,
    "messaging.message.id": message.messageId,
  };
}

function publishAttributes({ topicArn, body }: { topicArn: string; body: string }): Attributes {
  return {
    "messaging.system": "aws.sns",
    "messaging.operation.name": "publish",
    "messaging.operation.type": "send",
    "messaging.destination.name": topicArn.slice(topicArn.lastIndexOf(":") + 1),
    "aws.sns.topic.arn": topicArn,
    "messaging.message.body.size": Buffer.byteLength(body),
  };
}

/** "Semantic conventions for database client spans" lists the systems' names. */
function storeAttributes(fact: string, store: TracingOptions["store"]): Attributes {
  return { "db.system.name": store === "postgres" ? "postgresql" : "aws.dynamodb", "evp.fact": fact };
}

function envelopeAttributes({
  id,
  clientId,
  type,
}: { [Field in "id" | "clientId" | "type"]?: string | undefined }): Attributes {
  return {
    ...(id === undefined ? {} : { "evp.event_id": id }),
    ...(clientId === undefined ? {} : { "evp.client_id": clientId }),
    ...(type === undefined ? {} : { "evp.type": type }),
  };
}
