import type { AuditReport } from "./audit.js";
import type { LedgerVerdict } from "./publish-ledger.js";

/** A round that can be run. */
export interface Round {
  name: string;
  /** The arguments that run this round alone again. */
  replay: string;
  /** @param stop - aborts when the whole run is told to stop; the round then rejects */
  run(stop: AbortSignal): Promise<RoundResult>;
}

/** What came of a round. It passed when there is no finding. */
export interface RoundResult {
  /** What was done to it, in words. */
  notes: string[];
  /** Calls that something was done to, by what it was. */
  faults: Readonly<Record<string, number>>;
  messages: number;
  report: AuditReport;
  verdict: LedgerVerdict;
  findings: string[];
  seconds: number;
  /** Its home; gone when it passed. */
  folder: string;
}

const SHOWN_FINDINGS = 20;

/** A round in one line; below it whatever it found, and how to run it again. */
export function renderRound({ name, replay }: Round, result: RoundResult): string {
  const { notes, messages, faults, seconds, report, verdict, findings, folder } = result;
  const { published, rejected, duplicate } = report.outcomes;
  const { unanswered, unrecorded } = verdict.repeats;
  const faultCounts = Object.entries(faults).map(([kind, count]) => `${kind} ${count}`);
  const line = [
    findings.length === 0 ? `passed  ${name}` : `FAILED  ${name}`,
    ...notes,
    `faults ${faultCounts.join(", ") || "none"}`,
    `${messages} messages: ${published} published, ${rejected} rejected, ${duplicate} duplicates`,
    `${verdict.effective} effective publishes, again for want of an answer ${unanswered}, of a record ${unrecorded}`,
    `${seconds.toFixed(1)} s`,
  ].join(" · ");
  if (findings.length === 0) return line;
  const shown = findings.slice(0, SHOWN_FINDINGS);
  const more = findings.length > shown.length ? [`and ${findings.length - shown.length} more`] : [];
  return [line, ...[...shown, ...more, `home kept: ${folder}`, `again: npm run chaos -- ${replay}`].map(indented)].join(
    "\n",
  );
}

function indented(line: string): string {
  return `  ${line}`;
}
