import type { SendReport, SentEvent } from "../../app/send/send-report.js";
import type { Style } from "../style.js";
import { counted } from "./counted.js";
import { renderTable } from "./table.js";

/** What was sent and, where that was waited for, what became of each event. */
export function renderSendReport(report: SendReport, style: Style): string {
  const { sent, failed, skipped, events } = report;
  const parts = [`${counted(sent, "event")} sent`];
  if (failed > 0) parts.push(style.colour.red(`${failed} failed`));
  if (skipped > 0) parts.push(`${skipped} broken and left out`);
  const table = events.length === 0 ? "" : renderTable(columnsFor(events), events, style);
  return `${table}${parts.join(", ")}\n`;
}

function columnsFor(events: SentEvent[]) {
  const columns = [
    { title: "EVENT", text: (event: SentEvent) => event.id ?? "-", minWidth: 36 },
    { title: "CLIENT", text: (event: SentEvent) => event.clientId ?? "-", minWidth: 8 },
    { title: "TYPE", text: (event: SentEvent) => event.type ?? "-", minWidth: 8, isOptional: true },
  ];
  const outcome = { title: "OUTCOME", text: outcomeText, minWidth: 16, paint: paintOutcome };
  const error = { title: "ERROR", text: (event: SentEvent) => event.error ?? "", minWidth: 10 };
  if (events.some((event) => event.error !== undefined)) return [...columns, error];
  return events.some((event) => event.outcome !== undefined) ? [...columns, outcome] : columns;
}

function outcomeText(event: SentEvent): string {
  const { outcome, reason, expected } = event;
  const found = reason === undefined ? (outcome ?? "-") : `${outcome} (${reason})`;
  if (expected === undefined || isAsExpected(event)) return found;
  const wanted = expected.reason === undefined ? expected.outcome : `${expected.outcome} (${expected.reason})`;
  return `${found}; expected ${wanted}`;
}

function paintOutcome(text: string, event: SentEvent, { colour }: Style): string {
  return isAsExpected(event) ? colour.green(text) : colour.red(text);
}

/** An event whose outcome nobody foretold is fine unless it was rejected or never heard of. */
function isAsExpected({ outcome, reason, expected }: SentEvent): boolean {
  if (expected === undefined) return outcome !== "rejected" && outcome !== "unknown";
  return outcome === expected.outcome && (expected.reason === undefined || reason === expected.reason);
}
