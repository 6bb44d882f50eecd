import type { DeadLetter } from "../../app/dlq/dead-letter.js";
import { cleanLines, cleanText } from "../external-text.js";
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

/** One dead letter with all that is known of it. */
export function renderDeadLetter(letter: DeadLetter, { colour }: Style): string {
  const facts: [string, string][] = [
    ["message", letter.messageId],
    ["event", letter.eventId ?? "-"],
    ["client", letter.clientId ?? "-"],
    ["type", letter.type ?? "-"],
    ["group", letter.groupId],
    ["rejected at", letter.rejectedAt],
    ["redrives", String(letter.redrives)],
    ["reason", letter.reason],
    ["detail", letter.detail],
  ];
  const lines = facts.map(([name, value]) => `${colour.dim(name.padEnd(11))}  ${cleanText(value)}`);
  const shownBytes = Buffer.byteLength(letter.body);
  const cut = letter.bodyBytes > shownBytes ? ` (the first ${shownBytes} of ${letter.bodyBytes} bytes)` : "";
  return `${lines.join("\n")}\n${colour.dim(`body${cut}`)}\n${cleanLines(readable(letter.body))}\n`;
}

/** JSON over several lines, unless that would change what it says. */
function readable(body: string): string {
  try {
    const value: unknown = JSON.parse(body);
    return JSON.stringify(value) === body.trim() ? JSON.stringify(value, undefined, 2) : body;
  } catch {
    return body;
  }
}
