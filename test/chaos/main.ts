import { inspect } from "node:util";
import { readArguments } from "./arguments.js";
import { createChaosRound } from "./chaos-round.js";
import { createOutageRound } from "./outage-round.js";
import { type Round, renderRound } from "./round-result.js";

/** Rounds at the same time: most of a round is waiting for leases to end. */
const LANES = 3;

const { rounds, seed, outages } = readArguments(process.argv.slice(2));
const waiting: Round[] = [
  ...outages.map((name) => createOutageRound(name, seed)),
  ...Array.from({ length: rounds }, (_, place) => createChaosRound(seed + place)),
];
const stopping = new AbortController();
// Not `once`: execa ends a process in which nobody but itself listens for the signal.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stopping.abort());
let passed = 0;
let failed = 0;

async function runLane(): Promise<void> {
  for (let round = waiting.shift(); round !== undefined && !stopping.signal.aborted; round = waiting.shift()) {
    const isPassed = await runAndTell(round);
    if (isPassed) passed++;
    else failed++;
  }
}

/** @returns whether it passed */
async function runAndTell(round: Round): Promise<boolean> {
  try {
    const result = await round.run(stopping.signal);
    console.log(renderRound(round, result));
    return result.findings.length === 0;
  } catch (error) {
    console.log(`FAILED  ${round.name}: ${inspect(error)}`);
    return false;
  }
}

console.log(`chaos: seed ${seed}, ${rounds} rounds and ${outages.length} outages`);
await Promise.all(Array.from({ length: LANES }, runLane));
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && !stopping.signal.aborted ? 0 : 1;
