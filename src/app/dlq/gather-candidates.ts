import type { DeadLetterFilter } from "./dead-letter.js";
import { type Candidate, type ExaminedLetter, examineLetter, judgeLetters } from "./judge-letters.js";
import type { RedrivePorts } from "./redrive-dead-letters.js";
import { visitLetters } from "./visit-letters.js";

export interface Gathered {
  candidates: Candidate[];
  /** Messages of the DLQ that it hands out only when those ahead of them in their groups are gone. */
  hidden: number;
}

/** The dead letters that match, each judged as the processor would judge it now. */
export async function gatherCandidates(
  ports: RedrivePorts,
  filter: DeadLetterFilter,
  signal: AbortSignal | undefined,
): Promise<Gathered> {
  const examined: ExaminedLetter[] = [];
  const options = { filter, wholeBodies: true, leftovers: true, signal };
  const { hidden } = await visitLetters(ports, options, (found) => {
    examined.push(examineLetter(ports, found));
  });
  return { candidates: await judgeLetters(ports, examined, signal), hidden };
}
