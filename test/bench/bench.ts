import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Bench } from "./bench-context.js";
import { readOptions } from "./options.js";
import { putAwayOnExit } from "./processes/on-exit.js";
import { machine } from "./report/machine.js";
import { renderSection } from "./report/section.js";
import { SECTIONS } from "./sections/index.js";

/** `npm run bench`: measures each part, prints it, and writes everything to a JSON file. */
putAwayOnExit();
const options = readOptions(process.argv.slice(2), Object.keys(SECTIONS));
const startedAt = Date.now();
let run = 0;
const bench: Bench = {
  runs: options.runs,
  isQuick: options.quick,
  say: (text) => process.stderr.write(`${Math.round((Date.now() - startedAt) / 1000)} s  ${text}\n`),
  nextRun: () => ++run,
};

const document = { ...machine(), runs: options.runs, quick: options.quick, sections: new Map<string, unknown>() };
process.stdout.write(`${document.date} · ${document.machine} · Node ${document.node}\n`);
for (const name of options.sections) {
  bench.say(`${name} …`);
  const section = await SECTIONS[name]?.(bench);
  if (section === undefined) continue;
  process.stdout.write(`\n${renderSection(section)}\n`);
  document.sections.set(name, section.data);
}
mkdirSync(dirname(options.json), { recursive: true });
writeFileSync(options.json, JSON.stringify({ ...document, sections: Object.fromEntries(document.sections) }, null, 2));
bench.say(`written to ${options.json}`);
