import { EvpError } from "../../core/errors.js";
import type { Expectation, SendOutcome } from "../../core/fixture.js";
import type { Reason } from "../../core/outcome.js";

/** The document of `evp send --json`. */
export interface SendReport {
  /** Acknowledged by the ingress queue. */
  sent: number;
  failed: number;
  /** Broken ones left out by `skipInvalid`. */
  skipped: number;
  /** In the order of the source; empty unless `keepEvents`. */
  events: SentEvent[];
  /** With `wait`: events whose outcome is not the expected one, or not known in time. */
  unexpected: number;
  /** The line of a stream at which sending stopped. */
  stoppedAt?: BrokenLine | undefined;
  /** Why the queue could not be sent to any more. */
  stoppedBy?: string | undefined;
  interrupted: boolean;
}

export interface BrokenLine {
  line: number;
  detail: string;
}

/** One event of a send. */
export interface SentEvent {
  /** null: the body names none, or an invalid one. */
  id: string | null;
  clientId: string | null;
  type: string | null;
  groupId: string;
  /** null: it was not sent. */
  messageId: string | null;
  /** Why it was not sent. */
  error?: string | undefined;
  /** With `wait`; `unknown`: not in time. */
  outcome?: SendOutcome | "unknown" | undefined;
  reason?: Reason | undefined;
  detail?: string | undefined;
  /** What the fixture expects. */
  expected?: Expectation | undefined;
}

/** Whether an event ended as its fixture says; an event of a file, in any way but rejected. */
export function isAsExpected({ outcome, reason, expected }: SentEvent): boolean {
  if (expected === undefined) return outcome === "published" || outcome === "duplicate" || outcome === "deduplicated";
  return outcome === expected.outcome && (expected.reason === undefined || reason === expected.reason);
}

/** The error a command ends with after it has shown the report, or undefined when all went as expected. */
export function sendProblem(report: SendReport): EvpError | undefined {
  const { sent, failed, stoppedAt, stoppedBy, unexpected, interrupted } = report;
  if (stoppedAt !== undefined) return stoppedAtLine(sent, stoppedAt);
  if (stoppedBy !== undefined || failed > 0) {
    const events = `${sent} sent, ${failed} not sent`;
    return new EvpError(stoppedBy === undefined ? events : `${events}: ${stoppedBy}`, {
      code: "send-incomplete",
      category: "partly-done",
      hint: "Send the same again, unless the queue refuses the event itself: what was sent before is dropped by the queue or recorded as a duplicate.",
      retryable: true,
    });
  }
  if (interrupted) {
    return new EvpError(`interrupted after ${sent} sent`, { code: "interrupted", category: "interrupted" });
  }
  if (unexpected === 0) return undefined;
  return new EvpError(`${unexpected} of ${sent} events did not end as expected`, {
    code: "outcome-unexpected",
    category: "findings",
    hint: report.events.some(({ outcome }) => outcome === "unknown")
      ? "Events of unknown outcome may still wait for evp process; evp status shows how many do."
      : "The table says what each event should have come to.",
  });
}

function stoppedAtLine(sent: number, { line, detail }: BrokenLine): EvpError {
  return new EvpError(`line ${line}: ${detail}; ${sent} sent before it, nothing after it`, {
    code: "stream-broken",
    category: "partly-done",
    hint: "Mend it and send the rest, leave broken lines out with --skip-invalid, or send them as they are with --raw.",
  });
}
