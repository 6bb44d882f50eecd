import type { RedriveReport } from "../../app/dlq/redrive-dead-letters.js";
import type { Style } from "../style.js";
import { counted } from "./counted.js";
import { renderRedrivePlan } from "./redrive-plan.js";

/** The plan, and what came of it. */
export function renderRedriveReport(report: RedriveReport, style: Style): string {
  if (report.matched === 0) return renderRedriveResult(report, style);
  return `${renderRedrivePlan(report.plan, style)}${renderRedriveResult(report, style)}`;
}

/** What came of a plan that was shown before. */
export function renderRedriveResult(report: RedriveReport, { colour }: Style): string {
  const { matched, redriven, deleted, stillInvalid, skipped, failed, plan, hidden, dryRun } = report;
  if (matched === 0) return "No dead letter matches: nothing to redrive.\n";
  const wouldSend = plan.filter(({ action }) => action === "send").length;
  const parts = dryRun ? [`${wouldSend} would be redriven`] : [`${redriven} redriven`];
  if (deleted > 0) parts.push(`${deleted} left over from an earlier run and deleted`);
  parts.push(`${skipped} skipped${stillInvalid > 0 ? `, of which ${stillInvalid} would be rejected again` : ""}`);
  if (failed.length > 0) parts.push(colour.red(`${failed.length} failed`));
  if (hidden > 0) parts.push(`${hidden} not seen yet behind others of their groups`);
  return `${counted(matched, "dead letter")} matched: ${parts.join("; ")}\n`;
}
