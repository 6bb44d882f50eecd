import {
  type Context,
  createTraceState,
  isSpanContextValid,
  ROOT_CONTEXT,
  type SpanContext,
  trace,
} from "@opentelemetry/api";
import { attributeBytes } from "../../core/attribute-bytes.js";
import { ATTRIBUTE } from "../../core/attribute-names.js";
import { MAX_MESSAGE_ATTRIBUTES } from "../../core/limits.js";
import { traceparentOf } from "../../core/traceparent.js";
import type { MessageAttributes } from "../../ports/queue.js";

/** What vendors add to a traceparent ("Trace Context", section 3.3). */
const TRACESTATE = "tracestate";

/** The context in which a producer sent a message; the root of a new trace where it told none that can be read. */
export function producerContext(attributes: MessageAttributes): Context {
  const [, traceId = "", spanId = "", flags = ""] = traceparentOf(attributes).traceparent?.split("-") ?? [];
  const state = attributes[TRACESTATE];
  const parent: SpanContext = {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16),
    isRemote: true,
    ...(state === undefined ? {} : { traceState: createTraceState(state) }),
  };
  return isSpanContextValid(parent) ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
}

/**
 * What a publication is sent with so that its reader goes on with the trace. It never grows beyond what a message may have: what does not
 * fit is left out, the vendors' part first; then the producer's own traceparent stays.
 */
export function withContext(
  { traceId, spanId, traceFlags, traceState }: SpanContext,
  { body, attributes }: { body: string; attributes: MessageAttributes },
  maxEventBytes: number,
): MessageAttributes {
  const traceparent = `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;
  const state = traceState?.serialize() ?? "";
  const own = { ...attributes, [ATTRIBUTE.traceparent]: traceparent };
  const choices = state === "" ? [own] : [{ ...own, [TRACESTATE]: state }, own];
  const room = maxEventBytes - Buffer.byteLength(body);
  const fits = (choice: MessageAttributes) =>
    Object.keys(choice).length <= MAX_MESSAGE_ATTRIBUTES && attributeBytes(choice) <= room;
  return choices.find(fits) ?? attributes;
}
