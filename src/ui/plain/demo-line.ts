import type { DemoLine } from "../../app/demo/run-demo.js";
import { cleanText } from "../external-text.js";
import type { Style } from "../style.js";

/** A chapter's title with room above it, or a checked line with its mark. */
export function renderDemoLine(line: DemoLine, style: Style): string {
  if ("title" in line) return `\n${style.colour.bold(line.title)}\n`;
  const mark = line.holds ? style.colour.green("✓") : style.colour.red("✗");
  return `  ${mark} ${cleanText(line.text)}\n`;
}
