import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { gunzipSync } from "node:zlib";
import { onTestFinished } from "vitest";
import { decodeTraces } from "./otlp-protobuf.js";

/** A span as a collector gets it. */
export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  /** Empty where it has none. */
  parentSpanId: string;
  traceState: string;
  name: string;
  /** 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  kind: number;
  startNs: bigint;
  endNs: bigint;
  attributes: Record<string, unknown>;
  /** 0 unset, 1 ok, 2 error. */
  statusCode: number;
  events: string[];
  resource: Record<string, unknown>;
}

export interface OtlpReceiver {
  url: string;
  spans: ReceivedSpan[];
  /** Headers of each export. */
  headers: IncomingHttpHeaders[];
  /** What it answers from now on; 200 at first. */
  status: number;
}

/** A collector that takes OTLP by HTTP, as protobuf or JSON, on a free port. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const receiver: OtlpReceiver = { url: "", spans: [], headers: [], status: 200 };
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    receiver.headers.push(request.headers);
    const isJson = request.headers["content-type"] === "application/json";
    if (receiver.status === 200) receiver.spans.push(...(isJson ? readJson(body) : decodeTraces(body)));
    response.writeHead(receiver.status, { "content-type": request.headers["content-type"] }).end(isJson ? "{}" : "");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  receiver.url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  return receiver;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  return request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
}

interface JsonAttribute {
  key: string;
  value: Record<string, unknown>;
}

interface JsonTraces {
  resourceSpans: {
    resource: { attributes: JsonAttribute[] };
    scopeSpans: { spans: JsonSpan[] }[];
  }[];
}

interface JsonSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  traceState?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: JsonAttribute[];
  status: { code?: number };
  events: { name: string }[];
}

function readJson(body: Buffer): ReceivedSpan[] {
  const traces: JsonTraces = JSON.parse(body.toString());
  return traces.resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans.map((span) => ofJson(span, attributesOf(resource.attributes)))),
  );
}

function ofJson(span: JsonSpan, resource: Record<string, unknown>): ReceivedSpan {
  const { traceId, spanId, parentSpanId = "", traceState = "", name, kind, status, events } = span;
  return {
    ...{ traceId, spanId, parentSpanId, traceState, name, kind, resource },
    startNs: BigInt(span.startTimeUnixNano),
    endNs: BigInt(span.endTimeUnixNano),
    attributes: attributesOf(span.attributes),
    statusCode: status.code ?? 0,
    events: events.map((event) => event.name),
  };
}

function attributesOf(attributes: JsonAttribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
