import { EvpError } from "../../core/errors.js";
import type { FailedLetter } from "./settle-letters.js";

/** The document of `evp dlq purge --json`. */
export interface PurgeReport {
  matched: number;
  purged: number;
  /** Matched, but not on the DLQ: gone, or held by somebody else. */
  missing: number;
  /** What could not be recorded or deleted; running again goes on with it. */
  failed: FailedLetter[];
  /** Messages left on the DLQ behind others of their groups, unseen: a FIFO queue hands out 10 of a group at a time. */
  hidden: number;
  interrupted: boolean;
}

/** The error a command ends with after it has shown the report, or undefined when all were deleted. */
export function purgeProblem({ purged, failed, interrupted }: PurgeReport): EvpError | undefined {
  if (failed.length === 0 && !interrupted) return undefined;
  const left = failed.length === 0 ? "" : `, ${failed.length} failed: ${failed[0]?.error}`;
  return new EvpError(`${interrupted ? "interrupted: " : ""}${purged} deleted${left}`, {
    code: interrupted ? "interrupted" : "purge-incomplete",
    category: failed.length > 0 ? "partly-done" : "interrupted",
    hint: "Run the same command again: it goes on where this one stopped.",
    retryable: true,
  });
}
