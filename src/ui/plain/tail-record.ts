import stringWidth from "string-width";
import type { TailRecord } from "../../app/tail/tail-record.js";
import type { JsonObject } from "../../core/event.js";
import { cleanText } from "../external-text.js";
import type { Style } from "../style.js";
import { durationText } from "./duration.js";
import { fitText } from "./fit-text.js";
import { timeOfDay } from "./time-of-day.js";

/** What the envelope of a published body tells; undefined where it is no event. */
export type ReadTailed = (body: string) => { timestamp?: string | undefined; payload: JsonObject } | undefined;

/** Columns under the time stay free, so that the times stand out. */
const INDENT = " ".repeat("10:15:30.123 ".length);
const CLIENT_COLOURS = ["cyan", "magenta", "green", "blue"] as const;

/**
 * One event on two lines: when it was published, for whom, its type, how old it was then and the fields of its payload; below, its id whole,
 * since other commands want it, and its group. Lines are cut at the edge of the screen.
 */
export function tailRecordRenderer(read: ReadTailed): (record: TailRecord, style: Style) => string {
  return (record, style) => {
    const { publishedAt, clientId, type, eventId, groupId, replayId, body } = record;
    const event = read(body);
    const { colour, width } = style;
    const age = ageText(publishedAt, event?.timestamp ?? record.receivedAt);
    const client = cleanText(clientId ?? "-");
    const facts = [
      timeOfDay(publishedAt),
      client,
      cleanText(type ?? "-"),
      age,
      ...(replayId === null ? [] : ["replayed"]),
    ];
    const room = width - stringWidth(facts.join(" ")) - 1;
    const fields = fitText(event === undefined ? cleanText(body) : fieldsText(event.payload), room);
    const [time = "", , ...rest] = facts;
    const head = [time, colour[colourOf(client)](client), ...rest, fields].join(" ").trimEnd();
    const below = fitText(`${INDENT}${cleanText(eventId ?? "no id")} ${cleanText(groupId)}`, width);
    return `${head}\n${colour.dim(below)}\n`;
  };
}

/** `amount=12.5 currency=BRL to={…}`: plain values as they are, others only by their shape. */
function fieldsText(payload: JsonObject): string {
  const fields = Object.entries(payload).map(([name, value]) => {
    if (Array.isArray(value)) return `${name}=[${value.length}]`;
    if (typeof value === "object" && value !== null) return `${name}={…}`;
    return `${name}=${value}`;
  });
  return cleanText(fields.join(" "));
}

/** How old it was when it was published; `-` where the clocks disagree. */
function ageText(publishedAt: string, sentAt: string): string {
  const ageMs = Date.parse(publishedAt) - Date.parse(sentAt);
  return ageMs >= 0 ? durationText(ageMs) : "-";
}

/** The same client has the same colour in every run. */
function colourOf(clientId: string): (typeof CLIENT_COLOURS)[number] {
  let sum = 0;
  for (const character of clientId) sum += character.codePointAt(0) ?? 0;
  return CLIENT_COLOURS[sum % CLIENT_COLOURS.length] ?? "cyan";
}
