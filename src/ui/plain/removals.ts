import type { RemovalReport } from "../../app/destroy.js";
import type { Style } from "../style.js";
import { type Column, renderTable } from "./table.js";

const COLUMNS: Column<RemovalReport>[] = [
  { title: "RESOURCE", text: ({ kind }) => kind.replaceAll("-", " ") },
  { title: "NAME", text: ({ name }) => name, minWidth: 12 },
  {
    title: "ACTION",
    text: ({ action }) => action,
    paint: (text, { action }, { colour }) => (action === "removed" ? text : colour.dim(text)),
  },
];

/** What became of each resource that was to be removed. */
export function renderRemovals(resources: RemovalReport[], style: Style): string {
  return renderTable(COLUMNS, resources, style);
}
