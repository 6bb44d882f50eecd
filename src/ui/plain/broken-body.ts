import stringWidth from "string-width";
import type { BrokenPlace } from "../../app/dlq/show-dead-letter.js";
import { cleanText } from "../external-text.js";
import type { Style } from "../style.js";
import { fitText } from "./fit-text.js";
import { wrapWords } from "./wrap-text.js";

/** Lines shown before and behind the broken one, on a terminal. */
const BEFORE = 8;
const BEHIND = 4;
/** Of a line too long for the screen: what is shown at most before the place. */
const LEAD_SHARE = 0.6;

/** A text that is no JSON, with its lines numbered, and a mark under the place where it breaks. */
export function renderBrokenBody(body: string, place: BrokenPlace, style: Style): string {
  const lines = body.split("\n");
  const isWhole = !Number.isFinite(style.width);
  const first = isWhole ? 1 : Math.max(1, place.line - BEFORE);
  const last = isWhole ? lines.length : Math.min(lines.length, place.line + BEHIND);
  const gutter = String(last).length + 3;
  const room = style.width - gutter;
  let text = first > 1 ? "…\n" : "";
  for (let number = first; number <= last; number++) {
    const line = (lines[number - 1] ?? "").replace(/\r$/, "");
    const label = String(number).padStart(gutter - 3);
    if (number !== place.line) text += `  ${label} ${fitText(cleanText(line), room)}\n`;
    else text += renderBreak(line, place, { label, gutter, room }, style);
  }
  return last < lines.length ? `${text}…\n` : text;
}

interface Layout {
  label: string;
  gutter: number;
  room: number;
}

function renderBreak(line: string, place: BrokenPlace, { label, gutter, room }: Layout, { colour }: Style): string {
  const before = cleanText(line.slice(0, place.column - 1));
  const behind = cleanText(line.slice(place.column - 1));
  const lead = Number.isFinite(room) ? endOf(before, Math.floor(room * LEAD_SHARE)) : before;
  const shown = fitText(lead + behind, room);
  const column = gutter + stringWidth(lead);
  const told = `${place.message} (line ${place.line}, column ${place.column})`;
  const isBeside = column + stringWidth(told) + 2 <= gutter + room;
  const indent = " ".repeat(isBeside ? column + 2 : gutter);
  const words = wrapWords(told, gutter + room - indent.length);
  const message = words.map((words, index) => (isBeside && index === 0 ? words : `${indent}${words}`)).join("\n");
  const mark = `${" ".repeat(column)}${colour.red(`^${isBeside ? " " : "\n"}${message}`)}`;
  return `${colour.red(`> ${label} `)}${shown}\n${mark}\n`;
}

/** The last `width` characters or fewer, with an ellipsis where something is left out. */
function endOf(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let end = text.slice(-width);
  while (stringWidth(end) > width - 1) end = end.slice(1);
  return `…${end}`;
}
