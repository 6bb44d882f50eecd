import type { PlannedRedrive, RedriveReport } from "../../app/dlq/redrive-dead-letters.js";
import type { Style } from "../style.js";
import { counted } from "./counted.js";
import { type Column, renderTable } from "./table.js";

const COLUMNS: Column<PlannedRedrive>[] = [
  { title: "EVENT OR MESSAGE", text: ({ eventId, messageId }) => eventId ?? messageId },
  { title: "CLIENT", text: ({ clientId }) => clientId ?? "-", minWidth: 8, isOptional: true },
  { title: "VERDICT", text: ({ verdict }) => verdict, paint: paintVerdict },
  { title: "DETAIL", text: ({ detail }) => detail ?? "", minWidth: 12 },
];

/** The plan, and what came of it. */
export function renderRedriveReport(report: RedriveReport, style: Style): string {
  const { matched, redriven, deleted, stillInvalid, skipped, failed, plan, dryRun } = report;
  if (matched === 0) return "No dead letter matches: nothing to redrive.\n";
  const wouldSend = plan.filter(({ action }) => action === "send").length;
  const parts = dryRun ? [`${wouldSend} would be redriven`] : [`${redriven} redriven`];
  if (deleted > 0) parts.push(`${deleted} left over from an earlier run and deleted`);
  parts.push(`${skipped} skipped${stillInvalid > 0 ? `, of which ${stillInvalid} would be rejected again` : ""}`);
  if (failed.length > 0) parts.push(style.colour.red(`${failed.length} failed`));
  return `${renderTable(COLUMNS, plan, style)}${counted(matched, "dead letter")} matched: ${parts.join("; ")}\n`;
}

function paintVerdict(text: string, { action }: PlannedRedrive, { colour }: Style): string {
  return action === "skip" ? colour.yellow(text) : colour.green(text);
}
