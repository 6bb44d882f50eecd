import type { OptionSpec } from "./command-spec.js";
import { readCount, readRate } from "./values.js";

/** What every kind of source takes. */
export interface IngestFlags {
  rate?: number;
  limit?: number;
}

export const INGEST_OPTIONS: OptionSpec[] = [
  { flags: "--rate <n/s>", description: "records a second at most, for instance 20/s", parse: readRate },
  { flags: "--limit <n>", description: "end after so many records", parse: readCount },
];
