import type { PlannedRedrive, RedriveVerdict } from "../../core/redrive.js";
import { type GroupPlan, groupPlan } from "../../core/redrive-groups.js";
import type { Style } from "../style.js";
import { counted } from "./counted.js";
import { type Column, renderTable } from "./table.js";

/** Rows on a terminal; a pipe gets all. */
const MAX_ROWS = 20;

/** Each column counts letters of these verdicts. */
const COUNTS: { title: string; verdicts: RedriveVerdict[] }[] = [
  { title: "PASS", verdicts: ["would-pass"] },
  { title: "BEHIND NEWER", verdicts: ["behind-newer"] },
  { title: "IN WINDOW", verdicts: ["in-dedup-window"] },
  { title: "DUPLICATE", verdicts: ["already-published"] },
  { title: "INVALID", verdicts: ["still-invalid"] },
  { title: "OTHER", verdicts: ["too-many-redrives", "already-redriven", "not-on-dlq"] },
];

const LETTER_COLUMNS: Column<PlannedRedrive>[] = [
  { title: "EVENT OR MESSAGE", text: ({ eventId, messageId }) => eventId ?? messageId },
  { title: "CLIENT", text: ({ clientId }) => clientId ?? "-", minWidth: 8, isOptional: true },
  { title: "VERDICT", text: ({ verdict }) => verdict, paint: paintVerdict },
  { title: "DETAIL", text: ({ detail }) => detail ?? "", minWidth: 12 },
];

/** What is to happen: a line a group, then each letter that there is something to say of. */
export function renderRedrivePlan(plan: PlannedRedrive[], style: Style): string {
  const groups = renderSome(groupColumns(plan), groupPlan(plan), "group", style);
  const telling = plan.filter(({ verdict, detail }) => verdict !== "would-pass" || detail !== undefined);
  return telling.length === 0 ? groups : `${groups}\n${renderSome(LETTER_COLUMNS, telling, "dead letter", style)}`;
}

/** Columns that would say nothing but 0 are left out. */
function groupColumns(plan: PlannedRedrive[]): Column<GroupPlan>[] {
  const present = new Set(plan.map(({ verdict }) => verdict));
  const counts = COUNTS.filter(({ verdicts }) => verdicts.some((verdict) => present.has(verdict)));
  return [
    { title: "GROUP", text: ({ groupId }) => groupId, minWidth: 12 },
    { title: "LETTERS", text: ({ letters }) => String(letters), align: "right" },
    ...counts.map(
      ({ title, verdicts }): Column<GroupPlan> => ({
        title,
        align: "right",
        text: (group) => String(countOf(group, verdicts)),
      }),
    ),
  ];
}

function countOf(group: GroupPlan, verdicts: RedriveVerdict[]): number {
  return verdicts.reduce((sum, verdict) => sum + (group.verdicts[verdict] ?? 0), 0);
}

function renderSome<Row>(columns: Column<Row>[], rows: Row[], noun: string, style: Style): string {
  const shown = Number.isFinite(style.width) ? rows.slice(0, MAX_ROWS) : rows;
  const left = rows.length - shown.length;
  return renderTable(columns, shown, style) + (left > 0 ? `… and ${counted(left, noun)} more\n` : "");
}

function paintVerdict(text: string, { action }: PlannedRedrive, { colour }: Style): string {
  return action === "skip" ? colour.yellow(text) : colour.green(text);
}
