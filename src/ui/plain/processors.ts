import type { ProcessorView } from "../../app/processor-reports/processor-view.js";
import { cleanText } from "../external-text.js";
import type { Style } from "../style.js";
import { counted } from "./counted.js";
import { fitText } from "./fit-text.js";
import { type Column, renderTable } from "./table.js";

const COLUMNS: Column<ProcessorView>[] = [
  { title: "PROCESSOR", text: ({ host, pid }) => `${host}:${pid}`, minWidth: 12 },
  { title: "EVENTS/S", text: ({ eventsPerSecond }) => eventsPerSecond.toFixed(1), align: "right" },
  { title: "P50 MS", text: ({ latencyMs }) => String(latencyMs?.p50 ?? "-"), align: "right" },
  { title: "P99 MS", text: ({ latencyMs }) => String(latencyMs?.p99 ?? "-"), align: "right" },
  { title: "IN HAND", text: ({ held }) => String(held.messages), align: "right" },
  { title: "WORKERS", text: ({ workers }) => String(workers), align: "right", isOptional: true },
  { title: "RUNS SINCE", text: ({ since }) => toSeconds(since), isOptional: true },
];

/** Groups that are shown one by one. */
const SHOWN_GROUPS = 10;
const INDENT = "  ";

/** Who processes, and what they wait for; nothing where nobody does. */
export function renderProcessors(processors: ProcessorView[], style: Style): string {
  if (processors.length === 0) return "";
  const down = processors.flatMap((processor) => processor.down.map((each) => ({ ...each, processor })));
  const lines = down.map(({ dependency, since, why, processor: { host, pid } }) => {
    const text = `down since ${toSeconds(since)}: ${dependency} (${host}:${pid}): ${why}`;
    return `${style.colour.red(fitText(cleanText(text), style.width))}\n`;
  });
  return `\n${renderTable(COLUMNS, processors, style)}${lines.join("")}${renderStalled(processors, style)}`;
}

function renderStalled(processors: ProcessorView[], { width, colour }: Style): string {
  const count = processors.reduce((sum, { stalledGroups }) => sum + stalledGroups, 0);
  if (count === 0) return "";
  const longestFirst = processors
    .flatMap(({ stalled }) => stalled)
    .sort((one, other) => (one.since < other.since ? -1 : 1));
  const shown = longestFirst.slice(0, SHOWN_GROUPS);
  const line = (text: string) => `${INDENT}${fitText(cleanText(text), width - INDENT.length)}\n`;
  const groups = shown.map(({ groupId, messages, since, lastTriedAt, why }) => {
    const times = `since ${toSeconds(since)}, last tried ${toSeconds(lastTriedAt)}`;
    return `${fitText(cleanText(groupId), width)}\n${line(`${counted(messages, "message")}, ${times}`)}${line(why)}`;
  });
  const others = count > shown.length ? `${INDENT}and ${count - shown.length} more\n` : "";
  const title = colour.yellow(colour.bold(`${counted(count, "group")} stalled`));
  return `\n${title}\n${groups.join("")}${others}`;
}

function toSeconds(iso: string): string {
  return iso.replace(/\.\d+Z$/, "Z");
}
