import { EvpError } from "../../core/errors.js";
import type { Finding } from "../../core/verify-findings.js";
import type { CheckedClient } from "./check-events.js";

/** The document of `evp verify --json`. */
export interface VerifyReport {
  /** Accepted events that were held against their publications. */
  checked: number;
  /** Rejections that were held against the DLQ. */
  rejections: number;
  clients: CheckedClient[];
  /** The first 10,000. */
  findings: Finding[];
  /** Findings beyond those. */
  findingsLeftOut: number;
  /** Events that were published by this run. */
  repaired: number;
  /** What a repair would publish; the others need something else first. */
  repairable: number;
  /** Of the looking; a repair comes on top. */
  durationMs: number;
  interrupted: boolean;
}

/** The error a command ends with after it has shown the report, or undefined when nothing is wrong, or nothing any more. */
export function verifyProblem(report: VerifyReport): EvpError | undefined {
  const { findings, findingsLeftOut, repaired, interrupted, repairable } = report;
  if (interrupted) {
    return new EvpError(repaired === 0 ? "interrupted" : `interrupted: ${repaired} repaired`, {
      code: "interrupted",
      category: "interrupted",
      hint: "Run the command again: what is done stays done.",
      retryable: true,
    });
  }
  const open = findings.filter((finding) => !finding.repaired).length + findingsLeftOut;
  if (open === 0) return undefined;
  return new EvpError(`${open} ${open === 1 ? "thing is not as it" : "things are not as they"} should be`, {
    code: "findings",
    category: "findings",
    hint: repairable > repaired ? "evp verify --repair publishes what was never published." : findings[0]?.advice,
  });
}
