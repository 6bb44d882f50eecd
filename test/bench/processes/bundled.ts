import { join } from "node:path";

/** The programs that a bench starts, each a process of its own. */
type BenchProgram = "stub" | "sqs-consumer" | "ceiling" | "function" | "bare-route";

/** Where `start.mjs` has put a program: beside the one that runs. */
export function bundled(program: BenchProgram): string {
  return join(import.meta.dirname, `${program}.mjs`);
}
