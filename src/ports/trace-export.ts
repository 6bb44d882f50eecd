import type { Fault } from "./call.js";
import type { Tracing } from "./tracing.js";

/** Where traces go, and which of them. */
export interface TraceExport {
  /** Takes OTLP by HTTP. */
  url: string;
  encoding: "protobuf" | "json";
  headers: Record<string, string>;
  sampler: TraceSampler;
  /** What is said of this program with its spans, `service.name` among it. */
  resource: Record<string, string>;
}

export interface TraceSampler {
  /** Which of the traces that begin here: from 0, none, to 1, all. */
  ratio: number;
  /** A trace that a producer began is kept where the producer keeps it. */
  isParentBased: boolean;
}

export interface OpenTracing {
  tracing: Tracing;
  /** Exports what waits still, for as long as it may take. @returns what was lost, if anything was */
  close(): Promise<TraceLoss | undefined>;
}

export interface TraceLoss {
  spans: number;
  lost: number;
  /** Why the last export failed; undefined where spans came faster than they could be exported, or the end came first. */
  why: string | undefined;
}

export interface TracingOptions {
  to: TraceExport;
  /** A publication is never made larger than this: body and attributes. */
  maxEventBytes: number;
  /** Where facts are kept; DynamoDB where nothing is said. */
  store?: "dynamodb" | "postgres" | undefined;
  /** Told when an export fails, and again only after one has succeeded. Nothing else may come of it. */
  onFailure: (fault: Fault) => void;
}
