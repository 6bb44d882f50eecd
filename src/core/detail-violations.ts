import type { Violation } from "./violations.js";

/** How every message about a violation begins, those of ajv and evp's own. */
const MESSAGE =
  /^(.*?) ((?:must|is missing|is not a known field|breaks the rule|property name|boolean schema)(?:$| .*))$/s;
const BOUNDARY = /; (?=\/|the document |and \d+ more$)/;
const REST = /^and \d+ more$/;

/**
 * Reads back what `describeViolations` has written: of a rejection, the journal and the DLQ keep only that text. What it left
 * out stays out. A text that is none of its own gives nothing.
 */
export function readViolations(detail: string): Violation[] {
  return detail
    .split(BOUNDARY)
    .filter((part) => !REST.test(part))
    .flatMap((part) => readViolation(part) ?? []);
}

function readViolation(text: string): Violation | undefined {
  const [, subject = "", message = ""] = MESSAGE.exec(text) ?? [];
  if (subject === "the document") return { pointer: "", message };
  return subject.startsWith("/") ? { pointer: subject, message } : undefined;
}
