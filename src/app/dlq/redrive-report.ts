import { EvpError } from "../../core/errors.js";
import type { PlannedRedrive } from "../../core/redrive.js";

/** The document of `evp dlq redrive --json`. */
export interface RedriveReport {
  matched: number;
  /** Sent, recorded and deleted from the DLQ; those that an earlier run had sent are among them. */
  redriven: number;
  /** Left on the DLQ by the plan. */
  skipped: number;
  /** Of the skipped: those that would be rejected again. */
  stillInvalid: number;
  plan: PlannedRedrive[];
  /** What could not be sent, recorded or deleted although the plan wanted it; running again goes on with it. */
  failed: { messageId: string; error: string }[];
  interrupted: boolean;
  dryRun: boolean;
}

/** The error a command ends with after it has shown the report, or undefined when all went as planned. */
export function redriveProblem({ redriven, failed, interrupted, dryRun }: RedriveReport): EvpError | undefined {
  if (dryRun || (failed.length === 0 && !interrupted)) return undefined;
  const left = failed.length === 0 ? "" : `, ${failed.length} failed: ${failed[0]?.error}`;
  return new EvpError(`${interrupted ? "interrupted: " : ""}${redriven} redriven${left}`, {
    code: interrupted ? "interrupted" : "redrive-incomplete",
    category: "partly-done",
    hint: "run the same command again: it goes on where this one stopped",
    retryable: true,
  });
}
