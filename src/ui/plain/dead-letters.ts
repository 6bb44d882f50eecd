import type { DeadLetter } from "../../app/dlq/dead-letter.js";
import { cleanText } from "../external-text.js";
import type { Style } from "../style.js";
import { counted } from "./counted.js";
import { type Column, renderTable } from "./table.js";
import { timeOfDay } from "./time-of-day.js";

const COLUMNS: Column<DeadLetter>[] = [
  // Whole, since it is what the other commands want; either id will do.
  { title: "EVENT OR MESSAGE", text: ({ eventId, messageId }) => eventId ?? messageId },
  { title: "CLIENT", text: ({ clientId }) => clientId ?? "-", minWidth: 8 },
  { title: "TYPE", text: ({ type }) => type ?? "-", minWidth: 8, isOptional: true },
  { title: "REASON", text: ({ reason }) => reason, paint: (text, _letter, { colour }) => colour.red(text) },
  { title: "REJECTED AT", text: ({ rejectedAt }) => rejectedAt.replace(/\.\d+Z$/, "Z"), isOptional: true },
  { title: "DETAIL", text: ({ detail }) => detail, minWidth: 12 },
];

export function renderDeadLetters(letters: DeadLetter[], style: Style): string {
  return `${renderTable(COLUMNS, letters, style)}${counted(letters.length, "dead letter")}\n`;
}

/** One rejection, on one line. */
export function renderDeadLetterLine(letter: DeadLetter, { colour }: Style): string {
  const { rejectedAt, reason, clientId, eventId, messageId, detail } = letter;
  const facts = [timeOfDay(rejectedAt), clientId ?? "-", eventId ?? messageId].map(cleanText).join(" ");
  return `${colour.dim(facts)} ${colour.red(reason)} ${cleanText(detail)}\n`;
}
