import type { PurgeReport } from "../../app/dlq/purge-dead-letters.js";
import { counted } from "./counted.js";

export function renderPurgeReport({ matched, purged, missing }: PurgeReport): string {
  if (matched === 0) return "No dead letter matches: nothing to delete.\n";
  const gone = missing > 0 ? `; ${missing} not on the DLQ any more` : "";
  return `${counted(purged, "dead letter")} deleted of ${matched} that matched${gone}\n`;
}
