import { EvpError } from "../../core/errors.js";

/** The document of `evp ingest … --json`. */
export interface IngestReport {
  source: string;
  /** Records that this run took from its source. */
  read: number;
  /** Acknowledged by the ingress queue. */
  sent: number;
  /** Records that no message can carry: they went to the DLQ, with their reason. */
  deadLettered: number;
  /** Records with nothing in them. */
  skipped: number;
  /** Dealt with, but behind one that was not: the next run sends them again, with the same deduplication ids. */
  duplicatesPossible: number;
  /** How far the work is on each partition that this run dealt with: decimal. */
  partitions: { partition: string; position: string }[];
  durationMs: number;
  eventsPerSecond: number;
  interrupted: boolean;
  /** Why it could not go on; null: it did not have to stop. */
  stoppedBy: string | null;
}

/**
 * The error a command ends with after it has shown the report, or undefined when all is well.
 * @param isEndless a signal is how it ends, and what it put on the DLQ meanwhile is no finding of its own
 */
export function ingestProblem(report: IngestReport, isEndless: boolean): EvpError | undefined {
  const { sent, deadLettered, interrupted, stoppedBy } = report;
  if (stoppedBy !== null) {
    return new EvpError(`${sent} sent, then it stopped short: ${stoppedBy}`, {
      code: "ingest-incomplete",
      category: "partly-done",
      hint: "Run the same command again once that is put right: it goes on from where it was.",
      retryable: true,
    });
  }
  if (isEndless) return undefined;
  if (interrupted) {
    return new EvpError(`interrupted after ${sent} sent`, {
      code: "interrupted",
      category: "interrupted",
      hint: "Run the same command again: it goes on from where it was.",
      retryable: true,
    });
  }
  if (deadLettered === 0) return undefined;
  const records = deadLettered === 1 ? "1 record" : `${deadLettered} records`;
  return new EvpError(`${records} could not become a message and went to the DLQ`, {
    code: "records-dead-lettered",
    category: "findings",
    hint: "evp dlq list says which and why; the rest was sent.",
  });
}
