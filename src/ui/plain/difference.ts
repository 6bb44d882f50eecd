import { layOutJson, printJsonLine } from "../../core/json-lines.js";
import { readJsonTree } from "../../core/json-tree.js";
import { type DiffLine, diffLines } from "../../core/line-diff.js";
import { cleanText } from "../external-text.js";
import type { Style } from "../style.js";
import { fitText } from "./fit-text.js";

/** Lines around a difference. */
const CONTEXT = 3;
/** A line may be a whole body; then its end says nothing. */
const MAX_LINE_WIDTH = 1_000;

/** What differs between two bodies, by line: `-` what goes, `+` what comes. JSON is laid out over several lines first. */
export function renderDifference(before: string, after: string, { colour, width }: Style): string {
  const isJson = readJsonTree(before) !== undefined && readJsonTree(after) !== undefined;
  const lines = diffLines(linesOf(before, isJson), linesOf(after, isJson));
  const maxWidth = Number.isFinite(width) ? MAX_LINE_WIDTH : width;
  const shown = visibleLines(lines);
  let text = "";
  for (const [index, { kind, text: line }] of lines.entries()) {
    if (!shown.has(index)) {
      if (index === 0 || shown.has(index - 1)) text += `  ${colour.dim("…")}\n`;
      continue;
    }
    const printed = fitText(cleanText(line), maxWidth);
    if (kind === "removed") text += `${colour.red(`- ${printed}`)}\n`;
    else if (kind === "added") text += `${colour.green(`+ ${printed}`)}\n`;
    else text += `  ${printed}\n`;
  }
  return text;
}

function linesOf(body: string, isJson: boolean): string[] {
  const root = isJson ? readJsonTree(body) : undefined;
  return root === undefined ? body.split(/\r?\n/) : layOutJson(body, root).map(printJsonLine);
}

function visibleLines(lines: DiffLine[]): Set<number> {
  const shown = new Set<number>();
  for (const [index, { kind }] of lines.entries()) {
    if (kind === "same") continue;
    for (let near = index - CONTEXT; near <= index + CONTEXT; near++)
      if (near >= 0 && near < lines.length) shown.add(near);
  }
  return shown;
}
