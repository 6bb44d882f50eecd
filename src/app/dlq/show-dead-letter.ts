import { type LetterMarks, marksOf } from "../../core/letter-marks.js";
import { type PlannedRedrive, planRedrive } from "../../core/redrive.js";
import type { EnvelopeMapping } from "../../core/settings.js";
import type { Violation } from "../../core/violations.js";
import type { DeadLetter, FoundLetter } from "./dead-letter.js";
import { type FindPorts, findLetter } from "./find-letter.js";
import { examineLetter, type JudgePorts, judgeLetters } from "./judge-letters.js";
import { isCut } from "./visit-letters.js";

export type ShowPorts = FindPorts & JudgePorts;

/** The document of `evp dlq show --json`. */
export interface ShownLetter extends DeadLetter {
  /** What its rejection names, as far as it is about a place in the body. */
  violations: Violation[];
  /** Where the body stops being JSON; null where it is JSON. */
  brokenAt: BrokenPlace | null;
  /** What a redrive would do with it now. */
  now: Pick<PlannedRedrive, "verdict" | "detail" | "action">;
  /** Message ids of the other dead letters of the same event. */
  otherLetters: string[];
}

export interface BrokenPlace {
  /** Index into the body, in UTF-16 code units. */
  index: number;
  /** From 1. */
  line: number;
  column: number;
  message: string;
}

/**
 * One dead letter with its whole body, by message id or event id (then the newest of that event), what is wrong where, and what would
 * become of it now. Nothing is taken from the DLQ; a body above 300 KB is looked for there and released.
 * @throws EvpError (not-found)
 */
export async function showDeadLetter(
  ports: ShowPorts,
  id: string,
  { mapping, signal }: { mapping: EnvelopeMapping; signal?: AbortSignal | undefined },
): Promise<ShownLetter> {
  const { found, others } = await findLetter(ports, id, signal);
  const { letter } = found;
  const { violations, broken } = marksOf({ ...letter, isCut: isCut(found) }, mapping);
  const brokenAt = broken === undefined ? null : placeOf(letter.body, broken);
  return { ...letter, violations, brokenAt, now: await judgeNow(ports, found, signal), otherLetters: others };
}

function placeOf(body: string, { index, message }: NonNullable<LetterMarks["broken"]>): BrokenPlace {
  const lines = body.slice(0, index).split("\n");
  return { index, line: lines.length, column: (lines.at(-1) ?? "").length + 1, message };
}

async function judgeNow(ports: ShowPorts, found: FoundLetter, signal?: AbortSignal): Promise<ShownLetter["now"]> {
  const candidates = await judgeLetters(ports, [examineLetter(ports, found)], signal);
  const [planned] = planRedrive(candidates, { force: false, limit: 1 });
  if (planned === undefined) throw new Error("a plan of one letter has a line for it");
  const { verdict, detail, action } = planned;
  return { verdict, ...(detail === undefined ? {} : { detail }), action };
}
