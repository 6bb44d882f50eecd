import type { PlannedRedrive } from "../../core/redrive.js";

/** What a redrive would do with a dead letter, or with a copy of it, in words. */
export function verdictText({ verdict, detail }: Pick<PlannedRedrive, "verdict" | "detail">): string {
  if (verdict === "would-pass") return detail === undefined ? "it would pass" : `it would pass; ${detail}`;
  if (verdict === "still-invalid") return `it would be rejected again: ${detail}`;
  return detail === undefined ? verdict : `${verdict}: ${detail}`;
}
