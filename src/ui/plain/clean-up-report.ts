import type { CleanUpReport, KeptTap } from "../../app/tail/clean-up-taps.js";
import { cleanText } from "../external-text.js";
import { counted } from "./counted.js";

export function renderCleanUpReport({ removed, kept }: CleanUpReport): string {
  const lines = [
    removed.length === 0
      ? "No temporary subscription was removed."
      : `Removed ${counted(removed.length, "temporary subscription")}:`,
    ...removed.map((name) => `  ${name}`),
    ...(kept.length === 0 ? [] : [`Kept ${counted(kept.length, "temporary subscription")} (--yes removes them too):`]),
    ...kept.map((tap) => `  ${keptTapText(tap)}`),
  ];
  return `${lines.join("\n")}\n`;
}

/** One that stays, or is asked about: its name, and who has it. */
export function keptTapText({ name, state, owner, aliveAt }: KeptTap): string {
  if (state === "unknown" || owner === null) return `${name}: nothing tells whether it is in use`;
  return `${name}: in use by ${cleanText(owner)}, seen ${aliveAt?.replace(/\.\d+Z$/, "Z") ?? "never"}`;
}
