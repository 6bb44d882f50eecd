import type { TailRecord } from "../../app/tail/tail-record.js";
import { cleanText } from "../external-text.js";
import type { Style } from "../style.js";
import { timeOfDay } from "./time-of-day.js";

/** One event of a client, on one line: its body whole, since that is what was asked for. */
export function renderTailRecord({ receivedAt, type, groupId, eventId, body }: TailRecord, { colour }: Style): string {
  const facts = [timeOfDay(receivedAt), type ?? "-", eventId ?? "-", groupId].map(cleanText);
  return `${colour.dim(facts.join(" "))} ${cleanText(body)}\n`;
}
