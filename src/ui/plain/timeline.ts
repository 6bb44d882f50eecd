import type { StepView } from "../../app/why/event-life.js";
import { cleanText } from "../external-text.js";
import type { Style } from "../style.js";
import { durationText } from "./duration.js";
import { type StepSubject, stepLines } from "./step-lines.js";
import { timeOfDay } from "./time-of-day.js";
import { wrapText } from "./wrap-text.js";

const TIME_WIDTH = "10:15:30.123".length;
const STEP_WIDTH = "taken over".length;
const GAP = "  ";
/** Where less than this is left for what a step tells, that goes below the step. */
const LEAST_WIDTH = 24;
const NARROW_INDENT = 4;
/** Of a row of repetitions so many are told: an event may have thousands of duplicates. */
const TOLD_REPETITIONS = 3;

/** Every step on a line of its own: when, how long after the one before, what, and below each other what is known of it. Days are told where they begin. */
export function renderTimeline(steps: readonly StepView[], subject: StepSubject, style: Style): string {
  const sinceWidth = Math.max(0, ...steps.map(({ sinceMs }) => sinceText(sinceMs).length));
  const layout: Layout = { style, sinceWidth, indent: TIME_WIDTH + sinceWidth + STEP_WIDTH + GAP.length * 3 };
  let day: string | undefined;
  let messageId: string | null = null;
  const lines: string[] = [];
  for (const entry of withoutRepetitions(steps)) {
    if (typeof entry === "string") {
      lines.push(...layOut(" ".repeat(layout.indent - GAP.length), [entry], layout));
      continue;
    }
    const stepDay = entry.at?.slice(0, "YYYY-MM-DD".length);
    if (stepDay !== undefined && stepDay !== day) lines.push(style.colour.bold(`${stepDay} (UTC)`));
    day = stepDay ?? day;
    const isOther = entry.messageId !== null && entry.messageId !== messageId && !NAMES_ITS_MESSAGE.has(entry.step);
    const texts = [...stepLines(entry, subject), ...(isOther ? [`message ${entry.messageId}`] : [])];
    lines.push(...layOut(headOf(entry, layout), texts, layout));
    messageId = entry.messageId ?? messageId;
  }
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

interface Layout {
  style: Style;
  /** Of the column that tells how long after the step before. */
  sinceWidth: number;
  /** The column at which begins what a step tells. */
  indent: number;
}

const NAMES_ITS_MESSAGE = new Set<StepView["step"]>(["sent", "taken-over", "duplicate"]);

/** A long row of the same step is told by its beginning, how many were left out, and its end. */
function withoutRepetitions(steps: readonly StepView[]): (StepView | string)[] {
  const told: (StepView | string)[] = [];
  for (let index = 0; index < steps.length; ) {
    const step = steps[index];
    const next = steps.findIndex((other, at) => at > index && other.step !== step?.step);
    const end = next === -1 ? steps.length : next;
    const run = steps.slice(index, end);
    if (run.length <= TOLD_REPETITIONS + 1) told.push(...run);
    else told.push(...run.slice(0, TOLD_REPETITIONS), `… ${run.length - TOLD_REPETITIONS - 1} more`, ...run.slice(-1));
    index = end;
  }
  return told;
}

function headOf(step: StepView, { style, sinceWidth }: Layout): string {
  const time = step.at === null ? "" : timeOfDay(step.at);
  const name = step.step.replaceAll("-", " ").padEnd(STEP_WIDTH);
  return [time.padEnd(TIME_WIDTH), sinceText(step.sinceMs).padStart(sinceWidth), paint(step, name, style)].join(GAP);
}

/** Below 0 the clocks differ, or what was noted last had begun first. */
function sinceText(sinceMs: number | null): string {
  if (sinceMs === null) return "";
  return `${sinceMs < 0 ? "-" : "+"}${durationText(Math.abs(sinceMs))}`;
}

function paint(step: StepView, name: string, { colour }: Style): string {
  if (step.step === "published" || step.step === "replayed") return colour.green(name);
  if (step.step === "rejected") return colour.red(name);
  if ((step.step === "validated" || step.step === "permitted") && step.reason !== undefined) return colour.red(name);
  return step.step === "blocked" || step.step === "duplicate" ? colour.yellow(name) : name;
}

/** Texts beside the head, or below it where there is no room. */
function layOut(head: string, texts: string[], { style: { width }, indent: usual }: Layout): string[] {
  const isNarrow = width - usual < LEAST_WIDTH;
  const indent = isNarrow ? NARROW_INDENT : usual;
  const wrapped = texts.flatMap((text) => indented(cleanText(text), width - indent));
  if (isNarrow) return [head, ...wrapped.map((line) => " ".repeat(indent) + line)];
  const [first = "", ...rest] = wrapped;
  return [`${head}${GAP}${first}`, ...rest.map((line) => " ".repeat(indent) + line)];
}

/** A text that begins with spaces keeps them on each of its lines. */
function indented(text: string, width: number): string[] {
  const own = text.slice(0, text.length - text.trimStart().length);
  return wrapText(text.trimStart(), width - own.length).map((line) => own + line);
}
