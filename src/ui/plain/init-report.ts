import type { InitReport } from "../../app/init.js";
import type { ResourceReport } from "../../app/init-apply.js";
import type { Style } from "../style.js";
import { counted } from "./counted.js";
import { type Column, renderTable } from "./table.js";

const COLUMNS: Column<ResourceReport>[] = [
  { title: "RESOURCE", text: ({ kind }) => kind.replaceAll("-", " ") },
  { title: "NAME", text: ({ name }) => name, minWidth: 12 },
  { title: "ACTION", text: ({ action }) => action, paint: paintAction },
  { title: "", text: ({ detail }) => detail ?? "", minWidth: 12 },
];

/** What was done about each resource, or would be. */
export function renderInitReport(report: InitReport, style: Style): string {
  const { stack, target, resources, dryRun } = report;
  const actions = ["created", "updated", "unchanged", "skipped"] as const;
  const counts = actions.map((action) => [action, resources.filter((one) => one.action === action).length] as const);
  const parts = counts.filter(([, count]) => count > 0).map(([action, count]) => `${count} ${action}`);
  const verb = dryRun ? "would be" : "is ready";
  const summary = `stack ${stack} on ${target} ${verb}: ${counted(resources.length, "resource")}, ${parts.join(", ")}`;
  return `${renderTable(COLUMNS, resources, style)}${summary}\n`;
}

function paintAction(text: string, { action }: ResourceReport, { colour }: Style): string {
  if (action === "created") return colour.green(text);
  if (action === "unchanged") return colour.dim(text);
  return colour.yellow(text);
}
