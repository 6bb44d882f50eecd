import type { BlockedView } from "../../app/blocked-status.js";
import { cleanText } from "../external-text.js";
import type { Style } from "../style.js";
import { counted } from "./counted.js";
import { fitText } from "./fit-text.js";

/** Details name every violation; here the first ones do. */
const DETAIL_WIDTH = 300;

/** What waits for an operator, and what can be done about each; nothing where nothing does. */
export function renderBlocked(blocked: BlockedView[], style: Style): string {
  if (blocked.length === 0) return "";
  const title = style.colour.yellow(style.colour.bold(`${counted(blocked.length, "group")} blocked`));
  return `\n${title}\n${blocked.map((group) => renderGroup(group, style)).join("")}`;
}

function renderGroup(group: BlockedView, { width, colour }: Style): string {
  const { groupId, clientId, eventId, messageId, type, reason, detail, since, lastTriedAt } = group;
  const times = colour.dim(`since ${toSeconds(since)}, last tried ${toSeconds(lastTriedAt)}`);
  const line = (text: string) => fitText(cleanText(text), width - INDENT.length);
  const lines = [
    line(`client ${clientId}, ${type ?? "no type"}, ${eventId === null ? `message ${messageId}` : `event ${eventId}`}`),
    line(fitText(`${reason}: ${detail}`, DETAIL_WIDTH)),
    times,
    ...remedies(group).map(cleanText),
  ];
  return `${fitText(cleanText(groupId), width)}\n${lines.map((each) => `${INDENT}${each}\n`).join("")}`;
}

const INDENT = "  ";

/** What lets the group go on: mend what is wrong, if that can be mended at all, or give the event up. */
function remedies({ reason, clientId, type }: BlockedView): string[] {
  const mend = MENDS[reason]?.(clientId, type ?? "<type>");
  return [...(mend === undefined ? [] : [`→ ${mend}`]), `→ or to the DLQ with it: evp client poison ${clientId} skip`];
}

const SCHEMA = () => "mend the schema, and start evp process again";
const MENDS: Partial<Record<string, (clientId: string, type: string) => string>> = {
  "client-inactive": (clientId) => `evp client enable ${clientId}`,
  "type-forbidden": (clientId, type) => `evp client allow ${clientId} ${type}`,
  "schema-unknown": SCHEMA,
  "schema-violation": SCHEMA,
  "envelope-invalid": () => "mend the envelope's mapping in the config, and start evp process again",
  "too-large": () => "raise maxEventBytes in the config, run evp init, and start evp process again",
};

function toSeconds(iso: string): string {
  return iso.replace(/\.\d+Z$/, "Z");
}
