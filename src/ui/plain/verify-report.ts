import type { VerifyReport } from "../../app/verify/verify-stack.js";
import { FINDING_KINDS, type Finding, MEANING } from "../../core/verify-findings.js";
import { cleanText } from "../external-text.js";
import type { Style } from "../style.js";
import { counted } from "./counted.js";
import { durationText } from "./duration.js";
import { wrapText } from "./wrap-text.js";

/** Findings of one kind that are shown; the others are counted, and `--json` has them all. */
const MAX_SHOWN = 10;

/** What is not as it should be, kind by kind: what it means, what to do about it, and where it was found. */
export function renderVerifyReport(report: VerifyReport, style: Style): string {
  const kinds = FINDING_KINDS.map((kind) => report.findings.filter((finding) => finding.kind === kind));
  const parts = kinds.flatMap((findings) => renderKind(findings, style));
  return `${parts.join("")}${renderSummary(report, style)}`;
}

function renderKind(findings: Finding[], style: Style): string[] {
  const [first] = findings;
  if (first === undefined) return [];
  const { colour } = style;
  const shown = findings.slice(0, MAX_SHOWN).map((finding) => renderFinding(finding, first.advice, style));
  const more = findings.length - shown.length;
  const rest = more === 0 ? "" : `  … and ${more} more; --json has them\n`;
  const title = `${colour.red(first.kind)}\n`;
  const meaning = indented(MEANING[first.kind], "  ", style);
  return [title, meaning, indented(`→ ${cleanText(first.advice)}`, "  ", style), ...shown, rest, "\n"];
}

function renderFinding(finding: Finding, usualAdvice: string, style: Style): string {
  const { eventId, messageId, clientId, groupId, at, detail, advice, repaired } = finding;
  const name = eventId ?? messageId ?? clientId ?? "all clients";
  const facts = [
    name,
    clientId === name ? null : clientId,
    groupId === null ? null : `group ${groupId}`,
    at === null ? null : at.replace(/\.\d+Z$/, "Z"),
  ];
  const known = facts.filter((fact) => fact !== null).map(cleanText);
  const title = `  ${repaired ? style.colour.green("repaired  ") : ""}${known.join("  ")}\n`;
  const other = advice === usualAdvice ? "" : indented(`→ ${cleanText(advice)}`, "    ", style);
  return title + indented(cleanText(detail), "    ", style) + other;
}

function indented(text: string, indent: string, { width }: Style): string {
  return wrapText(text, width - indent.length)
    .map((line) => `${indent}${line}\n`)
    .join("");
}

function renderSummary(report: VerifyReport, style: Style): string {
  const { checked, rejections, clients, findings, findingsLeftOut, repaired, durationMs } = report;
  const { colour } = style;
  const total = findings.length + findingsLeftOut;
  const looked = `${counted(checked, "event")} of ${counted(clients.length, "client")} and ${counted(rejections, "rejection")} looked at in ${durationText(durationMs)}`;
  const found = total === 0 ? colour.green("all is as it should be") : colour.red(counted(total, "finding"));
  const mended = repaired === 0 ? "" : `, ${repaired} repaired`;
  const sum = (count: "underWay" | "rejected" | "repairedBefore") =>
    clients.reduce((all, client) => all + client[count], 0);
  const notes = [
    [sum("underWay"), "under way"],
    [sum("rejected"), "accepted and then rejected, which is no gap"],
    [sum("repairedBefore"), "published by an earlier repair"],
  ] as const;
  const told = notes.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}\n`);
  return `${looked}: ${found}${mended}\n${told.join("")}`;
}

/** What is asked before a repair. `late`: how many of the events arrive behind newer ones */
export function repairQuestion(events: number, late: number): string {
  const behind = late === 0 ? "" : `, ${late === events ? "all" : late} of them behind newer events of their groups`;
  return `Publish ${counted(events, "event")} that nobody has published${behind}?`;
}
