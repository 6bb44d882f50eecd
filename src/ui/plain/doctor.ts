import type { Check, CheckStatus } from "../../app/doctor/check.js";
import type { SettingSource } from "../../app/doctor/doctor-world.js";
import type { DoctorReport } from "../../app/doctor/run-doctor.js";
import { cleanText } from "../external-text.js";
import type { Style } from "../style.js";
import { counted } from "./counted.js";
import { type Column, renderTable } from "./table.js";
import { wrapText } from "./wrap-text.js";

/** The settings with who said so, and then every check with what to do; the findings stand last, where the eye is. */
export function renderDoctor({ checks, settings }: DoctorReport, style: Style): string {
  const table = settings.length === 0 ? "" : `${renderTable(SETTINGS, settings, style)}\n`;
  const width = Math.max(...checks.map(({ title }) => title.length));
  const lines = withoutRepetition(checks).map((check) => renderCheck(check, width, style));
  return `${table}${lines.join("")}${summaryOf(checks)}\n`;
}

/** What is skipped for one reason, one after the other, is told once. */
function withoutRepetition(checks: Check[]): Check[] {
  const told: Check[] = [];
  for (const check of checks) {
    const last = told.at(-1);
    if (last?.status === "skipped" && check.status === "skipped" && last.detail === check.detail) {
      told[told.length - 1] = { ...last, items: [...(last.items ?? []), check.title] };
    } else told.push(check);
  }
  return told;
}

function summaryOf(checks: Check[]): string {
  const statuses = ["fail", "warn", "ok", "skipped"] as const;
  const counts = statuses.map((status) => [status, checks.filter((check) => check.status === status).length] as const);
  const parts = counts.filter(([, count]) => count > 0).map(([status, count]) => `${count} ${SUMMARY[status]}`);
  return `${counted(checks.length, "check")}: ${parts.join(", ")}`;
}

const SUMMARY: Record<CheckStatus, string> = { fail: "failed", warn: "with a warning", ok: "ok", skipped: "not made" };

const SETTINGS: Column<SettingSource>[] = [
  { title: "SETTING", text: ({ name }) => name },
  { title: "VALUE", text: ({ value }) => valueText(value), minWidth: 12 },
  {
    title: "FROM",
    text: ({ from }) => from,
    paint: (text, { from }, { colour }) => (from === "default" ? text : colour.cyan(text)),
    minWidth: 12,
  },
];

/** Lists and objects by their names; `--json` has them whole. */
function valueText(value: unknown): string {
  if (value === null || value === undefined) return "-";
  if (typeof value !== "object") return String(value);
  const names = Array.isArray(value) ? value.map(nameOf) : Object.keys(value);
  return names.length === 0 ? "none" : names.join(", ");
}

function nameOf(member: unknown): string {
  if (typeof member !== "object" || member === null) return String(member);
  const name: unknown = Reflect.get(member, "id") ?? Reflect.get(member, "name");
  return typeof name === "string" ? name : "…";
}

const WORDS: Record<CheckStatus, string> = { ok: "ok", warn: "warn", fail: "FAIL", skipped: "-" };
const STATUS_WIDTH = 4;

function renderCheck({ title, status, detail, hint, items = [] }: Check, titleWidth: number, style: Style): string {
  const indent = STATUS_WIDTH + titleWidth + 4;
  const head = `${paint(WORDS[status].padEnd(STATUS_WIDTH), status, style)}  ${title.padEnd(titleWidth)}  `;
  const lines = wrapText(cleanText(detail), style.width - indent);
  const more = [...itemsOf(status, items), ...(hint === undefined ? [] : [`→ ${hint}`])];
  const rest = more.flatMap((text) => wrapText(cleanText(text), style.width - indent));
  return [`${head}${lines[0] ?? ""}`, ...[...lines.slice(1), ...rest].map((line) => " ".repeat(indent) + line)]
    .map((line) => `${line}\n`)
    .join("");
}

/** Of checks that were not made, the titles of the others. */
function itemsOf(status: CheckStatus, items: string[]): string[] {
  if (status !== "skipped") return items.map((item) => `· ${item}`);
  return items.length === 0 ? [] : [`so are ${items.join(", ")}`];
}

function paint(text: string, status: CheckStatus, { colour }: Style): string {
  switch (status) {
    case "ok":
      return colour.green(text);
    case "warn":
      return colour.yellow(text);
    case "fail":
      return colour.red(text);
    case "skipped":
      return text;
  }
}
