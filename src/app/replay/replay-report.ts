import { EvpError } from "../../core/errors.js";
import type { ReplayPlan, ReplaySkips } from "../../core/replay-plan.js";
import type { FailedEvent } from "./replay-run.js";

/** The document of `evp replay --json`. */
export interface ReplayReport {
  /** On every message of it, in the attribute evp-replay; null: nothing was begun. */
  replayId: string | null;
  clientId: string;
  to: "topic" | "queue";
  /** Stored events that the options mean. */
  matched: number;
  /** Sent, acknowledged and recorded by this run. */
  replayed: number;
  skipped: ReplaySkips;
  /** Not sent, or held back behind one of their group that was not. */
  failed: number;
  /** The first 100 of them. */
  failures: FailedEvent[];
  /** Ids that were asked for and are no stored event of the client. */
  notFound: string[];
  durationMs: number;
  dryRun: boolean;
  interrupted: boolean;
  /** Why it ended early; null: it did not. */
  stoppedBy: string | null;
  /** Where to begin when it is gone on with, ISO 8601: every event that the queue took before is dealt with. null: from the beginning */
  resumeFrom: string | null;
  plan: ReplayPlan;
}

/**
 * The error a command ends with after it has shown the report, or undefined when all went as planned.
 * @param resumeCommand the whole command line that goes on with it
 */
export function replayProblem(report: ReplayReport, resumeCommand: string): EvpError | undefined {
  const { replayId, replayed, failed, failures, interrupted, stoppedBy } = report;
  const hint = replayId === null ? "Run the command again." : `Go on with it: ${resumeCommand}`;
  if (interrupted) {
    return new EvpError(`interrupted: ${replayed === 0 ? "nothing was replayed" : `${replayed} replayed`}`, {
      code: "interrupted",
      category: "interrupted",
      hint,
      retryable: true,
    });
  }
  if (failed === 0 && stoppedBy === null) return undefined;
  const why = stoppedBy ?? `${failed} failed: ${failures[0]?.error}`;
  return new EvpError(`${replayed} replayed, then it stopped short: ${why}`, {
    code: "replay-incomplete",
    category: "partly-done",
    hint,
    retryable: true,
  });
}
