/** What one rule came to on a target. */
export interface Verdict {
  /** What the rule is about, for instance "a FIFO queue of SQS · sending". */
  subject: string;
  rule: string;
  /** Title of the page of the AWS documentation. */
  page: string;
  result: "kept" | "broken" | "not tried";
  /** Why it is not kept. */
  reason?: string | undefined;
}

/** What the process that checks the rules writes, a JSON line each. A failure is none of the target, but of the checks. */
export type ReportLine = { verdict: Verdict } | { failure: string };

/** How many rules came to that. */
export function countOf(verdicts: readonly Verdict[], result: Verdict["result"]): number {
  return verdicts.filter((verdict) => verdict.result === result).length;
}
