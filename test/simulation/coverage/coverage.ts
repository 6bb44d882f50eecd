import { STEPS } from "../call.js";
import { ENTRY_FAULTS_OF } from "../faults/entry-faults.js";
import { CALL_FAULTS } from "../faults/fate.js";
import { RACES } from "./races.js";

/** How often each thing was met, by its name. */
export type Counts = Record<string, number>;

/** Hits that each pair and each race needs in so many seeds; fewer seeds need none. */
export const GATE = { hits: 100, seeds: 10_000 };

export function pairName(fault: string, step: string): string {
  return `${fault} × ${step}`;
}

/** Everything that a simulation must meet: each fault at each step where it can happen, and each race. */
export function everythingToMeet(): string[] {
  const calls = STEPS.flatMap((step) => CALL_FAULTS.map((fault) => pairName(fault, step)));
  const entries = STEPS.flatMap((step) => ENTRY_FAULTS_OF[step].map((fault) => pairName(fault, step)));
  return [...calls, ...entries, ...RACES];
}

export function addCounts(sum: Counts, more: Counts): void {
  for (const [name, count] of Object.entries(more)) sum[name] = (sum[name] ?? 0) + count;
}

/** What was met too seldom, with how often it was. */
export function findGaps(counts: Counts, seeds: number): string[] {
  if (seeds < GATE.seeds) return [];
  const seldom = everythingToMeet().filter((name) => (counts[name] ?? 0) < GATE.hits);
  return seldom.map((name) => `${name}: ${counts[name] ?? 0}`);
}
