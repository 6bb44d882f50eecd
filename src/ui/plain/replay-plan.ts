import type { ReplayReport } from "../../app/replay/replay-events.js";
import { PRICES_OF } from "../../core/price-list.js";
import type { PlannedEvent, ReplaySkips } from "../../core/replay-plan.js";
import { cleanText } from "../external-text.js";
import type { Style } from "../style.js";
import { counted } from "./counted.js";
import { durationText } from "./duration.js";
import { wrapText } from "./wrap-text.js";

const MAX_TYPES = 8;
const INDENT = " ".repeat(13);

/** What a replay would do, before it does it. */
export function renderReplayPlan(report: ReplayReport, { colour, width }: Style): string {
  const { clientId, to, plan, notFound } = report;
  const toSend = Object.values(plan.byType).reduce((sum, count) => sum + count, 0);
  const facts: [string, string][] = [
    ["period", periodText(plan)],
    ["events", `${toSend} of ${report.matched} that match, in ${counted(plan.groups, "group")}`],
    ["by type", typesText(plan.byType)],
    ["first", eventText(plan.firstEvent)],
    ["last", eventText(plan.lastEvent)],
    ["left out", skipsText(report.skipped)],
    ["not found", notFound.map(cleanText).join(", ")],
    ["takes", `about ${durationText(plan.estimatedSeconds * 1000)}, at ${plan.ratePerSecond} a second`],
    ["costs", `${dollarsText(plan.estimatedDollars)} at AWS's list prices (${PRICES_OF})`],
  ];
  const title = `replay to ${cleanText(clientId)}, ${to === "topic" ? "through its topic" : "to its own queue"}`;
  const lines = facts.flatMap(([name, value]) =>
    value === "" ? [] : wrapText(value, width - INDENT.length).map((line, index) => margin(index, name) + line),
  );
  return `${colour.bold(title)}\n${lines.join("\n")}\n`;
}

function margin(line: number, name: string): string {
  return line === 0 ? `  ${name}`.padEnd(INDENT.length) : INDENT;
}

/** What was left out, each reason with what to do about it; empty when nothing was. */
export function skipsText({ forbidden, unpublished, tooLarge, replayedBefore }: ReplaySkips): string {
  const parts = [
    [forbidden, "of a type that it may not have now (evp client allow)"],
    [unpublished, "never published (evp verify)"],
    [tooLarge, "too large with the attribute evp-replay"],
    [replayedBefore, "sent before this replay was interrupted"],
  ] as const;
  return parts.flatMap(([count, why]) => (count === 0 ? [] : `${count} ${why}`)).join("; ");
}

function periodText({ from, to }: { from: string | null; to: string }): string {
  return from === null ? `everything before ${withoutMs(to)}` : `${withoutMs(from)} to ${withoutMs(to)}`;
}

function typesText(byType: Record<string, number>): string {
  const types = Object.entries(byType).sort(([, one], [, other]) => other - one);
  const shown = types.slice(0, MAX_TYPES).map(([type, count]) => `${cleanText(type)} ${count}`);
  const left = types.length - shown.length;
  return [...shown, ...(left === 0 ? [] : [`${left} more`])].join(", ");
}

function eventText(event: PlannedEvent | null): string {
  return event === null ? "" : `${withoutMs(event.sentAt)}  ${cleanText(event.eventId)}`;
}

function withoutMs(iso: string): string {
  return iso.replace(/\.\d+Z$/, "Z");
}

function dollarsText(dollars: number): string {
  return dollars < 0.01 ? "less than $0.01" : `about $${dollars.toFixed(2)}`;
}
