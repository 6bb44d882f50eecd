import type { FixReport, PlannedFix } from "../../app/dlq/fix-dead-letter.js";
import { cleanText } from "../external-text.js";
import type { Style } from "../style.js";
import { renderDifference } from "./difference.js";
import { verdictText } from "./verdict-text.js";
import { wrapWords } from "./wrap-text.js";

/** What would be changed, and what would become of the copy. */
export function renderFixPlan(planned: PlannedFix, style: Style): string {
  const { original, body, action } = planned;
  const paint = action === "send" ? style.colour.green : style.colour.yellow;
  const lines = wrapWords(cleanText(verdictText(planned)), style.width).map((line) => `${paint(line)}\n`);
  return `${renderDifference(original, body, style)}${lines.join("")}`;
}

/** What came of it. */
export function renderFixResult({ messageId, redriven, sentAs, dryRun, action }: FixReport): string {
  if (redriven) return `${cleanText(messageId)} redriven as ${sentAs}, mended\n`;
  return dryRun && action === "send" ? `${cleanText(messageId)} would be redriven, mended\n` : "Nothing was sent.\n";
}
