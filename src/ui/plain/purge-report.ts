import type { PurgeReport } from "../../app/dlq/purge-dead-letters.js";
import type { Style } from "../style.js";
import { counted } from "./counted.js";

export function renderPurgeReport({ matched, purged, missing, failed, hidden }: PurgeReport, style: Style): string {
  if (matched === 0) return "No dead letter matches: nothing to delete.\n";
  const parts = [`${counted(purged, "dead letter")} deleted of ${matched} that matched`];
  if (missing > 0) parts.push(`${missing} not on the DLQ any more`);
  if (failed.length > 0) parts.push(style.colour.red(`${failed.length} failed`));
  if (hidden > 0) parts.push(`${hidden} not seen yet behind others of their groups`);
  return `${parts.join("; ")}\n`;
}
