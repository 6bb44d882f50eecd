import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { putAwayOnExit } from "./processes/on-exit.js";
import { machine } from "./report/machine.js";
import { renderTable } from "./report/table.js";
import { readSoakOptions } from "./soak/options.js";
import { runSoak } from "./soak/run-soak.js";
import { soakTable } from "./soak/table.js";
import { findFaults } from "./soak/verdict.js";

/** `npm run soak`: sends many events through evp and the embedded stack, and watches their memory. */
putAwayOnExit();
const { events, json } = readSoakOptions(process.argv.slice(2));
const { date, machine: name, node, versions } = machine();
process.stdout.write(`${date} · ${name} · Node ${node} · ${events} events\n`);
const result = await runSoak(events, (text) => process.stderr.write(`${text}\n`));
process.stdout.write(`\n${renderTable(soakTable(result))}\n`);
mkdirSync(dirname(json), { recursive: true });
writeFileSync(json, JSON.stringify({ date, machine: name, node, versions, ...result }, null, 2));
for (const fault of findFaults(result)) {
  process.stdout.write(`${fault}\n`);
  process.exitCode = 1;
}
