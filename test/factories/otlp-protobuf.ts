import type { ReceivedSpan } from "./otlp-receiver.js";

/** Fields of a protobuf message by number, each as often as it is there: numbers of any kind as bigint, all else as bytes. */
type Fields = Map<number, (bigint | Buffer)[]>;

/** Reads an ExportTraceServiceRequest ("opentelemetry/proto/collector/trace/v1/trace_service.proto"), as far as tests look at it. */
export function decodeTraces(bytes: Buffer): ReceivedSpan[] {
  return messages(fieldsOf(bytes), 1).flatMap((resourceSpans) => {
    const [resource] = messages(resourceSpans, 1);
    const attributes = resource === undefined ? {} : attributesOf(messages(resource, 1));
    const spans = messages(resourceSpans, 2).flatMap((scopeSpans) => messages(scopeSpans, 2));
    return spans.map((span) => spanOf(span, attributes));
  });
}

function spanOf(span: Fields, resource: Record<string, unknown>): ReceivedSpan {
  const [status] = messages(span, 15);
  return {
    traceId: bytes(span, 1).toString("hex"),
    spanId: bytes(span, 2).toString("hex"),
    traceState: bytes(span, 3).toString(),
    parentSpanId: bytes(span, 4).toString("hex"),
    name: bytes(span, 5).toString(),
    kind: Number(number(span, 6)),
    startNs: number(span, 7),
    endNs: number(span, 8),
    attributes: attributesOf(messages(span, 9)),
    events: messages(span, 11).map((event) => bytes(event, 2).toString()),
    statusCode: status === undefined ? 0 : Number(number(status, 3)),
    resource,
  };
}

/** Texts and integers; evp has no others. */
function attributesOf(keyValues: Fields[]): Record<string, unknown> {
  const entries = keyValues.map((keyValue) => {
    const [value = new Map()] = messages(keyValue, 2);
    return [
      bytes(keyValue, 1).toString(),
      value.has(1) ? bytes(value, 1).toString() : Number(number(value, 3)),
    ] as const;
  });
  return Object.fromEntries(entries);
}

function messages(fields: Fields, id: number): Fields[] {
  return (fields.get(id) ?? []).filter((value) => typeof value !== "bigint").map(fieldsOf);
}

function bytes(fields: Fields, id: number): Buffer {
  const value = fields.get(id)?.at(-1);
  return typeof value === "object" ? value : Buffer.alloc(0);
}

function number(fields: Fields, id: number): bigint {
  const value = fields.get(id)?.at(-1);
  return typeof value === "bigint" ? value : 0n;
}

/** The wire format ("Protocol Buffers: Encoding"): a tag, then a varint, 8 bytes, bytes with their length before them, or 4 bytes. */
function fieldsOf(message: Buffer): Fields {
  const fields: Fields = new Map();
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number) => {
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = Number(varint());
    const kind = tag & 7;
    let value: bigint | Buffer;
    if (kind === 0) value = varint();
    else if (kind === 1) value = take(8).readBigUInt64LE();
    else if (kind === 2) value = take(Number(varint()));
    else if (kind === 5) value = BigInt(take(4).readUInt32LE());
    else throw new Error(`wire type ${kind}`);
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), value]);
  }
  return fields;
}
