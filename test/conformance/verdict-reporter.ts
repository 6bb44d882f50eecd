import { stripVTControlCharacters } from "node:util";
import type { Reporter, SerializedError, TestCase, TestModule, TestSuite } from "vitest/node";
import type { ReportLine, Verdict } from "./verdict.js";

const MAX_REASON_LENGTH = 200;

/** Writes a JSON line to stdout for each rule, once its verdict is known, and one for each failure that kept rules from being tried at all. */
export class VerdictReporter implements Reporter {
  onTestCaseResult(testCase: TestCase): void {
    const verdict = verdictOf(testCase);
    if (verdict !== undefined) writeLine({ verdict });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    for (const { stack, message } of [...modules.flatMap((module) => module.errors()), ...unhandled]) {
      writeLine({ failure: stack ?? message });
    }
  }
}

function writeLine(line: ReportLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function verdictOf(testCase: TestCase): Verdict | undefined {
  const { rule } = testCase.meta();
  const result = testCase.result();
  if (rule === undefined || result.state === "pending") return undefined;
  const about = { subject: subjectOf(testCase), rule: rule.says, page: rule.page };
  if (result.state === "passed") return { ...about, result: "kept" };
  if (result.state === "skipped") return { ...about, result: "not tried", reason: shorten(result.note ?? "") };
  return { ...about, result: "broken", reason: shorten(result.errors[0]?.message ?? "") };
}

/** The headings that it stands under. */
function subjectOf({ parent }: TestCase): string {
  const names: string[] = [];
  for (let suite: TestSuite | TestModule = parent; suite.type === "suite"; suite = suite.parent)
    names.unshift(suite.name);
  return names.join(" · ");
}

/** The first line of a message, without what could move a terminal's cursor. */
function shorten(message: string): string {
  const [line = ""] = stripVTControlCharacters(message).split("\n");
  const plain = line.replace(/\p{Cc}/gu, " ").trim();
  return plain.length > MAX_REASON_LENGTH ? `${plain.slice(0, MAX_REASON_LENGTH - 1)}…` : plain;
}
