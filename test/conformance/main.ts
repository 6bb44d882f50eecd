import { explainCallError } from "../../src/app/call-errors.js";
import { failureOf } from "../../src/cli/failure.js";
import { readArguments, USAGE } from "./arguments.js";
import { checkConformance } from "./conformance.js";

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop.abort());

const args = process.argv.slice(2);
const around = {
  print: (text: string) => void process.stdout.write(text),
  tell: (text: string) => void process.stderr.write(`${text}\n`),
  stop: stop.signal,
};

try {
  if (args.includes("--help")) around.print(USAGE);
  else process.exitCode = await checkConformance(readArguments(args), around);
} catch (error) {
  const { message, hint, exitCode } = await failureOf(error, async (callError) => explainCallError(callError));
  around.tell([message, hint].filter(Boolean).join("\n"));
  process.exitCode = exitCode;
}
