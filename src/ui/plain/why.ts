import type { EventLife, WhyDocument } from "../../app/why/event-life.js";
import { layOutJson, printJsonLine } from "../../core/json-lines.js";
import { readJsonTree } from "../../core/json-tree.js";
import type { Place } from "../../core/whereabouts.js";
import { cleanLines, cleanText } from "../external-text.js";
import type { Style } from "../style.js";
import { durationText } from "./duration.js";
import { renderTimeline } from "./timeline.js";
import { wrapText } from "./wrap-text.js";

/** An event's life as a timeline, for each client that has one of this id; or where it may be. */
export function renderWhy(document: WhyDocument, style: Style): string {
  const { eventId, places, others, foundBy } = document;
  if (places.length > 0) return renderPlaces(eventId, places, style);
  const found = FOUND[foundBy ?? "event-id"];
  const note = found === "" ? "" : `${wrapped(found, style)}\n`;
  return note + [document, ...others].map((life) => renderLife(life, style)).join("\n");
}

const FOUND: Record<NonNullable<WhyDocument["foundBy"]>, string> = {
  "event-id": "",
  "message-id": "That is the id of a message. What is known of it:",
  body: "The journal keeps it under the id of its message, since its body names no valid id and client:",
  "blocked-group": "",
};

function renderLife(life: EventLife, style: Style): string {
  const { clientId, eventId, timeline } = life;
  const title = clientId === null ? `message ${eventId}` : `event ${eventId} of ${clientId}`;
  const about = [
    [life.type, life.version].filter((part) => part !== null).join(" "),
    life.source === null ? "" : `from ${life.source}`,
    life.groupId === null ? "" : `group ${life.groupId}`,
  ].filter((part) => part !== "");
  return [
    wrapped(cleanText(title), style, style.colour.bold),
    wrapped(outcomeText(life), style, outcomeColour(life, style)),
    about.length === 0 ? "" : wrapped(cleanText(about.join(", ")), style),
    "\n",
    renderTimeline(timeline, life, style),
    renderNow(life, style),
    renderBody(life, style),
  ].join("");
}

function wrapped(text: string, { width }: Style, paint: (line: string) => string = (line) => line): string {
  return wrapText(text, width)
    .map((line) => `${paint(line)}\n`)
    .join("");
}

function outcomeText({ outcome, reason, totalMs, waiting }: EventLife): string {
  const total = totalMs === null ? "" : durationText(totalMs);
  switch (outcome) {
    case "published":
      return total === "" ? "published" : `published, ${total} after it was sent`;
    case "rejected":
      return `rejected: ${reason}`;
    case "purged":
      return `rejected${reason === null ? "" : `: ${reason}`}; its dead letter was deleted`;
    case "accepted":
      return `stored, not published yet${waiting === null ? "" : `: ${cleanText(waiting.detail)}`}`;
    case "redriven":
      return `redriven, no outcome yet${waiting === null ? "" : `: ${cleanText(waiting.detail)}`}`;
    case "blocked":
      return `waits for an operator: ${reason}`;
    case "duplicate":
      return "published, so long ago that only its duplicates are remembered";
    case "forgotten":
      return "forgotten: sent again, it would be a new event";
    case "unknown":
      return "unknown";
  }
}

function outcomeColour({ outcome }: EventLife, { colour }: Style): (line: string) => string {
  if (outcome === "published" || outcome === "duplicate") return colour.green;
  return outcome === "rejected" ? colour.red : colour.yellow;
}

/** What evp would say of it now, and what can be done. */
function renderNow({ judgedNow, hints }: EventLife, style: Style): string {
  const lines: string[] = [];
  if (judgedNow?.passes === null) lines.push(`It cannot be judged again: ${judgedNow.detail}`);
  if (judgedNow?.passes === false && judgedNow.isChanged) {
    lines.push(
      `What it is judged by has changed; now it would be rejected for another reason: ${judgedNow.reason}: ${judgedNow.detail}`,
    );
  }
  const told = lines.map((line) => wrapped(cleanText(line), style));
  const actions = hints.map((hint) => wrapped(`→ ${cleanText(hint)}`, style));
  return told.length + actions.length === 0 ? "" : ["\n", ...told, ...actions].join("");
}

/** JSON over several lines, its numbers as they were written. */
function renderBody({ body, bodyBytes = 0 }: EventLife, { colour }: Style): string {
  if (body === undefined) return "";
  const shownBytes = Buffer.byteLength(body);
  const cut = bodyBytes > shownBytes ? ` (the first ${shownBytes} of ${bodyBytes} bytes)` : "";
  const tree = readJsonTree(body);
  const text = tree === undefined ? body : layOutJson(body, tree).map(printJsonLine).join("\n");
  return `\n${colour.bold(`body${cut}`)}\n${cleanLines(text)}\n`;
}

function renderPlaces(eventId: string, places: Place[], style: Style): string {
  const title = `Where ${cleanText(eventId)} may be, the likeliest first:`;
  const lines = places.flatMap(({ likelihood, detail, hint }, index) => {
    const number = `${index + 1}. `;
    const unlikely = likelihood === "unlikely" ? "(unlikely) " : "";
    const texts = [`${unlikely}${detail}`, ...(hint === undefined ? [] : [`→ ${hint}`])];
    const wrappedTexts = texts.flatMap((text) => wrapText(cleanText(text), style.width - number.length));
    return wrappedTexts.map((line, at) => `${at === 0 ? number : " ".repeat(number.length)}${line}\n`);
  });
  return [wrapped(title, style, style.colour.bold), ...lines].join("");
}
