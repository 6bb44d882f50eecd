import type { ReplayReport } from "../../app/replay/replay-events.js";
import { cleanText } from "../external-text.js";
import type { Style } from "../style.js";
import { counted } from "./counted.js";
import { durationText } from "./duration.js";
import { renderReplayPlan, skipsText } from "./replay-plan.js";

/** What a replay did, or would do. */
export function renderReplayReport(report: ReplayReport, style: Style): string {
  const { clientId, matched, replayId, replayed, failed, skipped, notFound, dryRun, durationMs } = report;
  const client = cleanText(clientId);
  if (matched === 0) {
    const ids = notFound.length === 0 ? "" : ` Not stored: ${notFound.map(cleanText).join(", ")}.`;
    return `No stored event of ${client} matches: nothing to replay.${ids}\n`;
  }
  if (dryRun) return `${renderReplayPlan(report, style)}Nothing was sent.\n`;
  if (replayId === null && report.interrupted) return "Nothing was sent.\n";
  const leftOut = skipsText(skipped);
  if (replayId === null) return `Nothing to replay to ${client}: ${leftOut}\n`;
  const parts = [`${counted(replayed, "event")} replayed to ${client} in ${durationText(durationMs)}`];
  if (failed > 0) parts.push(style.colour.red(`${failed} failed`));
  if (leftOut !== "") parts.push(`left out: ${leftOut}`);
  return `${parts.join("; ")} (replay ${replayId})\n`;
}
