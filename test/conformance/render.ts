import { countOf, type Verdict } from "./verdict.js";

const MARKS: Record<Verdict["result"], string> = { kept: "kept", broken: "BROKEN", "not tried": "not tried" };
const HEADER = { result: "RESULT", rule: "RULE", page: "AWS PAGE" };

/** A table of all rules by subject, with the reason under each that is not kept, and how many of them were. */
export function renderTable(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ result, rule, page }) => ({ result: MARKS[result], rule, page }));
  const widthOf = (column: "result" | "rule") => Math.max(...[HEADER, ...rows].map((row) => row[column].length));
  const widths = { result: widthOf("result"), rule: widthOf("rule") };
  const lineOf = (row: typeof HEADER) =>
    `${row.result.padEnd(widths.result)}  ${row.rule.padEnd(widths.rule)}  ${row.page}`;
  const lines = [lineOf(HEADER)];
  let subject = "";
  let reason: string | undefined;
  for (const [index, verdict] of verdicts.entries()) {
    if (verdict.subject !== subject) lines.push("", verdict.subject);
    subject = verdict.subject;
    lines.push(lineOf(rows[index] ?? HEADER));
    // A service that is missing is one reason for many rules.
    if (verdict.reason !== undefined && verdict.reason !== reason)
      lines.push(`${" ".repeat(widths.result)}  ${verdict.reason}`);
    reason = verdict.reason;
  }
  return `${lines.join("\n")}\n\n${renderCounts(verdicts)}\n`;
}

/** The closing line. */
export function renderCounts(verdicts: readonly Verdict[]): string {
  const notTried = countOf(verdicts, "not tried");
  const counts = `${countOf(verdicts, "kept")} passed, ${countOf(verdicts, "broken")} failed`;
  return notTried === 0 ? counts : `${counts}, ${notTried} not tried`;
}

/** The same as a document. */
export function renderJson(
  target: { endpoint?: string; account?: string; region: string },
  verdicts: readonly Verdict[],
): string {
  const document = {
    ...target,
    passed: countOf(verdicts, "kept"),
    failed: countOf(verdicts, "broken"),
    notTried: countOf(verdicts, "not tried"),
    rules: verdicts,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
