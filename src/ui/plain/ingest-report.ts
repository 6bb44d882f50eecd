import type { IngestEvents } from "../../app/ingest/ingest-events.js";
import type { IngestReport } from "../../app/ingest/ingest-report.js";
import { cleanText } from "../external-text.js";
import type { Style } from "../style.js";
import { counted } from "./counted.js";
import { durationText } from "./duration.js";

/** What an ingest did. */
export function renderIngestReport(report: IngestReport, style: Style): string {
  const { source, read, durationMs, eventsPerSecond, duplicatesPossible } = report;
  const from = cleanText(source);
  if (read === 0) return `Nothing new in ${from}\n`;
  const parts = [`${countsText(report, style)} from ${from} in ${durationText(durationMs)} (${eventsPerSecond}/s)`];
  if (duplicatesPossible > 0) parts.push(`${duplicatesPossible} of them will be sent again, and be recognised`);
  return `${parts.join("; ")}\n`;
}

/** The same in one line, while it goes on. */
export function ingestProgress(counts: IngestEvents["records:settled"]): string {
  return countsText(counts, undefined);
}

type Counts = IngestEvents["records:settled"];

function countsText({ sent, deadLettered, skipped }: Omit<Counts, "read">, style: Style | undefined): string {
  const parts = [`${counted(sent, "event")} sent`];
  const letters = `${deadLettered} put on the DLQ`;
  if (deadLettered > 0) parts.push(style === undefined ? letters : style.colour.red(letters));
  if (skipped > 0) parts.push(`${skipped} empty`);
  return parts.join(", ");
}
