import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import type { Clock } from "../../ports/clock.js";
import type { OpenTracing, TraceExport, TraceSampler, TracingOptions } from "../../ports/trace-export.js";
import { createTracing } from "./message-trace.js";

/** In one export. */
const MAX_EXPORTED_SPANS = 1_000;
/** A processor makes some thousand spans a second: what waits for longer than a few seconds is dropped. All are exported at once in the end, and no more than 30 exports may be under way. */
const MAX_WAITING_SPANS = 20_000;
/** A collector that does not answer must not hold up the end for longer. */
const CLOSE_WITHIN_MS = 5_000;

/** Makes spans and exports them by OTLP, a batch at a time, beside the work. */
export function openOtlpTracing({ to, maxEventBytes, store, onFailure }: TracingOptions, clock: Clock): OpenTracing {
  const count = { ended: 0, exported: 0 };
  const watched = watchExports(createExporter(to), count, onFailure);
  const batches = new BatchSpanProcessor({
    exporter: watched.exporter,
    maxExportBatchSize: MAX_EXPORTED_SPANS,
    maxQueueSize: MAX_WAITING_SPANS,
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes(to.resource),
    sampler: createSampler(to.sampler),
    spanProcessors: [countSpans(count), batches],
  });
  return {
    tracing: createTracing(provider.getTracer("evp", to.resource["service.version"]), maxEventBytes, store),
    async close() {
      const done = new AbortController();
      const shutdown = provider.shutdown().catch(() => undefined);
      await Promise.race([shutdown.finally(() => done.abort()), clock.sleep(CLOSE_WITHIN_MS, done.signal)]);
      const lost = count.ended - count.exported;
      return lost === 0 ? undefined : { spans: count.ended, lost, why: watched.lastFailure() };
    },
  };
}

function createExporter({ url, headers, encoding }: TraceExport): SpanExporter {
  return encoding === "json" ? new JsonExporter({ url, headers }) : new ProtobufExporter({ url, headers });
}

function createSampler({ ratio, isParentBased }: TraceSampler): Sampler {
  const own =
    ratio === 1 ? new AlwaysOnSampler() : ratio === 0 ? new AlwaysOffSampler() : new TraceIdRatioBasedSampler(ratio);
  return isParentBased ? new ParentBasedSampler({ root: own }) : own;
}

/** The code of a result that is no failure. */
const EXPORTED = 0;

interface SpanCount {
  /** Spans that were to be exported. */
  ended: number;
  exported: number;
}

function countSpans(count: SpanCount): SpanProcessor {
  return {
    onStart: () => undefined,
    onEnd: () => {
      count.ended++;
    },
    forceFlush: async () => undefined,
    shutdown: async () => undefined,
  };
}

function watchExports(exporter: SpanExporter, count: SpanCount, onFailure: TracingOptions["onFailure"]) {
  let failure: string | undefined;
  let isFailing = false;
  const noteFailure = (error: Error | undefined) => {
    failure = error?.message ?? "the export failed";
    if (!isFailing) onFailure({ code: error?.name ?? "ExportFailed", message: failure, isSenderFault: false });
    isFailing = true;
  };
  const watched: SpanExporter = {
    ...(exporter.forceFlush === undefined ? {} : { forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve() }),
    shutdown: () => exporter.shutdown(),
    export(spans, ended) {
      exporter.export(spans, (result) => {
        if (result.code === EXPORTED) {
          count.exported += spans.length;
          isFailing = false;
        } else noteFailure(result.error);
        ended(result);
      });
    },
  };
  return { exporter: watched, lastFailure: () => failure };
}
