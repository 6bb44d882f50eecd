import type { ShownLetter } from "../../app/dlq/show-dead-letter.js";
import { printJsonLine } from "../../core/json-lines.js";
import { readJsonTree } from "../../core/json-tree.js";
import { type MarkedLine, markJson } from "../../core/marked-json.js";
import type { Violation } from "../../core/violations.js";
import { cleanLines, cleanText } from "../external-text.js";
import type { Style } from "../style.js";
import { renderBrokenBody } from "./broken-body.js";
import { fitText } from "./fit-text.js";
import { wrapWords } from "./wrap-text.js";

export interface BodyOptions {
  /** Every line of it, and every line whole. */
  full: boolean;
}

type Marked = Pick<ShownLetter, "body" | "violations" | "brokenAt">;

/** Lines shown around a mark, and at the beginning and the end, where a body has more lines than a screen. */
const AROUND_MARK = 3;
const AT_BEGINNING = 30;
const AT_END = 2;
const MAX_LINES = 80;
const GUTTER = 2;

/** A body over several lines with each violation under the line that it is about; where it breaks, if it is no JSON. */
export function renderMarkedBody({ body, violations, brokenAt }: Marked, style: Style, { full }: BodyOptions): string {
  const page = { ...style, width: full ? Number.POSITIVE_INFINITY : style.width };
  if (brokenAt !== null) return renderBrokenBody(body, brokenAt, page);
  const root = readJsonTree(body);
  if (root === undefined) return renderRaw(body, page);
  const lines = markJson(body, root, violations);
  const isLong = Number.isFinite(page.width) && lines.length > MAX_LINES;
  return isLong ? renderExcerpts(lines, page) : lines.map((line) => renderLine(line, page)).join("");
}

/** The beginning of a body that was kept only in part, or is nested beyond reading. */
function renderRaw(body: string, { width }: Style): string {
  const lines = cleanLines(body).split("\n");
  if (!Number.isFinite(width)) return `${lines.join("\n")}\n`;
  const shown = lines.slice(0, AT_BEGINNING).map((line) => `${fitText(line, width)}\n`);
  return `${shown.join("")}${lines.length > AT_BEGINNING ? "…\n" : ""}`;
}

function renderExcerpts(lines: MarkedLine[], style: Style): string {
  const marked = lines.flatMap(({ marks }, index) => (marks.length > 0 ? [index] : []));
  const isShown = (index: number) =>
    index < AT_BEGINNING ||
    index >= lines.length - AT_END ||
    marked.some((mark) => Math.abs(mark - index) <= AROUND_MARK);
  let text = "";
  let left = 0;
  for (const [index, line] of lines.entries()) {
    if (!isShown(index)) {
      left += 1;
      continue;
    }
    if (left > 0) text += `${" ".repeat(GUTTER)}${style.colour.dim(`… ${left} lines; --full shows them`)}\n`;
    left = 0;
    text += renderLine(line, style);
  }
  return text;
}

function renderLine(line: MarkedLine, style: Style): string {
  const { colour, width } = style;
  const shown = fitText(cleanText(printJsonLine(line)), width - GUTTER);
  if (line.marks.length === 0) return `${" ".repeat(GUTTER)}${shown}\n`;
  const indent = " ".repeat(GUTTER + line.depth * 2);
  const marks = line.marks.map((mark) => renderMark(mark, indent, style)).join("");
  return `${colour.red(`${line.isMissing ? "+" : ">"} ${shown}`)}\n${marks}`;
}

function renderMark({ pointer, message }: Violation, indent: string, { colour, width }: Style): string {
  const text = cleanText(`${pointer === "" ? "the document" : pointer} ${message}`);
  const lines = wrapWords(text, width - indent.length - GUTTER);
  return lines.map((line, index) => `${indent}${colour.red(`${index === 0 ? "^" : " "} ${line}`)}\n`).join("");
}
