import { STEPS } from "../call.js";
import { type Counts, pairName } from "../coverage/coverage.js";
import { RACES } from "../coverage/races.js";
import { ENTRY_FAULTS_OF } from "../faults/entry-faults.js";
import { CALL_FAULTS, ENTRY_FAULTS } from "../faults/fate.js";

const FAULTS = [...CALL_FAULTS, ...ENTRY_FAULTS];
const NAME_WIDTH = 24;
const CELL_WIDTH = 10;

/** How often each fault struck each step, and how often each race was met. */
export function coverageTable(counts: Counts): string[] {
  const head = row("", STEPS.map(shortName));
  const faults = FAULTS.map((fault) =>
    row(
      fault,
      STEPS.map((step) => cell(counts, fault, step)),
    ),
  );
  const races = RACES.map((race) => `${String(counts[race] ?? 0).padStart(CELL_WIDTH)}  ${race}`);
  return [head, ...faults, "", ...races];
}

function row(name: string, cells: string[]): string {
  return name.padEnd(NAME_WIDTH) + cells.map((text) => text.padStart(CELL_WIDTH)).join("");
}

function shortName(step: string): string {
  return step
    .replace("record ", "r. ")
    .replace("read ", "")
    .slice(0, CELL_WIDTH - 1);
}

function cell(counts: Counts, fault: string, step: (typeof STEPS)[number]): string {
  const isPossible = CALL_FAULTS.some((each) => each === fault) || ENTRY_FAULTS_OF[step].some((each) => each === fault);
  return isPossible ? String(counts[pairName(fault, step)] ?? 0) : "–";
}
