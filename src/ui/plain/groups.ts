import type { StuckGroup } from "../../app/groups/stuck-groups.js";
import { cleanText } from "../external-text.js";
import type { Style } from "../style.js";
import { counted } from "./counted.js";
import { durationText } from "./duration.js";
import { fitText } from "./fit-text.js";
import { wrapText } from "./wrap-text.js";

const INDENT = "  ";
/** Details name every violation; here the first ones do. */
const WHY_WIDTH = 300;

/** Groups that do not move, each with its head, why, for how long, how many wait behind it, and what can be done. */
export function renderGroups(groups: StuckGroup[], style: Style): string {
  const title = style.colour.bold(`${counted(groups.length, "group")} ${groups.length === 1 ? "does" : "do"} not move`);
  return [title, ...groups.map((group) => renderGroup(group, style))].join("\n").concat("\n");
}

function renderGroup(group: StuckGroup, { width, colour }: Style): string {
  const { groupId, state, reason, why, waitingMs, lastTriedAt, behindAtLeast, hints } = group;
  const cause = reason === null ? why : `${reason}: ${why}`;
  const behind = behindAtLeast === 0 ? "" : `; at least ${counted(behindAtLeast, "message")} behind its head`;
  const texts = [
    `${state} for ${durationText(waitingMs)}, last tried ${lastTriedAt.replace(/\.\d+Z$/, "Z")}${behind}`,
    ...headText(group),
    fitText(cause, WHY_WIDTH),
    ...hints.map((hint) => `→ ${hint}`),
  ];
  const lines = texts.flatMap((text) => wrapText(cleanText(text), width - INDENT.length));
  const name = colour.yellow(fitText(cleanText(groupId), width));
  return [name, ...lines.map((line) => INDENT + line)].join("\n");
}

/** Of a group that a processor gave back nobody has said what its head is. */
function headText({ messageId, eventId, clientId, type }: StuckGroup): string[] {
  const parts = [
    ...(type === null ? [] : [type]),
    ...(eventId === null ? [] : [`event ${eventId}`]),
    ...(messageId === null ? [] : [`message ${messageId}`]),
    ...(clientId === null ? [] : [`of ${clientId}`]),
  ];
  return parts.length === 0 ? [] : [`head: ${parts.join(", ")}`];
}
