// Plays random schedules of faults: `npm run simulate -- --seeds 10000`; `--seed 7` tells what one of them plays.
import { pathToFileURL } from "node:url";
import { bundleSimulation } from "./runner/bundle.ts";

const bundle = await bundleSimulation();
try {
  const { main } = await import(pathToFileURL(bundle.main).href);
  process.exitCode = await main(process.argv.slice(2), bundle.worker);
} finally {
  bundle.remove();
}
