import type { Section } from "../bench-context.js";
import { renderTable } from "./table.js";

/** A section as Markdown. */
export function renderSection({ title, notes, tables }: Section): string {
  return [`## ${title}`, ...notes, ...tables.map(renderTable)].join("\n\n");
}
