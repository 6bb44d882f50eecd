import { EvpError } from "../../core/errors.js";
import type { PlannedRedrive } from "../../core/redrive.js";

/** The document of `evp dlq redrive --json`. */
export interface RedriveReport {
  matched: number;
  /** Sent, recorded and deleted from the DLQ. */
  redriven: number;
  /** Dealt with by an earlier run that did not come to delete them, and now deleted from the DLQ. */
  deleted: number;
  /** Left on the DLQ by the plan. */
  skipped: number;
  /** Of the skipped: those that would be rejected again. */
  stillInvalid: number;
  plan: PlannedRedrive[];
  /** What could not be sent, recorded or deleted although the plan wanted it; running again goes on with it. */
  failed: { messageId: string; error: string }[];
  /** Messages left on the DLQ behind others of their groups, unseen: a FIFO queue hands out 10 of a group at a time. */
  hidden: number;
  interrupted: boolean;
  dryRun: boolean;
}

/** The error a command ends with after it has shown the report, or undefined when all went as planned. */
export function redriveProblem(report: RedriveReport): EvpError | undefined {
  const { redriven, failed, interrupted, dryRun } = report;
  if (dryRun && !interrupted) return undefined;
  if (failed.length > 0 || interrupted) {
    const left = failed.length === 0 ? "" : `, ${failed.length} failed: ${failed[0]?.error}`;
    return new EvpError(`${interrupted ? "interrupted: " : ""}${redriven} redriven${left}`, {
      code: interrupted ? "interrupted" : "redrive-incomplete",
      category: failed.length > 0 ? "partly-done" : "interrupted",
      hint: "Run the same command again: it goes on where this one stopped.",
      retryable: true,
    });
  }
  return isAllMissing(report) ? allMissing(report.matched) : undefined;
}

function isAllMissing({ plan }: RedriveReport): boolean {
  return plan.length > 0 && plan.every(({ verdict }) => verdict === "not-on-dlq");
}

function allMissing(count: number): EvpError {
  const what = count === 1 ? "the dead letter that matched is" : `none of the ${count} dead letters that matched is`;
  return new EvpError(`${what} ${count === 1 ? "not on the DLQ" : "on the DLQ"}`, {
    code: "not-on-dlq",
    category: "findings",
    hint: "Another program may hold them for the moment; if the next run says the same, they were deleted.",
    retryable: true,
  });
}
