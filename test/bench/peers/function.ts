import { readFileSync } from "node:fs";
import type { Handler } from "../../../src/function/handler.js";
import type { SqsEvent } from "../../../src/function/sqs-event.js";

/**
 * A function's container: loads the bundle as a fresh process does, and hands it the batches of a file one after the other.
 * `function.mjs <bundle> <file>`; prints ms by the clock that begins with the process.
 */
const [, , bundle = "", file = ""] = process.argv;
const batches: SqsEvent[] = JSON.parse(readFileSync(file, "utf8"));
// By its own name the bundling would declare it twice.
const load = process.getBuiltinModule("node:module").createRequire(import.meta.url);
const context = { getRemainingTimeInMillis: () => 30_000 };

const startedAt = performance.now();
const { handler }: { handler: Handler } = load(bundle);
// The SDK is loaded a turn later, before Lambda has an event.
await new Promise(setImmediate);
const loadMs = performance.now() - startedAt;
const batchMs: number[] = [];
let failures = 0;
for (const batch of batches) {
  const begunAt = performance.now();
  failures += (await handler(batch, context)).batchItemFailures.length;
  batchMs.push(performance.now() - begunAt);
}
// The function's own log goes to stdout: this is the last line.
process.stdout.write(`\n${JSON.stringify({ loadMs, batchMs, failures })}\n`, () => process.exit());
