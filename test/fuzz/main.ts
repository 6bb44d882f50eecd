import { readArguments } from "./arguments.js";
import { MAX_MS } from "./core-run.js";
import { fuzzCoreWatched } from "./core-watch.js";
import type { Shape } from "./hostile-body.js";
import { megabytes, reportFailures, tableOf } from "./report.js";
import type { Failure } from "./tally.js";
import { fuzzWire, MAX_PEAK_BYTES } from "./wire-run.js";

/** Most messages are in evp's own shape; the others show that a mapping is no way around it. */
const WIRE_SHARES: [Shape, number][] = [
  ["evp", 0.8],
  ["cloudevents", 0.1],
  ["mapped", 0.1],
];

/** Sends hostile bodies through core and through the built program, and says what became of them. */
async function main(): Promise<void> {
  const { core, wire, seed } = readArguments(process.argv.slice(2));
  const failures: Failure[] = [];
  let [passed, failed] = [0, 0];
  const check = (what: string, holds: boolean) => {
    if (holds) passed++;
    else failed++;
    console.log(`  ${holds ? "holds" : "BROKEN"}: ${what}`);
  };
  console.log(`seed ${seed}`);
  if (core > 0) {
    const report = await fuzzCoreWatched(seed, core);
    console.log(tableOf(`core: ${core} bodies, none may take longer than ${MAX_MS} ms`, report));
    check(`what is left in memory afterwards: ${megabytes(report.grownBytes)}`, report.isFlat);
    passed += report.passed;
    failures.push(...report.failures);
  }
  for (const [shape, share] of WIRE_SHARES) {
    const count = Math.round(wire * share);
    if (count === 0) continue;
    const report = await fuzzWire(seed, count, shape);
    console.log(
      tableOf(
        `wire, ${shape}: ${count} hostile messages and their neighbours, ${report.eventsPerSecond} a second`,
        report,
      ),
    );
    check(
      `the processor's memory at its peak: ${megabytes(report.peakBytes)} of ${megabytes(MAX_PEAK_BYTES)}`,
      report.isBounded,
    );
    passed += report.passed;
    failures.push(...report.failures);
  }
  if (failures.length > 0) console.log(reportFailures(seed, failures));
  failed += failures.length;
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

await main();
