import { stripVTControlCharacters } from "node:util";

/** C0 and C1 controls, line and paragraph separators, and the marks that reorder text: nothing from outside may move a terminal's cursor or hide what it says. */
const CONTROLS = /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** Text from outside, fit for one line on a terminal. Line ends and tabs become a space; escape sequences and every other control go. */
export function cleanText(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/[\t\r\n]+/g, " ")
    .replace(CONTROLS, "");
}

/** The same for text of several lines: its line ends stay. */
export function cleanLines(text: string): string {
  return text.split(/\r?\n/).map(cleanText).join("\n");
}
