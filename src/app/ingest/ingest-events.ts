import type { Reason } from "../../core/outcome.js";

/** What a running ingest tells. */
export interface IngestEvents {
  /** Counts of the whole run, told whenever they have changed. */
  "records:settled": { read: number; sent: number; deadLettered: number; skipped: number };
  "record:dead-lettered": { place: string; reason: Reason; detail: string };
  /** The first call that failed since the last one that did not: it goes on trying. */
  "call:failed": { message: string };
  "call:recovered": Record<string, never>;
}

export type IngestListener = <Name extends keyof IngestEvents>(name: Name, payload: IngestEvents[Name]) => void;
