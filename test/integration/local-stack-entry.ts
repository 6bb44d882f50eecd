/** The smallest program that understands `local serve --state-dir … --port …`; the tests start it as the background process. */
import { parseArgs } from "node:util";
import { runStackProcess } from "../../src/local/background/stack-process.js";

const { values } = parseArgs({
  allowPositionals: true,
  options: { "state-dir": { type: "string" }, port: { type: "string" } },
});
const stop = new AbortController();
process.once("SIGTERM", () => stop.abort());
// An error that nobody catches, when a test asks for it.
process.once("SIGUSR2", () => {
  throw new Error("stray");
});
runStackProcess({
  stateDir: values["state-dir"] ?? "",
  port: Number(values.port),
  version: "0.0.0",
  signal: stop.signal,
}).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
