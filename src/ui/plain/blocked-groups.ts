import type { BlockedView } from "../../app/blocked-status.js";
import { remediesFor } from "../../core/remedies.js";
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
    ...remediesFor(group).map((remedy) => cleanText(`→ ${remedy}`)),
  ];
  return `${fitText(cleanText(groupId), width)}\n${lines.map((each) => `${INDENT}${each}\n`).join("")}`;
}

const INDENT = "  ";

function toSeconds(iso: string): string {
  return iso.replace(/\.\d+Z$/, "Z");
}
