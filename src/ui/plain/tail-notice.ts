import type { TailNotice } from "../../app/tail/tail-notice.js";
import { cleanText } from "../external-text.js";
import { counted } from "./counted.js";
import { durationText } from "./duration.js";

/** Clients told by name; of more only the number. */
const MAX_NAMED = 5;

/** One line for stderr. */
export function tailNoticeText(notice: TailNotice): string {
  switch (notice.kind) {
    case "watching":
      return `Watching ${clientsText(notice.clientIds)}; Ctrl-C ends it.`;
    case "caught-up":
      return `${counted(notice.stored, "event")} from the journal; what follows is live.`;
    case "joined":
      return `${cleanText(notice.clientId)} was added, and is watched too.`;
    case "behind":
      return behindText(notice);
    case "unsure":
      return "More is under way than can be kept in mind: around the change to what is live an event may be missing, or shown twice.";
    case "removed":
      return `Removed ${counted(notice.names.length, "temporary subscription")} of tails that are gone: ${notice.names.join(", ")}`;
    case "not-swept":
      return `Could not look for temporary subscriptions of tails that are gone: ${notice.error instanceof Error ? cleanText(notice.error.message) : "unknown"}`;
  }
}

/** Whether it is told even with `--quiet`: events may be missing from what is printed. */
export function isWarning({ kind }: TailNotice): boolean {
  return kind === "behind" || kind === "unsure";
}

function behindText({ behindMs, retentionMs }: Extract<TailNotice, { kind: "behind" }>): string {
  const kept = durationText(retentionMs);
  return `This tail is ${durationText(behindMs)} behind. What it does not read within ${kept} is lost to it, so events may be missing here: read them with --since.`;
}

function clientsText(clientIds: string[]): string {
  const named = clientIds.map(cleanText);
  if (named.length > MAX_NAMED) return counted(named.length, "client");
  const last = named.pop() ?? "";
  return named.length === 0 ? last : `${named.join(", ")} and ${last}`;
}
